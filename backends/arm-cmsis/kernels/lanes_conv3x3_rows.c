#include "lanes_conv3x3_rows.h"

#include "lanes_rows_tile.h"

/** Words of one row: each channel's three pixels of each block; `stride` words apart per channel. */
BRIM_INLINE void brim_lanes_rows_pack(const brim_lanes_conv3x3_rows_params *p, const uint8_t *row,
                                      uint32_t *words, int32_t block_words) {
    const int32_t channels = p->channels;
    const uint32_t offset = (uint32_t)p->input_offset;
    const int32_t whole = p->width / 3;
    const int32_t rest = p->width - 3 * whole;
    for (int32_t b = 0; b < whole; b++) {
        uint32_t *to = words;
        for (int32_t c = 0; c < channels; c++) {
            const uint32_t u0 = (uint8_t)(row[0] + offset);
            const uint32_t u1 = (uint8_t)(row[channels] + offset);
            const uint32_t u2 = (uint8_t)(row[2 * channels] + offset);
            *to = BRIM_LANES_ROWS_WORD(u0, u1, u2, p->spacing);
            to += 2;
            row++;
        }
        row += 2 * channels;
        words += block_words;
    }
    const uint32_t padding = (uint32_t)p->padding;
    for (int32_t c = 0; c < channels; c++) {
        const uint32_t u0 = rest > 0 ? (uint8_t)(row[c] + offset) : padding;
        const uint32_t u1 = rest > 1 ? (uint8_t)(row[channels + c] + offset) : padding;
        words[2 * c] = BRIM_LANES_ROWS_WORD(u0, u1, padding, p->spacing);
    }
}

/** The strip that starts at output row y0: [block][row][channel][half], the halves being strip_rows / 2
 * apart. */
BRIM_INLINE void brim_lanes_rows_pack_strip(const brim_lanes_conv3x3_rows_params *p, const uint8_t *input,
                                            int32_t y0, uint32_t *strip) {
    const int32_t half_rows = p->strip_rows / 2;
    const int32_t block_words = (half_rows + 2) * p->channels * 2;
    const uint32_t padding = (uint32_t)p->padding;
    for (int32_t h = 0; h < 2; h++) {
        for (int32_t r = 0; r < half_rows + 2; r++) {
            const int32_t y = y0 + h * half_rows + r - 1;
            uint32_t *words = strip + r * p->channels * 2 + h;
            if (y >= 0 && y < p->height) {
                brim_lanes_rows_pack(p, input + y * p->width * p->channels, words, block_words);
                continue;
            }
            for (int32_t b = 0; b < BRIM_LANES_ROWS_BLOCKS(p->width); b++, words += block_words)
                for (int32_t c = 0; c < p->channels; c++)
                    words[2 * c] = BRIM_LANES_ROWS_WORD(padding, padding, padding, p->spacing);
        }
    }
}

/** Adds a step's weight words to their sums, which are needed where pixel words are stored less 2^31. */
BRIM_INLINE void brim_lanes_rows_sum_up(int32_t spacing, const uint32_t *words, uint32_t *sums) {
    if (BRIM_LANES_ROWS_FLIP(spacing) != 0) {
        sums[0] += words[0];
        sums[1] += words[1];
    }
}

/** Weight words of a step whose six weights are codes of 4 bits, w + 8: the mask leaves no sign to extend. */
BRIM_INLINE void brim_lanes_rows_words4(int32_t spacing, uint32_t codes, uint32_t mask, uint32_t eights,
                                        uint32_t *to, uint32_t *sums) {
    to[0] = (codes & mask) - eights;
    if (spacing == 12)
        to[1] = (codes >> 4 & mask) - eights;
    else /* The highest field of channel 1 has no room above channel 0's. */
        to[1] = (codes >> 4 & 0x1E00Fu) + ((codes >> 8 & 0xFu) << 26) - eights;
    brim_lanes_rows_sum_up(spacing, to, sums);
}

/** The signed field of `bits` bits at bit `at`: SBFX. */
BRIM_INLINE uint32_t brim_lanes_rows_field(uint32_t word, int32_t at, int32_t bits) {
    return (uint32_t)((int32_t)(word << (32 - bits - at)) >> (32 - bits));
}

/** Weight words of a step of signed fields of 5 or 6 bits; `last` is the sixth. */
BRIM_INLINE void brim_lanes_rows_words(int32_t spacing, uint32_t codes, int32_t bits, uint32_t last,
                                       uint32_t *to) {
    to[0] = brim_lanes_rows_field(codes, 0, bits) + (brim_lanes_rows_field(codes, bits, bits) << spacing) +
            (brim_lanes_rows_field(codes, 2 * bits, bits) << 2 * spacing);
    to[1] = brim_lanes_rows_field(codes, 3 * bits, bits) +
            (brim_lanes_rows_field(codes, 4 * bits, bits) << spacing) + (last << 2 * spacing);
}

/** Weight words of a chunk's steps. @return what follows them */
BRIM_INLINE const uint32_t *brim_lanes_rows_weights(int32_t spacing, int32_t bits, const uint32_t *from,
                                                    int32_t steps, uint32_t *to, uint32_t *sums) {
    uint32_t mask = 0xFu | 0xFu << spacing | 0xFu << (2 * spacing);
    uint32_t eights = 8u | 8u << spacing | 8u << (2 * spacing);
    uint32_t *const end = to + 2 * steps;
    if (bits == 4) {
        BRIM_LANES_OPAQUE(mask); /* In registers, not split into immediates. */
        BRIM_LANES_OPAQUE(eights);
        for (; end - to >= 8; from += 4, to += 8) {
            brim_lanes_rows_words4(spacing, from[0], mask, eights, to, sums);
            brim_lanes_rows_words4(spacing, from[1], mask, eights, to + 2, sums);
            brim_lanes_rows_words4(spacing, from[2], mask, eights, to + 4, sums);
            brim_lanes_rows_words4(spacing, from[3], mask, eights, to + 6, sums);
        }
        for (; to != end; from++, to += 2)
            brim_lanes_rows_words4(spacing, *from, mask, eights, to, sums);
    } else if (bits == 5) {
        for (; to != end; from++, to += 2) {
            brim_lanes_rows_words(spacing, *from, 5, brim_lanes_rows_field(*from, 25, 5), to);
            brim_lanes_rows_sum_up(spacing, to, sums);
        }
    } else {
        while (to != end) {
            uint32_t rest = *from++;
            const uint32_t *const eight = end - to > 16 ? to + 16 : end;
            for (; to != eight; from++, to += 2, rest >>= 4) {
                const uint32_t last = (uint32_t)((int32_t)*from >> 30) * 16 + (rest & 0xFu);
                brim_lanes_rows_words(spacing, *from, 6, last, to);
                brim_lanes_rows_sum_up(spacing, to, sums);
            }
        }
    }
    return from;
}

/** The start of a channel's accumulator: `taps` has the starts of w2 and w1, 13 bits each, and w0's; lanes
 * are the coefficients of their polynomial times 1 + z + z^2. `sum` and `carry` are the low 33 bits of what
 * the products lack, over 2^31. */
BRIM_INLINE void brim_lanes_rows_start(int32_t spacing, uint32_t taps, uint32_t w0, uint32_t sum,
                                       uint32_t carry, uint32_t *start) {
    const uint32_t low = spacing == 13 ? taps & 0x3FFFFFFu : (taps & 0x1FFFu) | (taps >> 13 & 0x1FFFu) << 12;
    uint32_t three = 1u | 1u << spacing | 1u << 2 * spacing;
    BRIM_LANES_OPAQUE(three); /* UMULL, not shifts of 64 bits. */
    const uint64_t lanes = (low | (uint64_t)w0 << 2 * spacing) * three + ((uint64_t)sum << 31);
    start[0] = (uint32_t)lanes;
    start[1] = (uint32_t)(lanes >> 32) + (carry << 31);
}

/** Expands a pair of channels to what brim_lanes_rows_tile reads. @return the next pair */
BRIM_INLINE const uint32_t *brim_lanes_rows_expand(const brim_lanes_conv3x3_rows_params *p,
                                                   const uint32_t *from, uint32_t *to) {
    for (uint32_t after = 0, next = 0x80000000u;; after = next, next = 0) {
        const uint32_t first = from[0], second = from[1], third = from[2];
        const int32_t steps = (int32_t)(first >> 26) + 1;
        uint32_t sums[2] = {0, 0};
        *to = (uint32_t)steps | after;
        from = brim_lanes_rows_weights(p->spacing, p->code_bits, from + 3, steps, to + 5, sums);
        brim_lanes_rows_start(p->spacing, first, third & 0x1FFFu, sums[0], third >> 26, to + 1);
        brim_lanes_rows_start(p->spacing, second, third >> 13 & 0x1FFFu, sums[1], third >> 27, to + 3);
        to += 5 + 2 * steps;
        if ((int32_t)second < 0) {
            *to = next;
            return from;
        }
    }
}

/**
 * Completes the columns 3 * block - 1 .. 3 * block + 1 of one channel in one row: lanes 0 to 2 of the block,
 * with lanes 3 and 4 of the block before, which `carry` holds and which become this block's. Of the three
 * columns those from..to-1 are stored, the first at `output`.
 */
BRIM_INLINE void brim_lanes_rows_finish(int32_t spacing, const brim_lanes_rows_sum *sums, uint32_t *carry,
                                        const brim_lanes_channel *channel, const brim_lanes_output *codes,
                                        int32_t stride, int32_t from, int32_t to, uint8_t *output) {
    const uint64_t even = sums->even_low | (uint64_t)sums->even_high << 32;
    const uint64_t odd = (sums->all_low | (uint64_t)sums->all_high << 32) - even;
    const uint32_t two_lanes = (1u << 2 * spacing) - 1;
    const uint32_t sum0 = (sums->even_low & two_lanes) + carry[0];
    const uint32_t sum1 = ((uint32_t)(odd >> spacing) & two_lanes) + carry[1];
    const uint32_t sum2 = (uint32_t)(even >> 2 * spacing);
    const brim_lanes_channel constants = *channel;
    carry[0] = ((uint32_t)(odd >> 3 * spacing) - (sums->top << spacing)) & ((1u << (64 - 3 * spacing)) - 1);
    carry[1] = sums->top;
    if (from <= 0) {
        *output = brim_lanes_requantize((int32_t)sum0, &constants, codes);
        output += stride;
    }
    if (to >= 2) {
        output[0] = brim_lanes_requantize((int32_t)sum1, &constants, codes);
        if (to >= 3)
            output[stride] = brim_lanes_requantize((int32_t)sum2, &constants, codes);
    }
}

/** Two channels in two rows, half a strip apart, of which the second may lie below the image. */
BRIM_INLINE void brim_lanes_rows_pair(const brim_lanes_conv3x3_rows_params *p, int32_t channel, int32_t y,
                                      const uint32_t *weights, const uint32_t *pixels, uint8_t *output) {
    const int32_t half_rows = p->strip_rows / 2, stride = p->outputs;
    const int32_t last = p->width / 3, rest = p->width - 3 * last;
    const int32_t block_words = (half_rows + 2) * p->channels * 2;
    const int32_t sums_count = y + half_rows < p->height ? 4 : 2;
    const brim_lanes_channel *channels = p->channel + channel;
    uint8_t *at = output + y * p->width * stride + channel;
    const int32_t next_row = half_rows * p->width * stride;
    uint32_t carry[4][2] = {{0, (uint32_t)p->left[channel]},
                            {0, (uint32_t)p->left[channel + 1]},
                            {0, (uint32_t)p->left[channel]},
                            {0, (uint32_t)p->left[channel + 1]}};
    brim_lanes_rows_sum sums[4];
    for (int32_t b = 0; b <= last; b++, pixels += block_words) {
        brim_lanes_rows_tile(p->spacing, weights, pixels, sums);
        if (b != 0 && b != last) {
            for (int32_t i = 0; i < sums_count; i++)
                brim_lanes_rows_finish(p->spacing, &sums[i], carry[i], &channels[i & 1], &p->output, stride,
                                       0, 3, at + (i >> 1) * next_row + (i & 1));
            at += 3 * stride;
            continue;
        }
        /* Column -1 is no column; the last block has one to three. */
        const int32_t from = b == 0 ? 1 : 0, to = b == last ? 1 + rest : 3;
        for (int32_t i = 0; i < sums_count; i++)
            brim_lanes_rows_finish(p->spacing, &sums[i], carry[i], &channels[i & 1], &p->output, stride, from,
                                   to, at + (i >> 1) * next_row + (i & 1));
        at += (to - from) * stride;
    }
}

BRIM_LAYER_KERNEL void brim_lanes_conv3x3_rows(const brim_lanes_conv3x3_rows_params *params,
                                               const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    const int32_t half_rows = params->strip_rows / 2;
    const int32_t row_words = params->channels * 2;
    uint32_t *const expanded = scratch, *const strip = scratch + params->pair_words;
    for (int32_t y0 = 0; y0 < params->height; y0 += params->strip_rows) {
        brim_lanes_rows_pack_strip(params, input, y0, strip);
        const uint32_t *pair = params->stream;
        for (int32_t c = 0; c < params->outputs; c += 2) {
            pair = brim_lanes_rows_expand(params, pair, expanded);
            for (int32_t r = 0; r < half_rows; r++)
                brim_lanes_rows_pair(params, c, y0 + r, expanded, strip + r * row_words, output);
        }
    }
}
