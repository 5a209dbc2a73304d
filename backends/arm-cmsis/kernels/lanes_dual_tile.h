/**
 * @file lanes_dual_tile.h
 * @brief Matrix products with two channels in every halfword: four multiplications per SMLAD.
 *
 * A weight word holds the halves w_a + w_b * 2^12 of two taps; SMLAD multiplies them with the activations of
 * the same taps and adds both products, so the accumulator collects channel a in its low 12 bits and channel
 * b in the 20 above.
 *
 * Bounds. |w| <= 7, so that a half fits 16 signed bits; 0 <= u <= 32767. Low lane, per chunk: U * (|w_a|
 * summed) <= 4095. High lane, since it was last emptied: U * (|w_b| summed) <= 2^20 - 1. High lanes are
 * emptied only where a header says so, and most layers read them once: chunks are as long as the low lanes
 * allow.
 */
#ifndef BRIM_LANES_DUAL_TILE_H
#define BRIM_LANES_DUAL_TILE_H

#include "lanes_dual_stream.h"

/** Longest segment in steps of two taps; a longer chunk is several segments. */
#define BRIM_LANES_DUAL_STEPS 48

/**
 * brim_lanes_dual_tile: sums of four channels at four pixels.
 *
 * stream   words: steps; starts of rows 0 and 1; per step the words of row 0 (channels 0, 1) and row 1
 *          (channels 2, 3); then headers: SPILL: starts and steps follow, of low lanes only and both in one
 *          word unless HIGH; JUMP; none of these nor a count: the end
 * pixels   per step the activation pairs of pixels 0..3
 * sums     out: [channel][pixel], start values included
 * tail     where the stream goes on at JUMP
 */
#if BRIM_LANES_DSP
/*
 * A tile function with two operands of one kind and four of the other. STARTS loads the accumulators, a low
 * and a high lane each; STEP, 38 bytes, loads the operands and multiplies; RESTART loads the low lanes again.
 */
#define BRIM_LANES_LOW_HIGH_TILE(name, STARTS, STEP, RESTART)                                                \
    __attribute__((naked, noinline, unused)) static void name(                                               \
        const uint32_t *stream __attribute__((unused)), const uint32_t *pixels __attribute__((unused)),      \
        int32_t *sums __attribute__((unused)), const uint32_t *tail __attribute__((unused))) {               \
        __asm__ volatile(".syntax unified\n"                                                                 \
                         "push {r4-r11, lr}\n"                                                               \
                         "sub sp, #16\n"                                                                     \
                         "strd r2, r3, [sp, #8]\n"                                                           \
                         "ldr r4, [r0], #4\n" STARTS "1:\n"                                                  \
                         ".balign 4\n" /* ADR counts from a multiple of four; the compiler may align the     \
                                          function to two */                                                 \
                         "adr.w r3, 2f\n"                                                                    \
                         "movs r5, #38\n"                                                                    \
                         "mls r3, r4, r5, r3\n"                                                              \
                         "mov pc, r3\n"                                                                      \
                         ".rept 48\n" STEP ".endr\n"                                                         \
                         ".balign 4\n"                                                                       \
                         "2:\n"                                                                              \
                         "ldr r4, [r0], #4\n"                                                                \
                         "cmp r4, #0\n"                                                                      \
                         "blt 3f\n"                                                                          \
                         "lsls r5, r4, #24\n"                                                                \
                         "bne 1b\n"                                                                          \
                         "lsls r5, r4, #5\n"                                                                 \
                         "itt cs\n"                                                                          \
                         "ldrcs r0, [sp, #12]\n"                                                             \
                         "bcs 2b\n" /* The end: low lanes into sums [0..3] and [8..11], high lanes into      \
                                       [4..7] and [12..15]. */                                               \
                         "ldr r2, [sp, #8]\n"                                                                \
                         "lsls r5, r4, #2\n"                                                                 \
                         "bcs 5f\n"                                                                          \
                         "lsls r5, r4, #4\n"                                                                 \
                         "bcc 9f\n"                                                                          \
                         ".macro brim_dual_finish a, b, c, d\n"                                              \
                         "ldmia r2, {r0, r1, r3, r4}\n"                                                      \
                         "ubfx r5, \\a, #0, #12\n"                                                           \
                         "add r0, r0, r5\n"                                                                  \
                         "ubfx r5, \\b, #0, #12\n"                                                           \
                         "add r1, r1, r5\n"                                                                  \
                         "ubfx r5, \\c, #0, #12\n"                                                           \
                         "add r3, r3, r5\n"                                                                  \
                         "ubfx r5, \\d, #0, #12\n"                                                           \
                         "add r4, r4, r5\n"                                                                  \
                         "stmia r2!, {r0, r1, r3, r4}\n"                                                     \
                         ".endm\n"                                                                           \
                         ".macro brim_dual_high a, b, c, d\n"                                                \
                         "lsr r0, \\a, #12\n"                                                                \
                         "lsr r1, \\b, #12\n"                                                                \
                         "lsr r3, \\c, #12\n"                                                                \
                         "lsr r4, \\d, #12\n"                                                                \
                         "stmia r2!, {r0, r1, r3, r4}\n"                                                     \
                         ".endm\n"                                                                           \
                         ".macro brim_dual_high_add a, b, c, d\n"                                            \
                         "ldmia r2, {r0, r1, r3, r4}\n"                                                      \
                         "add r0, r0, \\a, lsr #12\n"                                                        \
                         "add r1, r1, \\b, lsr #12\n"                                                        \
                         "add r3, r3, \\c, lsr #12\n"                                                        \
                         "add r4, r4, \\d, lsr #12\n"                                                        \
                         "stmia r2!, {r0, r1, r3, r4}\n"                                                     \
                         ".endm\n"                                                                           \
                         ".macro brim_dual_low a, b, c, d\n"                                                 \
                         "ubfx r0, \\a, #0, #12\n"                                                           \
                         "ubfx r1, \\b, #0, #12\n"                                                           \
                         "ubfx r3, \\c, #0, #12\n"                                                           \
                         "ubfx r4, \\d, #0, #12\n"                                                           \
                         "stmia r2!, {r0, r1, r3, r4}\n"                                                     \
                         ".endm\n"                                                                           \
                         "brim_dual_finish r6, r7, r8, r9\n"                                                 \
                         "brim_dual_high r6, r7, r8, r9\n"                                                   \
                         "brim_dual_finish r10, r11, r12, lr\n"                                              \
                         "brim_dual_high r10, r11, r12, lr\n"                                                \
                         "add sp, #16\n"                                                                     \
                         "pop {r4-r11, pc}\n"                                                                \
                         "5:\n"                                                                              \
                         "brim_dual_low r6, r7, r8, r9\n"                                                    \
                         "brim_dual_high r6, r7, r8, r9\n"                                                   \
                         "brim_dual_low r10, r11, r12, lr\n"                                                 \
                         "brim_dual_high r10, r11, r12, lr\n"                                                \
                         "add sp, #16\n"                                                                     \
                         "pop {r4-r11, pc}\n"                                                                \
                         "9:\n"                                                                              \
                         "brim_dual_finish r6, r7, r8, r9\n"                                                 \
                         "brim_dual_high_add r6, r7, r8, r9\n"                                               \
                         "brim_dual_finish r10, r11, r12, lr\n"                                              \
                         "brim_dual_high_add r10, r11, r12, lr\n"                                            \
                         "add sp, #16\n"                                                                     \
                         "pop {r4-r11, pc}\n" /* A spill. */                                                 \
                         "3:\n"                                                                              \
                         "ldr r2, [sp, #8]\n"                                                                \
                         "strd r0, r1, [sp]\n"                                                               \
                         "push {r4}\n"                                                                       \
                         "lsls r5, r4, #2\n"                                                                 \
                         "bcs 4f\n"                                                                          \
                         "brim_dual_finish r6, r7, r8, r9\n"                                                 \
                         "adds r2, #16\n"                                                                    \
                         "brim_dual_finish r10, r11, r12, lr\n"                                              \
                         "6:\n"                                                                              \
                         "pop {r4}\n"                                                                        \
                         "lsls r5, r4, #3\n"                                                                 \
                         "bcs 7f\n"                                                                          \
                         "uxtb r4, r4\n"                                                                     \
                         "ldrd r0, r1, [sp]\n" RESTART "b 1b\n"                                              \
                         "4:\n"                                                                              \
                         "brim_dual_low r6, r7, r8, r9\n"                                                    \
                         "adds r2, #16\n"                                                                    \
                         "brim_dual_low r10, r11, r12, lr\n"                                                 \
                         "b 6b\n" /* High lanes, too: r2 has passed three of the four rows of sums. */       \
                         "7:\n"                                                                              \
                         "subs r2, #32\n"                                                                    \
                         "push {r4}\n"                                                                       \
                         "lsls r5, r4, #4\n"                                                                 \
                         "bcs 8f\n"                                                                          \
                         "brim_dual_high_add r6, r7, r8, r9\n"                                               \
                         "adds r2, #16\n"                                                                    \
                         "brim_dual_high_add r10, r11, r12, lr\n"                                            \
                         "b 10f\n"                                                                           \
                         "8:\n"                                                                              \
                         "brim_dual_high r6, r7, r8, r9\n"                                                   \
                         "adds r2, #16\n"                                                                    \
                         "brim_dual_high r10, r11, r12, lr\n"                                                \
                         "10:\n"                                                                             \
                         "pop {r4}\n"                                                                        \
                         "uxtb r4, r4\n"                                                                     \
                         "ldrd r0, r1, [sp]\n" STARTS "b 1b\n"                                               \
                         ".purgem brim_dual_finish\n"                                                        \
                         ".purgem brim_dual_high\n"                                                          \
                         ".purgem brim_dual_high_add\n"                                                      \
                         ".purgem brim_dual_low\n");                                                         \
    }

BRIM_LANES_LOW_HIGH_TILE(brim_lanes_dual_tile,
                         "ldmia r0!, {r6, r10}\n"
                         "mov r7, r6\n"
                         "mov r8, r6\n"
                         "mov r9, r6\n"
                         "mov r11, r10\n"
                         "mov r12, r10\n"
                         "mov lr, r10\n",
                         "ldmia.n r0!, {r2, r3}\n"
                         "ldmia.n r1!, {r4, r5}\n"
                         "smlad r6, r2, r4, r6\n"
                         "smlad r7, r2, r5, r7\n"
                         "smlad r10, r3, r4, r10\n"
                         "smlad r11, r3, r5, r11\n"
                         "ldmia.n r1!, {r4, r5}\n"
                         "smlad r8, r2, r4, r8\n"
                         "smlad r9, r2, r5, r9\n"
                         "smlad r12, r3, r4, r12\n"
                         "smlad lr, r3, r5, lr\n",
                         "ldr r2, [r0], #4\n"
                         "bfi r6, r2, #0, #12\n"
                         "bfi r7, r2, #0, #12\n"
                         "bfi r8, r2, #0, #12\n"
                         "bfi r9, r2, #0, #12\n"
                         "lsr r3, r2, #16\n"
                         "bfi r10, r3, #0, #12\n"
                         "bfi r11, r3, #0, #12\n"
                         "bfi r12, r3, #0, #12\n"
                         "bfi lr, r3, #0, #12\n")
#else
BRIM_INLINE void brim_lanes_dual_tile(const uint32_t *stream, const uint32_t *pixels, int32_t *sums,
                                      const uint32_t *tail) {
    uint32_t header = *stream++;
    uint32_t acc[8];
    for (int i = 0; i < 8; i++)
        acc[i] = stream[i >> 2];
    stream += 2;
    for (;;) {
        for (uint32_t steps = header & BRIM_LANES_DUAL_COUNT; steps != 0; steps--) {
            for (int i = 0; i < 8; i++)
                acc[i] =
                    (uint32_t)BRIM_SMLAD((int32_t)stream[i >> 2], (int32_t)pixels[i & 3], (int32_t)acc[i]);
            stream += 2;
            pixels += 4;
        }
        header = *stream++;
        if ((header & BRIM_LANES_DUAL_JUMP) != 0) {
            stream = tail;
            header = *stream++;
        }
        if ((header & (BRIM_LANES_DUAL_SPILL | BRIM_LANES_DUAL_COUNT)) == 0)
            break;
        if ((header & BRIM_LANES_DUAL_SPILL) == 0)
            continue;
        const bool high = (header & BRIM_LANES_DUAL_HIGH) != 0;
        for (int i = 0; i < 8; i++) {
            int32_t *low = &sums[(i >> 2) * 8 + (i & 3)];
            *low = ((header & BRIM_LANES_DUAL_FIRST) != 0 ? 0 : *low) + (int32_t)(acc[i] & 0xFFFu);
            if (!high) {
                acc[i] = (acc[i] & ~0xFFFu) | (*stream >> (i >> 2) * 16 & 0xFFFu);
                continue;
            }
            low[4] = ((header & BRIM_LANES_DUAL_HIGH_FIRST) != 0 ? 0 : low[4]) + (int32_t)(acc[i] >> 12);
            acc[i] = stream[i >> 2];
        }
        stream += high ? 2 : 1;
    }
    for (int i = 0; i < 8; i++) {
        int32_t *low = &sums[(i >> 2) * 8 + (i & 3)];
        *low = ((header & BRIM_LANES_DUAL_FIRST) != 0 ? 0 : *low) + (int32_t)(acc[i] & 0xFFFu);
        low[4] = ((header & BRIM_LANES_DUAL_HIGH_FIRST) != 0 ? 0 : low[4]) + (int32_t)(acc[i] >> 12);
    }
}
#endif

#endif
