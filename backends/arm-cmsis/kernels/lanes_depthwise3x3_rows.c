#include "lanes_depthwise3x3_rows.h"

#include "depthwise_align.h"

/** One channel of the image: [row + 1][block] words of three pixels, with a row of padding above and below.
 */
BRIM_INLINE void brim_lanes_depthwise_pack(const brim_lanes_depthwise3x3_rows_params *p, const uint8_t *input,
                                           uint32_t *words) {
    const int32_t channels = p->channels, whole = p->width / 3, rest = p->width - 3 * whole;
    const uint32_t offset = (uint32_t)p->input_offset, padding = (uint32_t)p->padding;
    const uint32_t outside = padding | padding << 12 | padding << 24;
    const int32_t blocks = (p->width + 2) / 3;
    uint32_t *below = words + (p->height + 1) * blocks;
    for (int32_t b = 0; b < blocks; b++)
        *words++ = *below++ = outside;
    for (int32_t y = 0; y < p->height; y++) {
        for (int32_t b = 0; b < whole; b++, input += 3 * channels) {
            const uint32_t u0 = (uint8_t)(input[0] + offset);
            const uint32_t u1 = (uint8_t)(input[channels] + offset);
            const uint32_t u2 = (uint8_t)(input[2 * channels] + offset);
            *words++ = u0 | u1 << 12 | u2 << 24;
        }
        if (rest == 0)
            continue;
        const uint32_t u0 = (uint8_t)(input[0] + offset);
        const uint32_t u1 = rest > 1 ? (uint8_t)(input[channels] + offset) : padding;
        *words++ = u0 | u1 << 12 | padding << 24;
        input += rest * channels;
    }
}

/** The lanes of one block; `carry` are lanes 3 and 4 of the block before and becomes this one's. */
BRIM_INLINE uint64_t brim_lanes_depthwise_block(const brim_lanes_depthwise_rows *w, const uint32_t *pixels,
                                                int32_t blocks, uint32_t *carry) {
    /* No lane ever overflows, so adding the carry to lanes 0 and 1 stays within the low word. */
    uint64_t acc = (uint32_t)(w->start_low + *carry) | (uint64_t)w->start_high << 32;
    acc = (uint64_t)brim_mac64_wrap((int64_t)acc, w->row[0], (int32_t)pixels[0]);
    acc = (uint64_t)brim_mac64_wrap((int64_t)acc, w->row[1], (int32_t)pixels[blocks]);
    acc = (uint64_t)brim_mac64_wrap((int64_t)acc, w->row[2], (int32_t)pixels[2 * blocks]);
    *carry = (uint32_t)(acc >> 32) >> 4;
    return acc;
}

BRIM_INLINE int32_t brim_lanes_depthwise_lane1(uint64_t acc) {
    return (int32_t)((uint32_t)acc >> 12 & 0xFFFu);
}

BRIM_INLINE int32_t brim_lanes_depthwise_lane2(uint64_t acc) {
    return (int32_t)((uint32_t)acc >> 24 | ((uint32_t)(acc >> 32) & 0xFu) << 8);
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
    for (int32_t c = 0; c < params->channels; c++) {
        brim_lanes_depthwise_pack(params, from + c, scratch);
        const brim_lanes_depthwise_rows w = params->weights[c];
        const brim_lanes_channel k = params->channel[c];
        const uint32_t *pixels = scratch;
        uint8_t *to = output + c;
        for (int32_t y = 0; y < params->height; y++) {
            uint32_t carry = w.left;
            /* Column 0 begins in the first block; every later block completes the column before its own. */
            uint64_t acc = brim_lanes_depthwise_block(&w, pixels++, blocks, &carry);
            to[0] = brim_lanes_requantize(brim_lanes_depthwise_lane1(acc), &k, &codes);
            to[stride] = brim_lanes_requantize(brim_lanes_depthwise_lane2(acc), &k, &codes);
            to += 2 * stride;
            for (int32_t b = rest == 0 ? 1 : 2; b < blocks; b++, to += 3 * stride) {
                acc = brim_lanes_depthwise_block(&w, pixels++, blocks, &carry);
                to[0] = brim_lanes_requantize((int32_t)((uint32_t)acc & 0xFFFu), &k, &codes);
                to[stride] = brim_lanes_requantize(brim_lanes_depthwise_lane1(acc), &k, &codes);
                to[2 * stride] = brim_lanes_requantize(brim_lanes_depthwise_lane2(acc), &k, &codes);
            }
            uint32_t last = (carry & 0xFFFu) + w.right;
            if (rest != 0) {
                acc = brim_lanes_depthwise_block(&w, pixels++, blocks, &carry);
                last = (uint32_t)acc & 0xFFFu;
            }
            to[0] = brim_lanes_requantize((int32_t)last, &k, &codes);
            to += stride;
            if (rest != 0) {
                to[0] = brim_lanes_requantize(brim_lanes_depthwise_lane1(acc), &k, &codes);
                to += stride;
            }
            if (rest == 2) {
                to[0] = brim_lanes_requantize(brim_lanes_depthwise_lane2(acc), &k, &codes);
                to += stride;
            }
        }
    }
}
