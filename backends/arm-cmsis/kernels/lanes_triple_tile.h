/**
 * @file lanes_triple_tile.h
 * @brief Three multiplications per 32-bit multiply: lanes of 10, 10 and 12 bits (cores without the DSP
 * extension).
 *
 * A weight word holds the three taps of a filter row 10 bits apart; times one activation they land in three
 * lanes. Nothing but 32 x 32 -> 32 bit multiplication is needed.
 *
 * Bounds, per chunk: U * (|w| summed) <= 1023 in lanes 0 and 1, <= 4095 in lane 2.
 */
#ifndef BRIM_LANES_TRIPLE_TILE_H
#define BRIM_LANES_TRIPLE_TILE_H

#include "lanes_common.h"

/** Longest segment in steps. */
#define BRIM_LANES_TRIPLE_STEPS 16

/* Headers of a segment: its steps, and what happens before them. */
#define BRIM_LANES_TRIPLE_SPILL 0x80000000u /**< add the lanes to the sums, restart them */
#define BRIM_LANES_TRIPLE_FIRST 0x40000000u /**< with SPILL: store the lanes in the sums */

/**
 * Sums of three words at two pixels.
 *
 * @param stream  words: steps; the starts of three words; per step three words; then headers: SPILL without a
 *                count: the end; SPILL with a count: three starts follow; otherwise the chunk goes on
 * @param pixels  two bytes a step
 * @param sums    out: [pixel][word][lane], start values included
 */
#if BRIM_LANES_THUMB2
__attribute__((naked, noinline, unused)) static void
brim_lanes_triple_tile(const uint32_t *stream __attribute__((unused)),
                       const uint8_t *pixels __attribute__((unused)),
                       uint32_t *sums __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r11, lr}\n"
                     "mov lr, r2\n"
                     "ldr r5, [r0], #4\n"
                     "1:\n"
                     "ldmia r0!, {r7, r8, r9}\n"
                     "mov r10, r7\n"
                     "mov r11, r8\n"
                     "mov r12, r9\n"
                     "2:\n"
                     /* Enter the unrolled steps so that r5 of them remain; each is 34 bytes. */
                     "adr.w r3, 3f\n"
                     "movs r4, #34\n"
                     "mls r3, r5, r4, r3\n"
                     "mov pc, r3\n"
                     ".balign 4\n"
                     ".rept 16\n"
                     "ldmia.n r0!, {r2, r3, r4}\n"
                     "ldrb r5, [r1], #1\n"
                     "ldrb r6, [r1], #1\n"
                     "mla r7, r2, r5, r7\n"
                     "mla r8, r3, r5, r8\n"
                     "mla r9, r4, r5, r9\n"
                     "mla r10, r2, r6, r10\n"
                     "mla r11, r3, r6, r11\n"
                     "mla r12, r4, r6, r12\n"
                     ".endr\n"
                     ".balign 4\n"
                     "3:\n"
                     "ldr r5, [r0], #4\n"
                     "cmp r5, #0\n"
                     "bge 2b\n"
                     "lsls r6, r5, #1\n"
                     ".macro brim_triple_lanes acc\n"
                     "ubfx r2, \\acc, #0, #10\n"
                     "ubfx r3, \\acc, #10, #10\n"
                     "lsr r4, \\acc, #20\n"
                     ".endm\n"
                     ".macro brim_triple_add acc\n"
                     "brim_triple_lanes \\acc\n"
                     "ldr r6, [lr]\n"
                     "add r2, r2, r6\n"
                     "ldr r6, [lr, #4]\n"
                     "add r3, r3, r6\n"
                     "ldr r6, [lr, #8]\n"
                     "add r4, r4, r6\n"
                     "stmia lr!, {r2, r3, r4}\n"
                     ".endm\n"
                     ".macro brim_triple_put acc\n"
                     "brim_triple_lanes \\acc\n"
                     "stmia lr!, {r2, r3, r4}\n"
                     ".endm\n"
                     "bmi 4f\n"
                     "brim_triple_add r7\n"
                     "brim_triple_add r8\n"
                     "brim_triple_add r9\n"
                     "brim_triple_add r10\n"
                     "brim_triple_add r11\n"
                     "brim_triple_add r12\n"
                     "b 5f\n"
                     "4:\n"
                     "brim_triple_put r7\n"
                     "brim_triple_put r8\n"
                     "brim_triple_put r9\n"
                     "brim_triple_put r10\n"
                     "brim_triple_put r11\n"
                     "brim_triple_put r12\n"
                     ".purgem brim_triple_add\n"
                     ".purgem brim_triple_put\n"
                     ".purgem brim_triple_lanes\n"
                     "5:\n"
                     "sub lr, #72\n"
                     "bics r5, r5, #0xC0000000\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n");
}
#elif defined(__thumb__) && !defined(BRIM_LANES_PORTABLE)
__attribute__((naked, noinline, unused)) static void
brim_lanes_triple_tile(const uint32_t *stream __attribute__((unused)),
                       const uint8_t *pixels __attribute__((unused)),
                       uint32_t *sums __attribute__((unused))) {
    __asm__ volatile(
        ".syntax unified\n"
        "push {r4-r7, lr}\n"
        "mov r4, r8\n"
        "mov r5, r9\n"
        "mov r6, r10\n"
        "mov r7, r11\n"
        "push {r4-r7}\n"
        "mov r4, r12\n"
        "push {r2-r4}\n" /* sums, a place for r1, and r12 to keep the stack aligned */
        "ldmia r0!, {r5}\n"
        "1:\n"
        "ldmia r0!, {r2, r3, r4}\n"
        "mov r8, r2\n"
        "mov r9, r3\n"
        "mov r10, r4\n"
        "mov r11, r2\n"
        "mov r12, r3\n"
        "mov lr, r4\n"
        "2:\n"
        /* Enter the unrolled steps so that r5 of them remain: each is 34 bytes of code and two pixels. */
        "movs r3, #16\n"
        "subs r3, r3, r5\n"
        "subs r1, r1, r3\n"
        "subs r1, r1, r3\n"
        "movs r4, #34\n"
        "muls r3, r4\n"
        "adr r4, 3f\n"
        "adds r3, r3, r4\n"
        "mov pc, r3\n"
        ".balign 4\n"
        "3:\n"
        ".macro brim_triple_step at\n"
        "ldmia r0!, {r2, r3, r4}\n"
        "ldrb r5, [r1, #\\at]\n"
        "ldrb r6, [r1, #\\at + 1]\n"
        "movs r7, r2\n"
        "muls r7, r5, r7\n"
        "add r8, r7\n"
        "muls r2, r6, r2\n"
        "add r11, r2\n"
        "movs r7, r3\n"
        "muls r7, r5, r7\n"
        "add r9, r7\n"
        "muls r3, r6, r3\n"
        "add r12, r3\n"
        "muls r5, r4, r5\n"
        "add r10, r5\n"
        "muls r6, r4, r6\n"
        "add lr, r6\n"
        ".endm\n"
        "brim_triple_step 0\n"
        "brim_triple_step 2\n"
        "brim_triple_step 4\n"
        "brim_triple_step 6\n"
        "brim_triple_step 8\n"
        "brim_triple_step 10\n"
        "brim_triple_step 12\n"
        "brim_triple_step 14\n"
        "brim_triple_step 16\n"
        "brim_triple_step 18\n"
        "brim_triple_step 20\n"
        "brim_triple_step 22\n"
        "brim_triple_step 24\n"
        "brim_triple_step 26\n"
        "brim_triple_step 28\n"
        "brim_triple_step 30\n"
        ".purgem brim_triple_step\n"
        "adds r1, #32\n"
        "ldmia r0!, {r5}\n"
        "cmp r5, #0\n"
        "blt 4f\n"
        "b 2b\n"
        "4:\n"
        "ldr r7, [sp]\n"
        "str r1, [sp, #4]\n"
        "push {r0, r5}\n"
        "lsls r5, r5, #1\n"
        "bmi 5f\n"
        ".macro brim_triple_lanes acc\n"
        "mov r2, \\acc\n"
        "lsrs r4, r2, #20\n"
        "lsls r3, r2, #12\n"
        "lsrs r3, r3, #22\n"
        "lsls r2, r2, #22\n"
        "lsrs r2, r2, #22\n"
        ".endm\n"
        ".macro brim_triple_add acc\n"
        "brim_triple_lanes \\acc\n"
        "ldmia r7!, {r0, r1, r5}\n"
        "adds r2, r2, r0\n"
        "adds r3, r3, r1\n"
        "adds r4, r4, r5\n"
        "subs r7, #12\n"
        "stmia r7!, {r2, r3, r4}\n"
        ".endm\n"
        ".macro brim_triple_put acc\n"
        "brim_triple_lanes \\acc\n"
        "stmia r7!, {r2, r3, r4}\n"
        ".endm\n"
        "brim_triple_add r8\n"
        "brim_triple_add r9\n"
        "brim_triple_add r10\n"
        "brim_triple_add r11\n"
        "brim_triple_add r12\n"
        "brim_triple_add lr\n"
        "b 6f\n"
        "5:\n"
        "brim_triple_put r8\n"
        "brim_triple_put r9\n"
        "brim_triple_put r10\n"
        "brim_triple_put r11\n"
        "brim_triple_put r12\n"
        "brim_triple_put lr\n"
        ".purgem brim_triple_add\n"
        ".purgem brim_triple_put\n"
        ".purgem brim_triple_lanes\n"
        "6:\n"
        "pop {r0, r5}\n"
        "ldr r1, [sp, #4]\n"
        "lsls r5, r5, #2\n"
        "lsrs r5, r5, #2\n"
        "beq 7f\n"
        "b 1b\n"
        "7:\n"
        "pop {r2-r4}\n"
        "mov r12, r4\n"
        "pop {r4-r7}\n"
        "mov r8, r4\n"
        "mov r9, r5\n"
        "mov r10, r6\n"
        "mov r11, r7\n"
        "pop {r4-r7, pc}\n");
}
#else
BRIM_INLINE void brim_lanes_triple_tile(const uint32_t *stream, const uint8_t *pixels, uint32_t *sums) {
    uint32_t steps = *stream++;
    uint32_t header;
    do {
        uint32_t acc[6];
        for (int i = 0; i < 6; i++)
            acc[i] = stream[i % 3];
        stream += 3;
        do {
            for (; steps != 0; steps--, pixels += 2, stream += 3)
                for (int i = 0; i < 6; i++)
                    acc[i] += stream[i % 3] * pixels[i / 3];
            header = *stream++;
            steps = header & ~(BRIM_LANES_TRIPLE_SPILL | BRIM_LANES_TRIPLE_FIRST);
        } while ((header & BRIM_LANES_TRIPLE_SPILL) == 0);
        if ((header & BRIM_LANES_TRIPLE_FIRST) != 0)
            for (int i = 0; i < 18; i++)
                sums[i] = 0;
        for (int i = 0; i < 6; i++) {
            sums[3 * i] += acc[i] & 0x3FFu;
            sums[3 * i + 1] += acc[i] >> 10 & 0x3FFu;
            sums[3 * i + 2] += acc[i] >> 20;
        }
    } while (steps != 0);
}
#endif

#endif
