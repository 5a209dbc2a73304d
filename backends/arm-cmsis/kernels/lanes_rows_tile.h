/**
 * @file lanes_rows_tile.h
 * @brief Row convolutions as polynomial products: nine multiplications per SMLAL.
 *
 * Three taps of a filter row and three neighbouring pixels, spaced 12 bits apart, are the coefficients of two
 * polynomials in z = 2^12:
 *     (w2 + w1 z + w0 z^2) * (u0 + u1 z + u2 z^2)
 * Coefficient j of the product is what these pixels add to output x0 - 1 + j, so one 32 x 32 -> 64 multiply-
 * accumulate performs nine useful multiplications into five lanes of 12, 12, 12, 12 and 16 bits. Lanes 3 and
 * 4 belong to the outputs of the next block of three pixels.
 *
 * Bounds. Operands: |w| <= 127 and 0 <= u <= 127 fit 32 signed bits. Lanes, per chunk and for each tap subset
 * of an output: lane 0 {w2}, lane 1 {w1, w2}, lane 2 {w0, w1, w2}, lane 3 {w0, w1}, lane 4 {w0}; lane 2 is
 * the narrowest: U * (|w0| + |w1| + |w2|) summed over the chunk <= 4095.
 *
 * After a chunk the accumulator is added to two running 64-bit sums: `all` of everything and `even` of lanes
 * 0, 2 and 4 alone. even then has lanes of 24, 24 and 16 bits, and so has all - even with lanes 1 and 3 (24
 * and 28 bits): these are the bounds of the layer's whole sums.
 */
#ifndef BRIM_LANES_ROWS_TILE_H
#define BRIM_LANES_ROWS_TILE_H

#include "lanes_common.h"

/** Longest chunk in steps; a step is one filter row of one input channel. */
#define BRIM_LANES_ROWS_STEPS 64

/** Sums of one block of three pixels for one channel. */
typedef struct {
    uint64_t all;
    uint64_t even;
} brim_lanes_rows_sum;

/**
 * Sums of two channels over two blocks.
 *
 * @param stream  words: steps; then per chunk: start of channel 0 (low, high), start of channel 1, per step
 * the weights of channel 0 and of channel 1, then the next chunk's steps (0: no more), with bit 31 set after
 * the first chunk
 * @param pixels  per step the word of block 0 and of block 1
 * @param sums    out: [block * 2 + channel]
 */
#if BRIM_LANES_THUMB2
__attribute__((naked, noinline, unused)) static void
brim_lanes_rows_tile(const uint32_t *stream __attribute__((unused)),
                     const uint32_t *pixels __attribute__((unused)),
                     brim_lanes_rows_sum *sums __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r11, lr}\n"
                     "sub sp, #12\n"
                     "str r2, [sp, #8]\n"
                     "ldr r2, [r0], #4\n"
                     "1:\n"
                     "ldmia r0!, {r6-r9}\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "mov r12, r8\n"
                     "mov lr, r9\n"
                     /* Enter the unrolled steps so that r2 of them remain; each is 20 bytes. */
                     "adr.w r3, 2f\n"
                     "movs r4, #20\n"
                     "mls r3, r2, r4, r3\n"
                     "mov pc, r3\n"
                     ".balign 4\n"
                     ".rept 64\n"
                     "ldmia.n r0!, {r2, r3}\n"
                     "ldmia.n r1!, {r4, r5}\n"
                     "smlal r6, r7, r2, r4\n"
                     "smlal r8, r9, r3, r4\n"
                     "smlal r10, r11, r2, r5\n"
                     "smlal r12, lr, r3, r5\n"
                     ".endr\n"
                     ".balign 4\n"
                     "2:\n"
                     "ldr r3, [r0], #4\n"
                     "ldr r2, [sp, #8]\n"
                     "cmp r3, #0\n"
                     "blt 3f\n"
                     /* A later chunk: all += acc, even += acc without lanes 1 and 3. */
                     "strd r0, r1, [sp]\n"
                     ".macro brim_rows_add lo, hi\n"
                     "ldmia r2, {r0, r1, r4, r5}\n"
                     "adds r0, r0, \\lo\n"
                     "adc r1, r1, \\hi\n"
                     "bfc \\lo, #12, #12\n"
                     "bfc \\hi, #4, #12\n"
                     "adds r4, r4, \\lo\n"
                     "adc r5, r5, \\hi\n"
                     "stmia r2!, {r0, r1, r4, r5}\n"
                     ".endm\n"
                     "brim_rows_add r6, r7\n"
                     "brim_rows_add r8, r9\n"
                     "brim_rows_add r10, r11\n"
                     "brim_rows_add r12, lr\n"
                     ".purgem brim_rows_add\n"
                     "ldrd r0, r1, [sp]\n"
                     "movs r2, r3\n"
                     "bne 1b\n"
                     "add sp, #12\n"
                     "pop {r4-r11, pc}\n"
                     /* The first chunk: store. */
                     "3:\n"
                     ".macro brim_rows_put lo, hi, at\n"
                     "strd \\lo, \\hi, [r2, #\\at]\n"
                     "bfc \\lo, #12, #12\n"
                     "bfc \\hi, #4, #12\n"
                     "strd \\lo, \\hi, [r2, #\\at + 8]\n"
                     ".endm\n"
                     "brim_rows_put r6, r7, 0\n"
                     "brim_rows_put r8, r9, 16\n"
                     "brim_rows_put r10, r11, 32\n"
                     "brim_rows_put r12, lr, 48\n"
                     ".purgem brim_rows_put\n"
                     "lsls r2, r3, #1\n"
                     "lsr.w r2, r2, #1\n"
                     "bne 1b\n"
                     "add sp, #12\n"
                     "pop {r4-r11, pc}\n");
}
#else
BRIM_INLINE void brim_lanes_rows_tile(const uint32_t *stream, const uint32_t *pixels,
                                      brim_lanes_rows_sum *sums) {
    const uint64_t even_lanes = 0xFFFF000FFF000FFFu;
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
            sums[i].all = (first ? 0 : sums[i].all) + acc[i];
            sums[i].even = (first ? 0 : sums[i].even) + (acc[i] & even_lanes);
        }
        header = *stream++;
        first = false;
    } while ((header & 0x7FFFFFFFu) != 0);
}
#endif

#endif
