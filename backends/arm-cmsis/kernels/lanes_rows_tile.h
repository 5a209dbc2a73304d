/**
 * @file lanes_rows_tile.h
 * @brief Row convolutions as polynomial products: nine multiplications per SMLAL.
 *
 * Three taps of a filter row and three neighbouring pixels, spaced L = 12 or 13 bits apart, are the
 * coefficients of two polynomials in z = 2^L:
 *     (w2 + w1 z + w0 z^2) * (u0 + u1 z + u2 z^2)
 * Coefficient j of the product is what these pixels add to output x0 - 1 + j, so one 32 x 32 -> 64 multiply-
 * accumulate performs nine useful multiplications into five lanes: four of L bits and one of 64 - 4 L. Lanes
 * 3 and 4 belong to the outputs of the next block of three pixels.
 *
 * Operands. L = 12: |w| <= 127 and 0 <= u <= 127. L = 13: |w| <= 31 and 0 <= u <= 63; u2 then reaches the
 * sign bit, so pixel words are stored less 2^31 (BRIM_LANES_ROWS_FLIP). Every step thereby adds 2^31 times
 * its weight word too little, a constant that the chunk's start gives back.
 *
 * Lanes, per chunk and for each tap subset of an output: lane 0 {w2}, lane 1 {w1, w2}, lane 2 {w0, w1, w2},
 * lane 3 {w0, w1}, lane 4 {w0}; the fullest is lane 2: U * (|w0| + |w1| + |w2|) summed over the chunk
 * <= 2^L - 1.
 *
 * After a chunk the accumulator is added to running sums: `all` of everything, modulo 2^64, `even` of lanes 0
 * and 2 alone, `top` of lane 4. Lane 1 then is bits L to 3 L - 1 of all - even, and lane 3 what lies above,
 * less `top`. The bounds of the layer's whole sums: 2 L bits for lanes 0 and 1, 64 - 3 L for lane 3, 32 for
 * lanes 2 and 4.
 *
 * lanes_conv_quad.h fills the same fields with two channels and two pixels, L = 12, 13 or 14.
 */
#ifndef BRIM_LANES_ROWS_TILE_H
#define BRIM_LANES_ROWS_TILE_H

#include "lanes_common.h"

/** Longest chunk in steps; a step is one filter row of one input channel. */
#define BRIM_LANES_ROWS_STEPS 64

/** What pixel words are combined with by exclusive or: 2^31 where three fields and a sign exceed 32 bits. */
#define BRIM_LANES_ROWS_FLIP(spacing) ((spacing) == 13 ? 0x80000000u : 0u)

/** The word of three pixels. */
#define BRIM_LANES_ROWS_WORD(u0, u1, u2, spacing)                                                            \
    (((u0) | (u1) << (spacing) | (u2) << (2 * (spacing))) ^ BRIM_LANES_ROWS_FLIP(spacing))

/** Sums of one block of three pixels for one channel. */
typedef struct {
    uint32_t all_low, all_high;
    uint32_t even_low, even_high;
    uint32_t top;
} brim_lanes_rows_sum;

/*
 * brim_lanes_rows_tile: sums of two channels over two blocks.
 *
 * stream   words: steps; then per chunk: start of channel 0 (low, high), start of channel 1, per step the
 *          weights of channel 0 and of channel 1, then the next chunk's steps (0: no more), with bit 31 set
 *          after the first chunk
 * pixels   per step the word of block 0 and of block 1
 * sums     out: [block * 2 + channel]
 */
#if BRIM_LANES_THUMB2
/* The tile function for one distance L of the fields: lane 2 begins in the low word and lanes 3 and 4 lie in
 * the high one, at 3 L - 32 and 4 L - 32. */
#define BRIM_LANES_ROWS_TILE(name, spacing)                                                                  \
    __attribute__((naked, noinline, unused)) static void name(                                               \
        const uint32_t *stream __attribute__((unused)), const uint32_t *pixels __attribute__((unused)),      \
        brim_lanes_rows_sum *sums __attribute__((unused))) {                                                 \
        __asm__ volatile(                                                                                    \
            ".syntax unified\n"                                                                              \
            "push {r4-r11, lr}\n"                                                                            \
            "sub sp, #12\n"                                                                                  \
            "str r2, [sp, #8]\n"                                                                             \
            "ldr r2, [r0], #4\n"                                                                             \
            "1:\n"                                                                                           \
            "ldmia r0!, {r6-r9}\n"                                                                           \
            "mov r10, r6\n"                                                                                  \
            "mov r11, r7\n"                                                                                  \
            "mov r12, r8\n"                                                                                  \
            "mov lr, r9\n" /* Enter the unrolled steps so that r2 of them remain; each is 20 bytes. */       \
            "adr.w r3, 2f\n"                                                                                 \
            "movs r4, #20\n"                                                                                 \
            "mls r3, r2, r4, r3\n"                                                                           \
            "mov pc, r3\n"                                                                                   \
            ".balign 4\n"                                                                                    \
            ".rept 64\n"                                                                                     \
            "ldmia.n r0!, {r2, r3}\n"                                                                        \
            "ldmia.n r1!, {r4, r5}\n"                                                                        \
            "smlal r6, r7, r2, r4\n"                                                                         \
            "smlal r8, r9, r3, r4\n"                                                                         \
            "smlal r10, r11, r2, r5\n"                                                                       \
            "smlal r12, lr, r3, r5\n"                                                                        \
            ".endr\n"                                                                                        \
            ".balign 4\n"                                                                                    \
            "2:\n"                                                                                           \
            "ldr r3, [r0], #4\n"                                                                             \
            "ldr r2, [sp, #8]\n"                                                                             \
            "cmp r3, #0\n"                                                                                   \
            "blt 3f\n" /* A later chunk: all, even and top grow. */                                          \
            "strd r0, r1, [sp]\n"                                                                            \
            ".macro brim_rows_add lo, hi\n"                                                                  \
            "ldmia r2, {r0, r1, r3, r4, r5}\n"                                                               \
            "adds r0, r0, \\lo\n"                                                                            \
            "adc r1, r1, \\hi\n"                                                                             \
            "add r5, r5, \\hi, lsr #(4*" #spacing "-32)\n"                                                   \
            "bfc \\lo, #" #spacing ", #" #spacing "\n"                                                       \
            "bfc \\hi, #(3*" #spacing "-32), #(64-3*" #spacing ")\n"                                         \
            "adds r3, r3, \\lo\n"                                                                            \
            "adc r4, r4, \\hi\n"                                                                             \
            "stmia r2!, {r0, r1, r3, r4, r5}\n"                                                              \
            ".endm\n"                                                                                        \
            "brim_rows_add r6, r7\n"                                                                         \
            "brim_rows_add r8, r9\n"                                                                         \
            "brim_rows_add r10, r11\n"                                                                       \
            "brim_rows_add r12, lr\n"                                                                        \
            ".purgem brim_rows_add\n"                                                                        \
            "ldrd r0, r1, [sp]\n"                                                                            \
            "ldr r2, [r0, #-4]\n"                                                                            \
            "cmp r2, #0\n"                                                                                   \
            "bne 1b\n"                                                                                       \
            "add sp, #12\n"                                                                                  \
            "pop {r4-r11, pc}\n" /* The first chunk: store. */                                               \
            "3:\n"                                                                                           \
            ".macro brim_rows_put lo, hi, at\n"                                                              \
            "strd \\lo, \\hi, [r2, #\\at]\n"                                                                 \
            "lsr r4, \\hi, #(4*" #spacing "-32)\n"                                                           \
            "bfc \\lo, #" #spacing ", #" #spacing "\n"                                                       \
            "bfc \\hi, #(3*" #spacing "-32), #(64-3*" #spacing ")\n"                                         \
            "strd \\lo, \\hi, [r2, #\\at + 8]\n"                                                             \
            "str r4, [r2, #\\at + 16]\n"                                                                     \
            ".endm\n"                                                                                        \
            "brim_rows_put r6, r7, 0\n"                                                                      \
            "brim_rows_put r8, r9, 20\n"                                                                     \
            "brim_rows_put r10, r11, 40\n"                                                                   \
            "brim_rows_put r12, lr, 60\n"                                                                    \
            ".purgem brim_rows_put\n"                                                                        \
            "lsls r2, r3, #1\n"                                                                              \
            "lsr.w r2, r2, #1\n"                                                                             \
            "bne 1b\n"                                                                                       \
            "add sp, #12\n"                                                                                  \
            "pop {r4-r11, pc}\n");                                                                           \
    }
BRIM_LANES_ROWS_TILE(brim_lanes_rows_tile_12, 12)
BRIM_LANES_ROWS_TILE(brim_lanes_rows_tile_13, 13)
BRIM_LANES_ROWS_TILE(brim_lanes_rows_tile_14, 14)

BRIM_INLINE void brim_lanes_rows_tile(int32_t spacing, const uint32_t *stream, const uint32_t *pixels,
                                      brim_lanes_rows_sum *sums) {
    if (spacing == 13)
        brim_lanes_rows_tile_13(stream, pixels, sums);
    else if (spacing == 14)
        brim_lanes_rows_tile_14(stream, pixels, sums);
    else
        brim_lanes_rows_tile_12(stream, pixels, sums);
}
#else
BRIM_INLINE void brim_lanes_rows_tile(int32_t spacing, const uint32_t *stream, const uint32_t *pixels,
                                      brim_lanes_rows_sum *sums) {
    const uint64_t lane = ((uint64_t)1 << spacing) - 1;
    uint32_t header = *stream++;
    bool first = true;
    do {
        const uint64_t start0 = stream[0] | (uint64_t)stream[1] << 32;
        const uint64_t start1 = stream[2] | (uint64_t)stream[3] << 32;
        uint64_t acc[4] = {start0, start1, start0, start1};
        stream += 4;
        for (uint32_t steps = header & 0x7FFFFFFFu; steps != 0; steps--) {
            for (int i = 0; i < 4; i++)
                acc[i] = (uint64_t)brim_mac64_wrap((int64_t)acc[i], (int32_t)stream[i & 1],
                                                   (int32_t)pixels[i >> 1]);
            stream += 2;
            pixels += 2;
        }
        for (int i = 0; i < 4; i++) {
            brim_lanes_rows_sum sum = {0, 0, 0, 0, 0};
            if (!first)
                sum = sums[i];
            const uint64_t all = (sum.all_low | (uint64_t)sum.all_high << 32) + acc[i];
            const uint64_t even =
                (sum.even_low | (uint64_t)sum.even_high << 32) + (acc[i] & (lane | lane << (2 * spacing)));
            sums[i].all_low = (uint32_t)all;
            sums[i].all_high = (uint32_t)(all >> 32);
            sums[i].even_low = (uint32_t)even;
            sums[i].even_high = (uint32_t)(even >> 32);
            sums[i].top = sum.top + (uint32_t)(acc[i] >> (4 * spacing));
        }
        header = *stream++;
        first = false;
    } while ((header & 0x7FFFFFFFu) != 0);
}
#endif

#endif
