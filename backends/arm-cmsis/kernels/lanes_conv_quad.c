#include "lanes_conv_quad.h"

#include "lanes_rows_tile.h"

/** Words of two windows of u0 and u1: u0 + u1 * 2^(2 L) - 2^31. */
BRIM_INLINE void brim_lanes_quad_merge(const brim_lanes_conv_quad_params *p, const uint8_t *first,
                                       const uint8_t *second, uint32_t *words) {
    uint32_t flip = 0x80000000u;
    BRIM_LANES_OPAQUE(flip);
    const uint32_t offset = (uint32_t)p->input_offset & 0xFFu;
    const int32_t bytes = BRIM_LANES_PAIRS_BYTES(p->kernel_height * p->kernel_width * p->channels);
    for (const uint8_t *end = first + bytes; first != end; first += 4, second += 4, words += 8) {
        const uint32_t u0 = brim_load32(first), u1 = brim_load32(second);
        for (int32_t i = 0; i < 4; i++) {
            const uint32_t low = ((u0 >> 8 * i) + offset) & 0xFFu, high = ((u1 >> 8 * i) + offset) & 0xFFu;
            words[2 * i] = (low | high << 2 * p->spacing) ^ flip;
        }
    }
}

/** Start of the accumulator of two channels at two pixels: lanes start at `starts`, 14 bits each, and `words`
 * is the sum of the weight words that meet pixel words less 2^31. */
BRIM_INLINE void brim_lanes_quad_start(int32_t spacing, uint32_t starts, int32_t words, uint32_t *to) {
    const uint32_t pixel = (starts & 0x3FFFu) + ((starts >> 14 & 0x3FFFu) << spacing);
    const uint64_t start = pixel + ((uint64_t)pixel << 2 * spacing) + ((uint64_t)(int64_t)words << 31);
    to[0] = (uint32_t)start;
    to[1] = (uint32_t)(start >> 32);
}

/** Expands a tile to what brim_lanes_rows_tile reads. @return the next tile */
BRIM_INLINE const uint32_t *brim_lanes_quad_expand(const brim_lanes_conv_quad_params *p, const uint32_t *from,
                                                   uint32_t *to) {
    for (uint32_t chunks = 0;; chunks++) {
        const uint32_t first = from[0], second = from[1];
        const int32_t steps = (int32_t)(first >> 28 | (second >> 28 & 3u) << 4) + 1;
        *to = (uint32_t)steps | (chunks == 1 ? 0x80000000u : 0);
        uint32_t words[2] = {0, 0};
        from = brim_lanes_pairs_expand(from + 2, 2 * steps, p->code_bits, p->spacing, to + 5, words);
        brim_lanes_quad_start(p->spacing, first, (int32_t)words[0], to + 1);
        brim_lanes_quad_start(p->spacing, second, (int32_t)words[1], to + 3);
        to += 5 + 2 * steps;
        if ((int32_t)second < 0) {
            *to = chunks == 0 ? 0x80000000u : 0;
            return from;
        }
    }
}

/** Sums of four channels at four pixels, [channel][pixel]. */
BRIM_INLINE void brim_lanes_quad_tile(const brim_lanes_conv_quad_params *p, const uint32_t *stream,
                                      const uint32_t *pixels, int32_t *sums) {
    brim_lanes_rows_sum lanes[4];
    const int32_t spacing = p->spacing;
    const uint32_t two_lanes = (1u << 2 * spacing) - 1;
    brim_lanes_rows_tile(spacing, stream, pixels, lanes);
    for (int32_t i = 0; i < 4; i++) {
        const uint64_t even = lanes[i].even_low | (uint64_t)lanes[i].even_high << 32;
        const uint64_t odd = (lanes[i].all_low | (uint64_t)lanes[i].all_high << 32) - even;
        int32_t *to = sums + 8 * (i & 1) + 2 * (i >> 1);
        to[0] = (int32_t)(lanes[i].even_low & two_lanes);
        to[1] = (int32_t)(even >> 2 * spacing);
        to[4] = (int32_t)((uint32_t)(odd >> spacing) & two_lanes);
        to[5] = (int32_t)(odd >> 3 * spacing);
    }
}

BRIM_LAYER_KERNEL void brim_lanes_conv_quad(const brim_lanes_conv_quad_params *params, const uint8_t *input,
                                            uint8_t *output, uint32_t *scratch) {
    BRIM_LANES_PAIRS_CONVOLUTION(params, input, output, scratch, brim_lanes_quad_merge,
                                 brim_lanes_quad_expand, brim_lanes_quad_tile, 2 * window_bytes, 4);
}
