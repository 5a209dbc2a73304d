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

/** What the words of a channel's blocks are multiplied by and added to. */
typedef struct {
    int32_t row[3]; /**< w[ky][2] + w[ky][1] * 2^L + w[ky][0] * 2^(2 L) */
    uint64_t start; /**< of all lanes */
    uint32_t left;  /**< lanes 3 and 4 of a block of padding, at bits 0 and L: left of column 0 */
    uint32_t right; /**< lane 0 of a block of padding: right of the last column */
} brim_lanes_depthwise_weights;

/** Word of a kernel row and what it adds to the start: its products lack 2^31 times the word if pixels are
 * flipped. */
BRIM_INLINE int32_t brim_lanes_depthwise_row(const brim_lanes_depthwise3x3_rows_params *p, int32_t index,
                                             uint64_t *start) {
    const uint32_t codes = brim_lanes_depthwise_codes(p->weights, p->code_bits, index);
    const uint32_t greatest = (uint32_t)p->greatest;
    uint32_t row = 0, positive = 0;
    for (int32_t i = 0; i < 3; i++) {
        const int32_t weight = brim_lanes_depthwise_weight(codes, p->code_bits, i);
        row = (row << p->spacing) + (uint32_t)weight;
        positive = (positive << p->spacing) + (uint32_t)(weight & ~(weight >> 31));
    }
    *start += (uint64_t)(positive - row) * (greatest | greatest << p->spacing | greatest << (2 * p->spacing));
    if (BRIM_LANES_ROWS_FLIP(p->spacing) != 0)
        *start -= (uint64_t)((int64_t)(int32_t)row * INT32_MIN);
    return (int32_t)row;
}

/** Products of the rows of a block, added to what their lanes start at. */
BRIM_INLINE uint64_t brim_lanes_depthwise_products(const brim_lanes_depthwise_weights *w, uint64_t start,
                                                   uint32_t above, uint32_t at, uint32_t below) {
    int64_t acc = (int64_t)start;
    acc = brim_mac64_wrap(acc, w->row[0], (int32_t)above);
    acc = brim_mac64_wrap(acc, w->row[1], (int32_t)at);
    return (uint64_t)brim_mac64_wrap(acc, w->row[2], (int32_t)below);
}

/** A channel's weights. */
BRIM_INLINE brim_lanes_depthwise_weights
brim_lanes_depthwise_expand(const brim_lanes_depthwise3x3_rows_params *p, int32_t channel) {
    const uint32_t padding = (uint32_t)p->padding;
    const uint32_t outside = BRIM_LANES_ROWS_WORD(padding, padding, padding, p->spacing);
    brim_lanes_depthwise_weights w = {{0, 0, 0}, 0, 0, 0};
    for (int32_t ky = 0; ky < 3; ky++)
        w.row[ky] = brim_lanes_depthwise_row(p, 3 * channel + ky, &w.start);
    const uint64_t beside = brim_lanes_depthwise_products(&w, w.start, outside, outside, outside);
    w.left = (uint32_t)(beside >> 32) >> (3 * p->spacing - 32);
    w.right = (uint32_t)beside & ((1u << p->spacing) - 1);
    return w;
}

/** Sums of the three columns that a block completes, lanes 0 to 2; `carry` are lanes 3 and 4 of the block
 * before and becomes this one's. */
BRIM_INLINE void brim_lanes_depthwise_block(int32_t spacing, const brim_lanes_depthwise_weights *w,
                                            const uint32_t *pixels, int32_t blocks, uint32_t *carry,
                                            uint32_t *sums) {
    const uint32_t mask = (1u << spacing) - 1;
    /* No lane ever overflows, so adding the carry to lanes 0 and 1 stays within the low word. */
    const uint64_t start = (uint32_t)(w->start + *carry) | (w->start >> 32 << 32);
    const uint64_t acc =
        brim_lanes_depthwise_products(w, start, pixels[0], pixels[blocks], pixels[2 * blocks]);
    *carry = (uint32_t)(acc >> 32) >> (3 * spacing - 32);
    sums[0] = (uint32_t)acc & mask;
    sums[1] = (uint32_t)acc >> spacing & mask;
    sums[2] = (uint32_t)(acc >> 2 * spacing) & mask;
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
        const brim_lanes_depthwise_weights w = brim_lanes_depthwise_expand(params, c);
        const brim_lanes_channel k = params->channel[c];
        const uint32_t *pixels = scratch;
        uint8_t *to = output + c;
        for (int32_t y = 0; y < params->height; y++) {
            uint32_t carry = w.left, sums[3];
            /* Column 0 begins in the first block; every later block completes the column before its own. */
            brim_lanes_depthwise_block(params->spacing, &w, pixels++, blocks, &carry, sums);
            to[0] = brim_lanes_requantize((int32_t)sums[1], &k, &codes);
            to[stride] = brim_lanes_requantize((int32_t)sums[2], &k, &codes);
            to += 2 * stride;
            for (int32_t b = rest == 0 ? 1 : 2; b < blocks; b++, to += 3 * stride) {
                brim_lanes_depthwise_block(params->spacing, &w, pixels++, blocks, &carry, sums);
                to[0] = brim_lanes_requantize((int32_t)sums[0], &k, &codes);
                to[stride] = brim_lanes_requantize((int32_t)sums[1], &k, &codes);
                to[2 * stride] = brim_lanes_requantize((int32_t)sums[2], &k, &codes);
            }
            if (rest == 0) {
                /* What the padding right of the last column completes. */
                const uint32_t last = (carry & ((1u << params->spacing) - 1)) + w.right;
                to[0] = brim_lanes_requantize((int32_t)last, &k, &codes);
                to += stride;
                continue;
            }
            brim_lanes_depthwise_block(params->spacing, &w, pixels++, blocks, &carry, sums);
            for (int32_t i = 0; i <= rest; i++, to += stride)
                to[0] = brim_lanes_requantize((int32_t)sums[i], &k, &codes);
        }
    }
}
