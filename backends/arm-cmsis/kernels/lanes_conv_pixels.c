#include "lanes_conv_pixels.h"

#include "lanes_pixels_tile.h"

/** Words of two windows of u0 and u1: pairs of taps, each half u0 + u1 * 2^12 - 2^15. */
BRIM_INLINE void brim_lanes_pixels_merge(const brim_lanes_conv_pixels_params *p, const uint8_t *first,
                                         const uint8_t *second, uint32_t *words) {
    uint32_t mask = 0x00FF00FFu, flip = 0x80008000u;
    BRIM_LANES_OPAQUE(mask);
    BRIM_LANES_OPAQUE(flip);
    const uint32_t offsets = (uint32_t)(p->input_offset & 0xFF) * 0x00010001u;
    const int32_t bytes = BRIM_LANES_PAIRS_BYTES(p->kernel_height * p->kernel_width * p->channels);
    for (const uint8_t *end = first + bytes; first != end; first += 4, second += 4, words += 4) {
        const uint32_t u0 = brim_load32(first), u1 = brim_load32(second);
        uint32_t even0 = u0 & mask, odd0 = u0 >> 8 & mask, even1 = u1 & mask, odd1 = u1 >> 8 & mask;
        if (offsets != 0) {
            even0 = (even0 + offsets) & mask;
            odd0 = (odd0 + offsets) & mask;
            even1 = (even1 + offsets) & mask;
            odd1 = (odd1 + offsets) & mask;
        }
        words[0] = (even0 + (even1 << 12)) ^ flip;
        words[2] = (odd0 + (odd1 << 12)) ^ flip;
    }
}

/** Expands a tile's weights to halfwords. */
BRIM_INLINE void brim_lanes_pixels_expand(const brim_lanes_conv_pixels_params *p, const uint32_t *from,
                                          uint32_t *to) {
    (void)p;
    uint32_t header = BRIM_LANES_DUAL_SPILL | *from++;
    *to++ = header & ~BRIM_LANES_DUAL_SPILL;
    for (;;) {
        if ((header & BRIM_LANES_DUAL_SPILL) != 0)
            for (int i = 0; i < 4; i++)
                *to++ = *from++;
        for (uint32_t steps = header & BRIM_LANES_DUAL_COUNT; steps != 0; steps--, from += 2, to += 4) {
            const uint32_t low = from[0], high = from[1];
            to[0] = (uint32_t)BRIM_SXTB16(low);
            to[1] = (uint32_t)BRIM_SXTB16_ROR8(low);
            to[2] = (uint32_t)BRIM_SXTB16(high);
            to[3] = (uint32_t)BRIM_SXTB16_ROR8(high);
        }
        header = *from++;
        *to++ = header;
        if ((header & (BRIM_LANES_DUAL_SPILL | BRIM_LANES_DUAL_COUNT)) == 0)
            return;
    }
}

#define BRIM_LANES_PIXELS_TILE(p, stream, pixels, sums) brim_lanes_pixels_tile(stream, pixels, sums, NULL)

BRIM_LAYER_KERNEL void brim_lanes_conv_pixels(const brim_lanes_conv_pixels_params *params,
                                              const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    BRIM_LANES_PAIRS_CONVOLUTION(params, input, output, scratch, brim_lanes_pixels_merge,
                                 brim_lanes_pixels_expand, BRIM_LANES_PIXELS_TILE, window_bytes, 1);
}
