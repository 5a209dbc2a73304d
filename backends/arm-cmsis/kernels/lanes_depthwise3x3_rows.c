#include "lanes_depthwise3x3_rows.h"

#include "depthwise_align.h"

/** One channel of the image: [row + 1][block] words of three pixels, with a row of padding above and below.
 */
BRIM_INLINE void brim_lanes_depthwise_pack(const brim_lanes_depthwise3x3_rows_params *p, const uint8_t *input,
                                           uint32_t *words) {
    const int32_t channels = p->channels, whole = p->width / 3, rest = p->width - 3 * whole;
    const uint32_t offset = (uint32_t)p->input_offset, padding = (uint32_t)p->padding;
    const uint32_t outside = BRIM_LANES_ROWS_WORD(padding, padding, padding, p->spacing);
    const int32_t blocks = (p->width + 2) / 3;
    uint32_t *below = words + (p->height + 1) * blocks;
    for (int32_t b = 0; b < blocks; b++)
        *words++ = *below++ = outside;
    for (int32_t y = 0; y < p->height; y++) {
        for (int32_t b = 0; b < whole; b++, input += 3 * channels) {
            const uint32_t u0 = (uint8_t)(input[0] + offset);
            const uint32_t u1 = (uint8_t)(input[channels] + offset);
            const uint32_t u2 = (uint8_t)(input[2 * channels] + offset);
            *words++ = BRIM_LANES_ROWS_WORD(u0, u1, u2, p->spacing);
        }
        if (rest == 0)
            continue;
        const uint32_t u0 = (uint8_t)(input[0] + offset);
        const uint32_t u1 = rest > 1 ? (uint8_t)(input[channels] + offset) : padding;
        *words++ = BRIM_LANES_ROWS_WORD(u0, u1, padding, p->spacing);
        input += rest * channels;
    }
}

/** Lanes 0 to 2 of one part of a block; `carry` are lanes 3 and 4 of the block before and becomes this one's.
 */
BRIM_INLINE void brim_lanes_depthwise_part(int32_t spacing, const brim_lanes_depthwise_rows *w,
                                           const uint32_t *pixels, int32_t blocks, uint32_t *carry,
                                           uint32_t *lanes) {
    const uint32_t mask = (1u << spacing) - 1;
    /* No lane ever overflows, so adding the carry to lanes 0 and 1 stays within the low word. */
    uint64_t acc = (uint32_t)(w->start_low + *carry) | (uint64_t)w->start_high << 32;
    acc = (uint64_t)brim_mac64_wrap((int64_t)acc, w->row[0], (int32_t)pixels[0]);
    acc = (uint64_t)brim_mac64_wrap((int64_t)acc, w->row[1], (int32_t)pixels[blocks]);
    acc = (uint64_t)brim_mac64_wrap((int64_t)acc, w->row[2], (int32_t)pixels[2 * blocks]);
    *carry = (uint32_t)(acc >> 32) >> (3 * spacing - 32);
    lanes[0] = (uint32_t)acc & mask;
    lanes[1] = (uint32_t)acc >> spacing & mask;
    lanes[2] = (uint32_t)(acc >> 2 * spacing) & mask;
}

/** Sums of the three columns that a block completes. */
BRIM_INLINE void brim_lanes_depthwise_block(const brim_lanes_depthwise3x3_rows_params *p,
                                            const brim_lanes_depthwise_rows *w, const uint32_t *pixels,
                                            int32_t blocks, uint32_t *carry, uint32_t *sums) {
    brim_lanes_depthwise_part(p->spacing, &w[0], pixels, blocks, &carry[0], sums);
    if (p->split_bits != 0) {
        uint32_t high[3];
        brim_lanes_depthwise_part(p->spacing, &w[1], pixels, blocks, &carry[1], high);
        for (int32_t i = 0; i < 3; i++)
            sums[i] += high[i] << p->split_bits;
    }
}

/** Sum of the last column of a row whose blocks are full: what its right neighbour, padding, would complete.
 */
BRIM_INLINE uint32_t brim_lanes_depthwise_last(const brim_lanes_depthwise3x3_rows_params *p,
                                               const brim_lanes_depthwise_rows *w, const uint32_t *carry) {
    const uint32_t mask = (1u << p->spacing) - 1;
    const uint32_t sum = (carry[0] & mask) + w[0].right;
    return p->split_bits == 0 ? sum : sum + (((carry[1] & mask) + w[1].right) << p->split_bits);
}

BRIM_LAYER_KERNEL void brim_lanes_depthwise3x3_rows(const brim_lanes_depthwise3x3_rows_params *params,
                                                    const uint8_t *input, uint8_t *output,
                                                    uint32_t *scratch) {
    const int32_t stride = params->channels;
    const int32_t blocks = (params->width + 2) / 3, rest = params->width % 3;
    const int32_t bytes = params->height * params->width * stride;
    const uint8_t *const from =
        (const uint8_t *)brim_depthwise_align((const int8_t *)input, (int8_t *)output, bytes, bytes, stride);
    const brim_lanes_output codes = params->output;
    const brim_lanes_depthwise_rows *weights = params->weights;
    for (int32_t c = 0; c < params->channels; c++) {
        brim_lanes_depthwise_pack(params, from + c, scratch);
        /* Of a single part no second is read. */
        const int32_t second = params->split_bits != 0 ? 1 : 0;
        const brim_lanes_depthwise_rows w[2] = {weights[0], weights[second]};
        weights += 1 + second;
        const brim_lanes_channel k = params->channel[c];
        const uint32_t *pixels = scratch;
        uint8_t *to = output + c;
        for (int32_t y = 0; y < params->height; y++) {
            uint32_t carry[2] = {w[0].left, w[1].left}, sums[3];
            /* Column 0 begins in the first block; every later block completes the column before its own. */
            brim_lanes_depthwise_block(params, w, pixels++, blocks, carry, sums);
            to[0] = brim_lanes_requantize((int32_t)sums[1], &k, &codes);
            to[stride] = brim_lanes_requantize((int32_t)sums[2], &k, &codes);
            to += 2 * stride;
            for (int32_t b = rest == 0 ? 1 : 2; b < blocks; b++, to += 3 * stride) {
                brim_lanes_depthwise_block(params, w, pixels++, blocks, carry, sums);
                to[0] = brim_lanes_requantize((int32_t)sums[0], &k, &codes);
                to[stride] = brim_lanes_requantize((int32_t)sums[1], &k, &codes);
                to[2 * stride] = brim_lanes_requantize((int32_t)sums[2], &k, &codes);
            }
            if (rest == 0) {
                const uint32_t last = brim_lanes_depthwise_last(params, w, carry);
                to[0] = brim_lanes_requantize((int32_t)last, &k, &codes);
                to += stride;
                continue;
            }
            brim_lanes_depthwise_block(params, w, pixels++, blocks, carry, sums);
            for (int32_t i = 0; i <= rest; i++, to += stride)
                to[0] = brim_lanes_requantize((int32_t)sums[i], &k, &codes);
        }
    }
}
