/**
 * @file lanes_depthwise_pixels_tile.h
 * @brief Depthwise 3 x 3 sums of two neighbouring pixels in a word: six products per SMLAL and MLA.
 *
 * Of a filter row w0, w1, w2 and two pixels u0, u1, with z = 2^16:
 *     (w2 + w1 z + w0 z^2) * (u0 + u1 z)
 * Coefficient j of the product is what these pixels add to output x0 - 1 + j. The first two weights take one
 * SMLAL; w0 z^2 reaches the high word only, where it takes an MLA. The low word then holds the sums of
 * outputs x0 - 1 and x0, whole, as the high word of the pair before was added to it; the high word holds what
 * the next pair's low word begins with.
 *
 * So there are two lanes of 16 bits, and both hold whole sums of nine products, no matter how wide the
 * weights are: they are exact if U * (sum of all |w|) <= 2^16 - 1. They start at U times the magnitudes of
 * the negative weights. What the high word carries over may be negative: as integers start + carry lies
 * within 0 to 2^32 - 1, since its lanes are ranges of some of the nine products, moved by the start for all.
 */
#ifndef BRIM_LANES_DEPTHWISE_PIXELS_TILE_H
#define BRIM_LANES_DEPTHWISE_PIXELS_TILE_H

#include "lanes_common.h"

/** What the pairs of a channel are multiplied by. */
typedef struct {
    int32_t inner[3]; /**< w[ky][2] + w[ky][1] * 2^16 */
    int32_t outer[3]; /**< w[ky][0] */
    uint32_t start;   /**< of both lanes */
} brim_lanes_depthwise_pixels;

/*
 * brim_lanes_depthwise_pixels_tile: replaces pairs of pixels by pairs of sums.
 *
 * words      the pairs of three rows, row_bytes apart; those of the first row are overwritten
 * end        where to stop; at least one pair is taken
 * weights    of the channel
 *
 * Pair i gives the sums of the two outputs of which the first lies one pixel left of it. Those of the first
 * pair lack what is left of it. Rows that follow each other without a gap, each with padding in its last
 * place, are one row to this function.
 */
#if BRIM_LANES_THUMB2
/* Registers: r0, r2, r3 rows, r1 end, r4-r6 inner, r7-r9 outer, r10 start, r11 low, r12 high, lr pixels. */
#define BRIM_LANES_DEPTHWISE_PAIR                                                                            \
    "ldr lr, [r0]\n"                                                                                         \
    "add r11, r10, r12\n"                                                                                    \
    "mul r12, r7, lr\n"                                                                                      \
    "smlal r11, r12, r4, lr\n"                                                                               \
    "ldr lr, [r2], #4\n"                                                                                     \
    "mla r12, r8, lr, r12\n"                                                                                 \
    "smlal r11, r12, r5, lr\n"                                                                               \
    "ldr lr, [r3], #4\n"                                                                                     \
    "mla r12, r9, lr, r12\n"                                                                                 \
    "smlal r11, r12, r6, lr\n"                                                                               \
    "str r11, [r0], #4\n"

__attribute__((naked, noinline, unused)) static void
brim_lanes_depthwise_pixels_tile(uint32_t *words __attribute__((unused)),
                                 const uint32_t *end __attribute__((unused)),
                                 uint32_t row_bytes __attribute__((unused)),
                                 const brim_lanes_depthwise_pixels *weights __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r11, lr}\n"
                     "ldmia r3, {r4-r10}\n"
                     "add r3, r0, r2, lsl #1\n"
                     "subs r11, r1, r0\n"
                     "add r2, r0\n"
                     "movs r12, #0\n"
                     "tst r11, #4\n" /* An odd pair first. */
                     "bne 2f\n"
                     "1:\n" BRIM_LANES_DEPTHWISE_PAIR "2:\n" BRIM_LANES_DEPTHWISE_PAIR "cmp r0, r1\n"
                     "bne 1b\n"
                     "pop {r4-r11, pc}\n");
}
#else
BRIM_INLINE void brim_lanes_depthwise_pixels_tile(uint32_t *words, const uint32_t *end, uint32_t row_bytes,
                                                  const brim_lanes_depthwise_pixels *weights) {
    const uint32_t *below = words;
    uint32_t carry = 0;
    do {
        uint32_t high = 0;
        uint64_t acc = weights->start + carry;
        for (uint32_t ky = 0; ky < 3; ky++) {
            const uint32_t pixels = below[ky * (row_bytes / 4)];
            high += (uint32_t)weights->outer[ky] * pixels;
            acc = (uint64_t)brim_mac64_wrap((int64_t)acc, weights->inner[ky], (int32_t)pixels);
        }
        carry = high + (uint32_t)(acc >> 32);
        below++;
        *words++ = (uint32_t)acc;
    } while (words != end);
}
#endif

#endif
