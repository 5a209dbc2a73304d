/**
 * @file lanes_pixels_tile.h
 * @brief Matrix products with two pixels in every halfword: four multiplications per SMLAD.
 *
 * An activation word holds the halves u_p + u_q * 2^12 of two taps; SMLAD multiplies them with the weights of
 * the same taps and adds both products, so the accumulator collects pixel p in its low 12 bits and pixel q in
 * the 20 above.
 *
 * Bounds. |w| <= 127, 0 <= u <= 15: u_q reaches the sign bit, so halves are stored less 2^15. Every step
 * thereby adds 2^15 times its weights too little, a constant of the high lane that its start gives back.
 * Lanes as in lanes_dual_tile.h, both of them for the weights of one channel: U * (|w| summed) <= 4095 in a
 * low lane, per chunk, and <= 2^20 - 1 in a high lane since it was last emptied.
 */
#ifndef BRIM_LANES_PIXELS_TILE_H
#define BRIM_LANES_PIXELS_TILE_H

#include "lanes_dual_tile.h"

/**
 * brim_lanes_pixels_tile: sums of four channels at four pixels.
 *
 * stream   words: as of brim_lanes_dual_tile, but four starts, of a channel each, and per step the words of
 *          four channels
 * pixels   per step the words of pixels 0 and 1 and of pixels 2 and 3
 * sums     out: [pixel][channel], start values included
 */
#if BRIM_LANES_DSP
BRIM_LANES_LOW_HIGH_TILE(brim_lanes_pixels_tile,
                         "ldmia r0!, {r6-r9}\n"
                         "mov r10, r6\n"
                         "mov r11, r7\n"
                         "mov r12, r8\n"
                         "mov lr, r9\n",
                         "ldmia.n r1!, {r2, r3}\n"
                         "ldmia.n r0!, {r4, r5}\n"
                         "smlad r6, r4, r2, r6\n"
                         "smlad r7, r5, r2, r7\n"
                         "smlad r10, r4, r3, r10\n"
                         "smlad r11, r5, r3, r11\n"
                         "ldmia.n r0!, {r4, r5}\n"
                         "smlad r8, r4, r2, r8\n"
                         "smlad r9, r5, r2, r9\n"
                         "smlad r12, r4, r3, r12\n"
                         "smlad lr, r5, r3, lr\n",
                         "ldmia r0!, {r2, r3}\n"
                         "bfi r6, r2, #0, #12\n"
                         "bfi r10, r2, #0, #12\n"
                         "bfi r7, r3, #0, #12\n"
                         "bfi r11, r3, #0, #12\n"
                         "ldmia r0!, {r2, r3}\n"
                         "bfi r8, r2, #0, #12\n"
                         "bfi r12, r2, #0, #12\n"
                         "bfi r9, r3, #0, #12\n"
                         "bfi lr, r3, #0, #12\n")
#else
BRIM_INLINE void brim_lanes_pixels_tile(const uint32_t *stream, const uint32_t *pixels, int32_t *sums,
                                        const uint32_t *tail) {
    (void)tail;
    uint32_t header = *stream++;
    uint32_t acc[8];
    for (int i = 0; i < 8; i++)
        acc[i] = stream[i & 3];
    stream += 4;
    for (;;) {
        for (uint32_t steps = header & BRIM_LANES_DUAL_COUNT; steps != 0; steps--) {
            for (int i = 0; i < 8; i++)
                acc[i] =
                    (uint32_t)BRIM_SMLAD((int32_t)stream[i & 3], (int32_t)pixels[i >> 2], (int32_t)acc[i]);
            stream += 4;
            pixels += 2;
        }
        header = *stream++;
        const bool end = (header & (BRIM_LANES_DUAL_SPILL | BRIM_LANES_DUAL_COUNT)) == 0;
        if (!end && (header & BRIM_LANES_DUAL_SPILL) == 0)
            continue;
        const bool all = end || (header & BRIM_LANES_DUAL_HIGH) != 0;
        for (int i = 0; i < 8; i++) {
            int32_t *low = &sums[(i >> 2) * 8 + (i & 3)];
            *low = ((header & BRIM_LANES_DUAL_FIRST) != 0 ? 0 : *low) + (int32_t)(acc[i] & 0xFFFu);
            if (all)
                low[4] = ((header & BRIM_LANES_DUAL_HIGH_FIRST) != 0 ? 0 : low[4]) + (int32_t)(acc[i] >> 12);
        }
        if (end)
            break;
        for (int i = 0; i < 8; i++)
            acc[i] = (all ? 0 : acc[i] & ~0xFFFu) | stream[i & 3];
        stream += 4;
    }
}
#endif

#endif
