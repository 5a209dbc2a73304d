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

/** Expands a tile to what brim_lanes_pixels_tile reads. @return the next tile */
BRIM_INLINE const uint32_t *brim_lanes_pixels_expand(const brim_lanes_conv_pixels_params *p,
                                                     const uint32_t *from, uint32_t *to) {
    /* Of the low and the high lanes those that have not been emptied yet. */
    uint32_t firsts = BRIM_LANES_DUAL_FIRST | BRIM_LANES_DUAL_HIGH_FIRST;
    bool first = true;
    for (;;) {
        const uint32_t chunk = *from++;
        int32_t steps = (int32_t)(chunk & BRIM_LANES_PIXELS_STEPS);
        uint32_t header = BRIM_LANES_DUAL_SPILL | (firsts & BRIM_LANES_DUAL_FIRST);
        uint32_t *at = to++;
        if ((chunk & BRIM_LANES_PIXELS_ALL) != 0) {
            header |= BRIM_LANES_DUAL_HIGH | (firsts & BRIM_LANES_DUAL_HIGH_FIRST);
            for (int i = 0; i < 4; i++)
                *to++ = *from++;
        } else {
            const uint32_t low = *from++, high = chunk >> 16;
            to[0] = low & 0xFFFu;
            to[1] = low >> 12 & 0xFFFu;
            to[2] = low >> 24 | (high & 0xFu) << 8;
            to[3] = high >> 4;
            to += 4;
        }
        if (first)
            header = 0;
        first = false;
        firsts &= ~header;
        for (;;) {
            const int32_t part = steps < BRIM_LANES_DUAL_STEPS ? steps : BRIM_LANES_DUAL_STEPS;
            *at = header | (uint32_t)part;
            from = brim_lanes_pairs_expand(from, 4 * part, p->code_bits, 16, to, 0);
            to += 4 * part;
            steps -= part;
            if (steps == 0)
                break;
            at = to++;
            header = 0;
        }
        if ((chunk & BRIM_LANES_PIXELS_LAST) != 0) {
            *to = firsts;
            return from;
        }
    }
}

#define BRIM_LANES_PIXELS_TILE(p, stream, pixels, sums) brim_lanes_pixels_tile(stream, pixels, sums, NULL)

BRIM_LAYER_KERNEL void brim_lanes_conv_pixels(const brim_lanes_conv_pixels_params *params,
                                              const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    BRIM_LANES_PAIRS_CONVOLUTION(params, input, output, scratch, brim_lanes_pixels_merge,
                                 brim_lanes_pixels_expand, BRIM_LANES_PIXELS_TILE, window_bytes, 1);
}
