/**
 * @file lanes_pairs.h
 * @brief What convolutions with two pixels in a word share: parameters, windows, the order of the loops.
 *
 * Weights are stored in 4 to 7 bits. A strip of blocks of four pixels is gathered, then every tile of four
 * channels is expanded once and runs over all of its blocks.
 *
 * Pairs of weights are stored in the two halves of words, as codes w + 2^(code_bits - 1). Of each half the
 * lowest bits are the codes of two pairs, and 16 - 2 code_bits are left. What so many words leave that it is
 * two codes or more are the codes of two further pairs, the first word's bits being the lowest: one word
 * holds four pairs of 4 bits, two words six of 5 bits, three eight of 6 bits, seven sixteen of 7 bits. The
 * pairs of a chunk, an even number, begin with a word; at their end, where less would be left than two codes,
 * words hold two pairs. Bits that are no code's are 0.
 */
#ifndef BRIM_LANES_PAIRS_H
#define BRIM_LANES_PAIRS_H

#include "lanes_common.h"

/** Parameters of a convolution of any kernel, stride and padding. */
typedef struct {
    int32_t input_height, input_width, channels;
    int32_t output_height, output_width, outputs;
    int32_t kernel_height, kernel_width;
    int32_t stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;      /**< u of a padding pixel */
    int32_t spacing;      /**< bits from field to field */
    int32_t strip_blocks; /**< blocks of four pixels that are gathered at a time */
    int32_t code_bits;    /**< 4 to 7 bits that a weight is stored in */
    int32_t tile_words;   /**< longest expanded tile, words */
    /** Tiles of four channels: chunks as the kernel says. Taps are ordered [kernel row][kernel column]
     * [channel]. */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    brim_lanes_output output;
} brim_lanes_pairs_params;

/** Taps in whole words of bytes. */
#define BRIM_LANES_PAIRS_BYTES(taps) (((taps) + 3) / 4 * 4)

/** The weights of the pair whose codes are at bit `at` of the halves: two halves for a spacing of 16, else
 * their sum, `spacing` bits apart. */
BRIM_INLINE uint32_t brim_lanes_pairs_word(uint32_t codes, int32_t at, int32_t bits, int32_t spacing,
                                           uint32_t mask) {
    const uint32_t field = (1u << bits) - 1, zero = 1u << (bits - 1);
    if (spacing == 16)
        return (uint32_t)BRIM_SSUB16((int32_t)(codes >> at & mask), (int32_t)(zero * 0x00010001u));
    return (codes >> at & field) + ((codes >> (16 + at) & field) << spacing) - (zero + (zero << spacing));
}

/** The words of two pairs, the first at bit `at` of the halves. */
BRIM_INLINE uint32_t *brim_lanes_pairs_words(uint32_t codes, int32_t at, int32_t bits, int32_t spacing,
                                             uint32_t mask, uint32_t *to, uint32_t *sums) {
    const uint32_t first = brim_lanes_pairs_word(codes, at, bits, spacing, mask);
    const uint32_t second = brim_lanes_pairs_word(codes, at + bits, bits, spacing, mask);
    to[0] = first;
    to[1] = second;
    if (sums != 0) {
        sums[0] += first;
        sums[1] += second;
    }
    return to + 2;
}

/**
 * Expands pairs of weights to a word each.
 *
 * @param sums  the words of every other pair are added to sums[0], the others to sums[1]; or null
 * @return what follows the codes
 */
BRIM_INLINE const uint32_t *brim_lanes_pairs_expand(const uint32_t *from, int32_t pairs, int32_t bits,
                                                    int32_t spacing, uint32_t *to, uint32_t *sums) {
    uint32_t mask = ((1u << bits) - 1) * 0x00010001u;
    const int32_t spare = 16 - 2 * bits, words = (2 * bits + spare - 1) / spare;
    const uint32_t highest = ((1u << spare) - 1) * 0x00010001u << 2 * bits;
    BRIM_LANES_OPAQUE(mask); /* In a register: AND with a shift. */
    for (; pairs >= 2 * words + 2; pairs -= 2 * words + 2) {
        uint32_t more = 0;
        for (int32_t i = 0; i < words; i++) {
            const uint32_t codes = *from++;
            more = more >> spare | (codes & highest);
            to = brim_lanes_pairs_words(codes, 0, bits, spacing, mask, to, sums);
        }
        to = brim_lanes_pairs_words(more, 16 - words * spare, bits, spacing, mask, to, sums);
    }
    for (; pairs > 0; pairs -= 2)
        to = brim_lanes_pairs_words(*from++, 0, bits, spacing, mask, to, sums);
    return from;
}

/** Copies whole words, or single bytes where `whole` is false. */
BRIM_INLINE uint8_t *brim_lanes_pairs_copy(const uint8_t *from, int32_t bytes, bool whole, uint8_t *to) {
    if (whole) {
        for (const uint8_t *end = from + bytes; from != end; from += 4, to += 4) {
            uint32_t word = brim_load32(from);
            BRIM_LANES_OPAQUE(word); /* Not a call of memcpy. */
            *(uint32_t *)(void *)to = word;
        }
        return to;
    }
    for (const uint8_t *end = from + bytes; from != end; from++, to++) {
        uint32_t byte = *from;
        BRIM_LANES_OPAQUE(byte);
        *to = (uint8_t)byte;
    }
    return to;
}

BRIM_INLINE uint8_t *brim_lanes_pairs_fill(uint32_t byte, int32_t bytes, bool whole, uint8_t *to) {
    uint32_t word = byte * 0x01010101u;
    if (whole) {
        for (uint8_t *end = to + bytes; to != end; to += 4) {
            BRIM_LANES_OPAQUE(word);
            *(uint32_t *)(void *)to = word;
        }
        return to;
    }
    for (uint8_t *end = to + bytes; to != end; to++) {
        BRIM_LANES_OPAQUE(word);
        *to = (uint8_t)word;
    }
    return to;
}

/** The codes of a pixel's window in order, where they are or copied to `bytes`. */
BRIM_INLINE const uint8_t *brim_lanes_pairs_window(const brim_lanes_pairs_params *p, const uint8_t *input,
                                                   int32_t y, int32_t x, uint8_t *bytes) {
    const int32_t channels = p->channels;
    const bool whole = channels % 4 == 0;
    /* A window of one pixel that is always inside. */
    if (whole && p->kernel_height == 1 && p->kernel_width == 1 && p->pad_top == 0 && p->pad_left == 0 &&
        (p->output_height - 1) * p->stride_y < p->input_height &&
        (p->output_width - 1) * p->stride_x < p->input_width)
        return input + (y * p->input_width + x) * channels;
    const uint32_t padding = (uint8_t)(p->padding - p->input_offset);
    const int32_t left = x < 0 ? (-x < p->kernel_width ? -x : p->kernel_width) : 0;
    const int32_t over = x + p->kernel_width - p->input_width;
    const int32_t right = over > 0 ? (over < p->kernel_width - left ? over : p->kernel_width - left) : 0;
    const int32_t inside = p->kernel_width - left - right;
    uint8_t *to = bytes;
    for (int32_t ky = 0; ky < p->kernel_height; ky++, y++) {
        if (y < 0 || y >= p->input_height) {
            to = brim_lanes_pairs_fill(padding, p->kernel_width * channels, whole, to);
            continue;
        }
        to = brim_lanes_pairs_fill(padding, left * channels, whole, to);
        to = brim_lanes_pairs_copy(input + (y * p->input_width + x + left) * channels, inside * channels,
                                   whole, to);
        to = brim_lanes_pairs_fill(padding, right * channels, whole, to);
    }
    while ((to - bytes) % 4 != 0)
        *to++ = 0; /* What the taps that only fill up read does not matter. */
    return bytes;
}

/** Output codes of a tile at a block; sums[channel * step + pixel * (5 - step)], step being 1 or 4. */
BRIM_INLINE void brim_lanes_pairs_store(const brim_lanes_pairs_params *p, const int32_t *sums, int32_t step,
                                        int32_t channel, int32_t pixels, uint8_t *output) {
    const int32_t end = channel + 4 < p->outputs ? channel + 4 : p->outputs, next = 5 - step;
    for (; channel < end; channel++, sums += step) {
        const brim_lanes_channel constants = p->channel[channel];
        uint8_t *to = output + channel;
        to[0] = brim_lanes_requantize(sums[0], &constants, &p->output);
        if (pixels == 4) {
            to[p->outputs] = brim_lanes_requantize(sums[next], &constants, &p->output);
            to[2 * p->outputs] = brim_lanes_requantize(sums[2 * next], &constants, &p->output);
            to[3 * p->outputs] = brim_lanes_requantize(sums[3 * next], &constants, &p->output);
        } else {
            for (int32_t i = 1; i < pixels; i++)
                to[i * p->outputs] = brim_lanes_requantize(sums[i * next], &constants, &p->output);
        }
    }
}

/**
 * The convolution: MERGE(p, u0, u1, words) makes the words of two windows of codes, every other one of
 * `words`; EXPAND(p, from, to) expands a tile and
 * returns the next; TILE(p, stream, pixels, sums) computes it at a block, sums
 * being [pixel][channel] for step 1, [channel][pixel] for step 4.
 */
#define BRIM_LANES_PAIRS_CONVOLUTION(params, input, output, scratch, MERGE, EXPAND, TILE, block_words, step) \
    do {                                                                                                     \
        const int32_t window_bytes =                                                                         \
            BRIM_LANES_PAIRS_BYTES((params)->kernel_height * (params)->kernel_width * (params)->channels);   \
        const int32_t all = (params)->output_height * (params)->output_width;                                \
        uint32_t *const expanded = (scratch), *const strip = expanded + (params)->tile_words;                \
        uint8_t *const bytes = (uint8_t *)(strip + (params)->strip_blocks * (block_words));                  \
        int32_t y = 0, x = 0;                                                                                \
        for (int32_t first = 0; first < all; first += 4 * (params)->strip_blocks) {                          \
            const int32_t rest =                                                                             \
                all - first < 4 * (params)->strip_blocks ? all - first : 4 * (params)->strip_blocks;         \
            uint32_t *words = strip;                                                                         \
            for (int32_t pixel = 0; pixel < rest; pixel += 4, words += (block_words)) {                      \
                const uint8_t *windows[4];                                                                   \
                for (int32_t i = 0; i < 4; i++) {                                                            \
                    if (pixel + i >= rest) {                                                                 \
                        windows[i] = windows[0];                                                             \
                        continue;                                                                            \
                    }                                                                                        \
                    windows[i] = brim_lanes_pairs_window(                                                    \
                        (params), (input), y * (params)->stride_y - (params)->pad_top,                       \
                        x * (params)->stride_x - (params)->pad_left, bytes + i * window_bytes);              \
                    if (++x == (params)->output_width) {                                                     \
                        x = 0;                                                                               \
                        y++;                                                                                 \
                    }                                                                                        \
                }                                                                                            \
                MERGE((params), windows[0], windows[1], words);                                              \
                MERGE((params), windows[2], windows[3], words + 1);                                          \
            }                                                                                                \
            const uint32_t *tile = (params)->stream;                                                         \
            for (int32_t c = 0; c < (params)->outputs; c += 4) {                                             \
                tile = EXPAND((params), tile, expanded);                                                     \
                uint8_t *to = (output) + first * (params)->outputs;                                          \
                words = strip;                                                                               \
                for (int32_t pixel = 0; pixel < rest;                                                        \
                     pixel += 4, words += (block_words), to += 4 * (params)->outputs) {                      \
                    int32_t sums[16];                                                                        \
                    TILE((params), expanded, words, sums);                                                   \
                    brim_lanes_pairs_store((params), sums, (step), c, rest - pixel < 4 ? rest - pixel : 4,   \
                                           to);                                                              \
                }                                                                                            \
            }                                                                                                \
        }                                                                                                    \
    } while (0)

#endif
