/**
 * @file lanes_model.h
 * @brief Test support: random layers, plain reference layers and the packing of their weights for lane
 * kernels.
 *
 * The packing here is written from the kernels' headers, apart from the compiler's, so that the two check
 * each other.
 */
#ifndef LANES_MODEL_H
#define LANES_MODEL_H

#include "lanes_common.h"

/** A layer as the reference sees it. depthwise layers have weights [kernel][kernel][channels]. */
typedef struct {
    int height, width, channels, outputs, kernel;
    int umax;    /**< greatest activation */
    int padding; /**< u of the zero point */
    int two_roundings;
    int out_zero, low, high;
    const int8_t *weights; /**< [outputs][kernel][kernel][channels] */
    const int32_t *bias;
    const int32_t *multiplier;
    const int32_t *shift;
} lanes_layer;

static uint32_t lanes_seed = 1;

static uint32_t lanes_random(uint32_t bound) {
    lanes_seed = lanes_seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)(lanes_seed >> 8) * bound) >> 24);
}

/** Gaussian of standard deviation 2.2, so that 7 is about the largest of several hundred. */
static int lanes_gaussian(int limit) {
    int32_t sum = 0;
    for (int i = 0; i < 12; i++)
        sum += (int32_t)lanes_random(1000) - 500;
    const int32_t scaled = sum * 22 / 10;
    const int w = (int)((scaled + (scaled < 0 ? -500 : 500)) / 1000);
    return w < -limit ? -limit : w > limit ? limit : w;
}

/** Channel constants as the kernels want them, all constants folded into `extra`. */
static brim_lanes_channel lanes_channel(const lanes_layer *l, int c, int32_t extra) {
    const int32_t right = l->two_roundings ? -l->shift[c] : -1 - l->shift[c];
    const brim_lanes_channel constants = {(l->bias[c] + extra) * (l->two_roundings ? 2 : 1), l->multiplier[c],
                                          (int32_t)((1u << (right - 1)) + ((uint32_t)l->out_zero << right)),
                                          right};
    return constants;
}

/** Sum of one output of a convolution with same padding and stride 1, zero point included. */
static int32_t lanes_reference_sum(const lanes_layer *l, const uint8_t *u, int y, int x, int c) {
    const int half = l->kernel / 2;
    int32_t sum = l->bias[c];
    for (int ky = 0; ky < l->kernel; ky++)
        for (int kx = 0; kx < l->kernel; kx++) {
            const int iy = y + ky - half, ix = x + kx - half;
            if (iy < 0 || ix < 0 || iy >= l->height || ix >= l->width)
                continue;
            const uint8_t *at = u + (iy * l->width + ix) * l->channels;
            const int8_t *w = l->weights + ((c * l->kernel + ky) * l->kernel + kx) * l->channels;
            for (int k = 0; k < l->channels; k++)
                sum += w[k] * (at[k] - l->padding);
        }
    return sum;
}

static uint8_t lanes_reference_code(const lanes_layer *l, int32_t sum, int c) {
    const int32_t q = (l->two_roundings ? brim_requantize_tflite(sum, l->multiplier[c], l->shift[c])
                                        : brim_requantize_single(sum, l->multiplier[c], l->shift[c])) +
                      l->out_zero;
    return (uint8_t)(q < l->low ? l->low : q > l->high ? l->high : q);
}

static int32_t lanes_weight_sum(const lanes_layer *l, int c) {
    int32_t sum = 0;
    const int n = l->kernel * l->kernel * l->channels;
    for (int k = 0; k < n; k++)
        sum += l->weights[c * n + k];
    return sum;
}

/** Random input; `kind` 0: random; 1: all U; 2: zeros; from 3: the input that drives channel (kind - 3) / 2
 * to the greatest and least sum, repeated with the kernel's period so that some outputs see it exactly. */
static void lanes_input(const lanes_layer *l, int kind, uint8_t *u) {
    for (int y = 0; y < l->height; y++)
        for (int x = 0; x < l->width; x++)
            for (int k = 0; k < l->channels; k++) {
                const int c = ((kind - 3) / 2) % l->outputs;
                uint8_t code = 0;
                if (kind == 0)
                    code = (uint8_t)lanes_random((uint32_t)l->umax + 1);
                else if (kind == 1)
                    code = (uint8_t)l->umax;
                else if (kind > 2) {
                    const int w = l->weights[((c * l->kernel + y % l->kernel) * l->kernel + x % l->kernel) *
                                                 l->channels +
                                             k];
                    code = (uint8_t)(((kind & 1) ? w > 0 : w < 0) ? l->umax : 0);
                }
                u[(y * l->width + x) * l->channels + k] = code;
            }
}

static int lanes_abs(int x) {
    return x < 0 ? -x : x;
}

/** The three weights w0, w1, w2 of a filter row and input channel. */
static void lanes_row_taps(const lanes_layer *l, int output, int step, int *w) {
    for (int kx = 0; kx < 3; kx++)
        w[kx] = l->weights[((output * 3 + step / l->channels) * 3 + kx) * l->channels + step % l->channels];
}

/**
 * Weights of brim_lanes_conv3x3_rows in `bits` bits each.
 *
 * @param chunks  out: number of chunks of all pairs, for the report
 * @return words written; `channel` and `left` filled, *pair_words the longest expanded stream
 */
__attribute__((unused)) static int lanes_pack_rows(const lanes_layer *l, int spacing, int bits,
                                                   uint32_t *stream, brim_lanes_channel *channel,
                                                   int32_t *left, int32_t *pair_words, int *chunks) {
    uint32_t *to = stream;
    const int steps = 3 * l->channels;
    *pair_words = 0;
    *chunks = 0;
    for (int c = 0; c < l->outputs; c += 2) {
        int expanded = 1;
        int32_t starts[2] = {0, 0}, lefts[2] = {0, 0}, side[2] = {0, 0};
        for (int begin = 0, end = 0; begin < steps; begin = end) {
            int sum[2] = {0, 0}, top[2] = {0, 0}, negative[2][3] = {{0, 0, 0}, {0, 0, 0}}, w[3];
            int64_t whole[2] = {0, 0}; /* sums of the weight words */
            for (; end < steps && end - begin < 64; end++) {
                int over = 0;
                for (int i = 0; i < 2; i++) {
                    lanes_row_taps(l, c + i, end, w);
                    sum[i] += (lanes_abs(w[0]) + lanes_abs(w[1]) + lanes_abs(w[2])) * l->umax;
                    top[i] += lanes_abs(w[0]) * l->umax;
                    over |= sum[i] >> spacing != 0 || top[i] >> (64 - 4 * spacing) != 0;
                }
                if (over)
                    break;
                for (int i = 0; i < 2; i++) {
                    lanes_row_taps(l, c + i, end, w);
                    for (int kx = 0; kx < 3; kx++)
                        negative[i][kx] += w[kx] < 0 ? -w[kx] * l->umax : 0;
                    side[i] += w[0];
                    whole[i] += w[2] + w[1] * (int64_t)(1 << spacing) + w[0] * (int64_t)(1 << 2 * spacing);
                }
            }
            for (int i = 0; i < 2; i++) {
                starts[i] += negative[i][0] + negative[i][1] + negative[i][2];
                lefts[i] += negative[i][0];
                to[i] = (uint32_t)(negative[i][2] + negative[i][1] * 8192);
            }
            to[0] += (uint32_t)(end - begin - 1) << 26;
            to[1] += end == steps ? 0x80000000u : 0;
            to[2] = (uint32_t)(negative[0][0] + negative[1][0] * 8192);
            for (int i = 0; i < 2 && spacing == 13; i++)
                to[2] |= ((uint32_t)((uint64_t)whole[i] >> 32) & 1u) << (26 + i);
            to += 3;
            uint32_t *lower = to;
            for (int s = begin; s < end; s++) {
                uint32_t code = 0, at = 0;
                if (bits == 6 && (s - begin) % 8 == 0) {
                    lower = to++;
                    *lower = 0;
                }
                for (int i = 0; i < 2; i++) {
                    lanes_row_taps(l, c + i, s, w);
                    for (int kx = 2; kx >= 0; kx--, at += (uint32_t)bits) {
                        const uint32_t field = (uint32_t)w[kx] & ((1u << bits) - 1);
                        if (bits == 4)
                            code |= (uint32_t)(w[kx] + 8)
                                    << (i == 1 && kx == 0 && spacing == 13 ? 8 : (2 - kx) * spacing + 4 * i);
                        else if (at < 30) {
                            code |= field << at;
                        } else {
                            code |= field >> 4 << 30;
                            *lower |= (field & 15u) << (s - begin) % 8 * 4;
                        }
                    }
                }
                *to++ = code;
            }
            expanded += 5 + 2 * (end - begin);
            ++*chunks;
        }
        if (expanded > *pair_words)
            *pair_words = expanded;
        for (int i = 0; i < 2; i++) {
            left[c + i] = lefts[i] + l->padding * side[i];
            channel[c + i] = lanes_channel(l, c + i, -starts[i] - l->padding * lanes_weight_sum(l, c + i));
        }
    }
    return (int)(to - stream);
}

/** Tap `position` of the order in which words are filled: each four give the pairs (0, 2), (1, 3). */
static int lanes_pair_tap(int step, int half) {
    return (step / 2) * 4 + (step & 1) + 2 * half;
}

/** Words of the longest tile of two channels a halfword, as its function reads it. */
#define LANES_DUAL_TILE_WORDS 16384

/**
 * The tile from channel c on, every step in whole words and a start for each row.
 *
 * @return words written
 */
static int lanes_plan_dual(const lanes_layer *l, int c, int rows, int longest, int high_limit, uint32_t *tile,
                           brim_lanes_channel *channel, int *chunks) {
    uint32_t *to = tile;
    const int taps = l->kernel * l->kernel * l->channels;
    const int steps = (taps + 3) / 4 * 2;
    uint32_t *header = to++;
    int32_t total[16] = {0};
    /* The words that hold the starts of the lanes that run, and what the high ones hold already. */
    uint32_t *low = to, *high = to;
    int high_sum[8] = {0}, begin = 0, moved = 0, high_moved = 0;
    *header = 0;
    for (int r = 0; r < rows; r++)
        *to++ = 0;
    while (begin < steps) {
        int sum[8] = {0}, end = begin, empties = 0;
        for (; end < steps; end++) {
            int add[16] = {0}, negative[16] = {0}, over = 0;
            for (int i = 0; i < 2 * rows && c + i < l->outputs; i++)
                for (int h = 0; h < 2; h++) {
                    const int k = lanes_pair_tap(end, h);
                    const int w = k < taps ? l->weights[(c + i) * taps + k] : 0;
                    add[i] += lanes_abs(w) * l->umax;
                    negative[i] += w < 0 ? -w * l->umax : 0;
                }
            for (int r = 0; r < rows; r++) {
                over |= sum[r] + add[2 * r] > 4095;
                empties |= high_sum[r] + add[2 * r + 1] > high_limit;
            }
            if (over || empties)
                break;
            for (int r = 0; r < rows; r++) {
                sum[r] += add[2 * r];
                high_sum[r] += add[2 * r + 1];
                low[r] += (uint32_t)negative[2 * r];
                high[r] += (uint32_t)negative[2 * r + 1] << 12;
                total[2 * r] += negative[2 * r];
                total[2 * r + 1] += negative[2 * r + 1];
            }
        }
        while (begin < end) {
            const int part = end - begin < longest ? end - begin : longest;
            *header |= (uint32_t)part;
            for (int s = begin; s < begin + part; s++)
                for (int r = 0; r < rows; r++) {
                    uint32_t word = 0;
                    for (int h = 0; h < 2; h++) {
                        const int k = lanes_pair_tap(s, h), n = c + 2 * r;
                        const int w = k < taps && n < l->outputs ? l->weights[n * taps + k] : 0;
                        const int v = k < taps && n + 1 < l->outputs ? l->weights[(n + 1) * taps + k] : 0;
                        word |= ((uint32_t)(w + v * 4096) & 0xFFFFu) << (16 * h);
                    }
                    *to++ = word;
                }
            begin += part;
            header = to++;
            *header = 0;
        }
        ++*chunks;
        *header = (moved ? 0 : 0x40000000u) | (high_moved || (begin < steps && !empties) ? 0 : 0x10000000u);
        if (begin < steps) {
            *header |= 0x80000000u | (empties ? 0x20000000u : 0);
            moved = 1;
            low = to;
            if (empties) {
                high_moved = 1;
                high = to;
                for (int r = 0; r < rows; r++)
                    high_sum[r] = 0;
            }
            for (int r = 0; r < rows; r++)
                *to++ = 0;
        }
    }
    for (int i = 0; i < 2 * rows && c + i < l->outputs; i++)
        channel[c + i] = lanes_channel(l, c + i, -total[i] - l->padding * lanes_weight_sum(l, c + i));
    return (int)(to - tile);
}

/** A word of fields a + 2^12 * b in 4 bits each: a + 8 at bits 0 and 16, b at bits 12 and 28. */
static uint32_t lanes_dual_codes(uint32_t word) {
    const uint32_t low = (word + 8) & 0xF00Fu, high = ((word >> 16) + 8) & 0xF00Fu;
    return low | high << 16;
}

/**
 * A planned tile as it lies in flash (lanes_dual_stream.h), its last `tail` steps in 4 bits.
 *
 * @return words written
 */
static int lanes_store_dual(const uint32_t *tile, int rows, int steps, int tail, uint32_t *stream) {
    uint32_t *to = stream + 1, *head = NULL, *tail_begin = to;
    int at = 0;
    if (tail < steps)
        head = to++;
    bool in_tail = head == NULL, started = false;
    uint32_t header = *tile++;
    while ((header & 0x800000FFu) != 0) {
        uint32_t flags = header & ~0xFFu;
        const uint32_t *starts = tile;
        if (!started || flags != 0)
            tile += rows;
        for (int count = (int)(header & 0xFFu); count != 0;) {
            int part = count;
            if (!in_tail && at + part > steps - tail)
                part = steps - tail - at;
            if (part == 0) {
                *to++ = 0x08000000u;
                *head = (uint32_t)(to - head - 1);
                tail_begin = to;
                in_tail = true;
                continue;
            }
            *to++ = (uint32_t)part | flags;
            if (!started || (flags & 0x20000000u) != 0)
                for (int r = 0; r < rows; r++)
                    *to++ = starts[r];
            else if (flags != 0)
                for (int r = 0; r < rows; r += 2)
                    *to++ = starts[r] | starts[r + 1] << 16;
            started = true;
            flags = 0;
            for (int i = 0; i < rows * part; i += in_tail ? 2 : 1, tile += in_tail ? 2 : 1) {
                const uint32_t second = lanes_dual_codes(tile[1]);
                *to++ = in_tail ? lanes_dual_codes(tile[0]) | second << 8 | second >> 24 : tile[0];
            }
            at += part;
            count -= part;
        }
        header = *tile++;
    }
    *stream = header | (head != NULL ? 0x80000000u : 0) | (uint32_t)(to - tail_begin);
    return (int)(to - stream);
}

/**
 * Weights of brim_lanes_conv_dual (rows = 2, low starts per row) and of brim_lanes_dense_dual (rows = 8).
 *
 * @param high_limit  greatest value of a high lane before it is emptied, at most 2^20 - 1
 * @param tail        steps of a tile that are stored in 4 bits, from one to all
 * @return words written
 */
__attribute__((unused)) static int lanes_pack_dual(const lanes_layer *l, int rows, int longest,
                                                   int high_limit, int tail, uint32_t *stream,
                                                   brim_lanes_channel *channel, int *chunks) {
    static uint32_t tile[LANES_DUAL_TILE_WORDS];
    uint32_t *to = stream;
    const int steps = (l->kernel * l->kernel * l->channels + 3) / 4 * 2;
    *chunks = 0;
    for (int c = 0; c < l->outputs; c += 2 * rows) {
        lanes_plan_dual(l, c, rows, longest, high_limit, tile, channel, chunks);
        to += lanes_store_dual(tile, rows, steps, tail, to);
    }
    return (int)(to - stream);
}

/** Weight of a tap; 0 where channel or tap only fills up. */
static int lanes_weight(const lanes_layer *l, int output, int tap) {
    const int taps = l->kernel * l->kernel * l->channels;
    return output < l->outputs && tap < taps ? l->weights[output * taps + tap] : 0;
}

/**
 * Pairs of weights in `bits` bits as brim_lanes_conv_pixels and brim_lanes_conv_quad read them.
 *
 * @param pairs  [count][2] weights, the lower half's first
 * @return the word after the last
 */
static uint32_t *lanes_pack_pairs(int bits, const int8_t (*pairs)[2], int count, uint32_t *to) {
    const int spare = 16 - 2 * bits, words = bits == 4 ? 1 : bits == 5 ? 2 : bits == 6 ? 3 : 7;
    for (int at = 0; at < count; at += 2 * words + 2) {
        const int rest = count - at;
        uint32_t *first = to;
        for (int i = 0; i < 2 * words && i < rest; i++) {
            if (i % 2 == 0)
                *to++ = 0;
            for (int h = 0; h < 2; h++)
                to[-1] |= (uint32_t)(pairs[at + i][h] + (1 << (bits - 1))) << (16 * h + i % 2 * bits);
        }
        for (int h = 0; h < 2 && rest >= 2 * words + 2; h++)
            for (int n = 0; n < 2 * bits; n++) {
                const int code = pairs[at + 2 * words + n / bits][h] + (1 << (bits - 1));
                first[n / spare] |= (uint32_t)(code >> n % bits & 1) << (16 * h + 2 * bits + n % spare);
            }
    }
    return to;
}

/** Weights of brim_lanes_conv_pixels in `bits` bits each. @return words written */
__attribute__((unused)) static int lanes_pack_pixels(const lanes_layer *l, int bits, int high_limit,
                                                     uint32_t *stream, brim_lanes_channel *channel,
                                                     int32_t *tile_words) {
    enum { MOST = 4 * 400 };
    static int8_t pairs[MOST][2];
    uint32_t *to = stream;
    const int steps = (l->kernel * l->kernel * l->channels + 3) / 4 * 2;
    *tile_words = 0;
    for (int c = 0; c < l->outputs; c += 4) {
        int32_t total[4] = {0};
        int high_sum[4] = {0}, expanded = 1;
        uint32_t *high = to;
        for (int begin = 0, end = 0, all = 1; begin < steps; begin = end) {
            int low_sum[4] = {0}, low_negative[4] = {0}, empties = 0;
            uint32_t *header = to;
            if (all) {
                high = to + 1;
                for (int i = 0; i < 4; i++)
                    high[i] = 0;
            }
            to += all ? 5 : 2;
            for (; end < steps; end++) {
                int add[4] = {0}, negative[4] = {0}, sum[4] = {0}, over = 0;
                for (int i = 0; i < 4; i++) {
                    for (int h = 0; h < 2; h++) {
                        const int w = lanes_weight(l, c + i, lanes_pair_tap(end, h));
                        add[i] += lanes_abs(w) * l->umax;
                        negative[i] += w < 0 ? -w * l->umax : 0;
                        sum[i] += w;
                        pairs[4 * (end - begin) + i][h] = (int8_t)w;
                    }
                    over |= low_sum[i] + add[i] > 4095;
                    empties |= high_sum[i] + add[i] > high_limit;
                }
                if (over || empties)
                    break;
                for (int i = 0; i < 4; i++) {
                    low_sum[i] += add[i];
                    high_sum[i] += add[i];
                    low_negative[i] += negative[i];
                    total[i] += negative[i];
                    high[i] += (uint32_t)(negative[i] + 8 * sum[i]) << 12;
                }
            }
            *header = (uint32_t)(end - begin) | (all ? 0x4000u : 0) | (end == steps ? 0x8000u : 0);
            if (all) {
                for (int i = 0; i < 4; i++)
                    header[1 + i] += (uint32_t)low_negative[i];
            } else {
                uint64_t starts = 0;
                for (int i = 0; i < 4; i++)
                    starts |= (uint64_t)low_negative[i] << 12 * i;
                header[1] = (uint32_t)starts;
                *header |= (uint32_t)(starts >> 32) << 16;
            }
            to = lanes_pack_pairs(bits, (const int8_t(*)[2])pairs, 4 * (end - begin), to);
            expanded += 4 + 4 * (end - begin) + (end - begin + 47) / 48;
            all = empties;
            for (int i = 0; i < 4 && all; i++)
                high_sum[i] = 0;
        }
        if (expanded > *tile_words)
            *tile_words = expanded;
        for (int i = 0; i < 4 && c + i < l->outputs; i++)
            channel[c + i] = lanes_channel(l, c + i, -total[i] - l->padding * lanes_weight_sum(l, c + i));
    }
    return (int)(to - stream);
}

/** Weights of brim_lanes_conv_quad in `bits` bits each. @return words written */
__attribute__((unused)) static int lanes_pack_quad(const lanes_layer *l, int spacing, int bits,
                                                   uint32_t *stream, brim_lanes_channel *channel,
                                                   int32_t *tile_words) {
    static int8_t pairs[2 * 64][2];
    uint32_t *to = stream;
    const int taps = l->kernel * l->kernel * l->channels;
    *tile_words = 0;
    for (int c = 0; c < l->outputs; c += 4) {
        int32_t total[4] = {0};
        int expanded = 1;
        for (int begin = 0, end = 0; begin < taps; begin = end) {
            int sum[4] = {0}, negative[4] = {0};
            for (; end < taps && end - begin < 64; end++) {
                int over = 0;
                for (int i = 0; i < 4; i++)
                    over |= (sum[i] + lanes_abs(lanes_weight(l, c + i, end))) * l->umax >= 1 << spacing;
                if (over)
                    break;
                for (int i = 0; i < 4; i++) {
                    const int w = lanes_weight(l, c + i, end);
                    sum[i] += lanes_abs(w);
                    negative[i] += w < 0 ? -w : 0;
                    pairs[2 * (end - begin) + i / 2][i % 2] = (int8_t)w;
                }
            }
            const uint32_t steps = (uint32_t)(end - begin - 1);
            for (int i = 0; i < 4; i += 2)
                to[i / 2] = (uint32_t)(negative[i] * l->umax) | (uint32_t)(negative[i + 1] * l->umax) << 14;
            to[0] |= steps << 28;
            to[1] |= steps >> 4 << 28 | (end == taps ? 0x80000000u : 0);
            for (int i = 0; i < 4; i++)
                total[i] += negative[i] * l->umax;
            to = lanes_pack_pairs(bits, (const int8_t(*)[2])pairs, 2 * (end - begin), to + 2);
            expanded += 5 + 2 * (end - begin);
        }
        if (expanded > *tile_words)
            *tile_words = expanded;
        for (int i = 0; i < 4 && c + i < l->outputs; i++)
            channel[c + i] = lanes_channel(l, c + i, -total[i] - l->padding * lanes_weight_sum(l, c + i));
    }
    return (int)(to - stream);
}

/**
 * Weights of the depthwise kernels from [channels][3][3] (a layer of one input channel).
 *
 * @return words written
 */
__attribute__((unused)) static int lanes_pack_depthwise(const lanes_layer *l, int code_bits, uint32_t *stream,
                                                        brim_lanes_channel *channel) {
    const int bits = 9 * l->outputs * code_bits;
    for (int i = 0; i < (bits + 31) / 32; i++)
        stream[i] = 0;
    for (int i = 0; i < bits; i++) {
        const int code = l->weights[i / code_bits] & ((1 << code_bits) - 1);
        stream[i / 32] |= (uint32_t)(code >> i % code_bits & 1) << i % 32;
    }
    for (int c = 0; c < l->outputs; c++) {
        int32_t negative = 0;
        for (int k = 9 * c; k < 9 * c + 9; k++)
            negative += l->weights[k] < 0 ? -l->weights[k] : 0;
        channel[c] = lanes_channel(l, c, -l->umax * negative - l->padding * lanes_weight_sum(l, c));
    }
    return (bits + 31) / 32;
}

/** Greatest activation with which two pixels of any channel fit 16 bits. */
__attribute__((unused)) static int lanes_pack_depthwise_dual16_limit(const lanes_layer *l) {
    int limit = 255;
    for (int c = 0; c < l->outputs; c++) {
        int sum = 0;
        for (int k = 0; k < 9; k++)
            sum += lanes_abs(l->weights[9 * c + k]);
        limit = sum * limit > 65535 ? 65535 / sum : limit;
    }
    return limit;
}

/** Weights of brim_lanes_conv3x3_triple. @return words written */
__attribute__((unused)) static int lanes_pack_triple(const lanes_layer *l, uint32_t *stream,
                                                     brim_lanes_channel *channel, int32_t *left,
                                                     int32_t *right, int32_t *tile_words, int *chunks) {
    uint32_t *to = stream;
    const int steps = 3 * l->channels;
    *chunks = 0;
    *tile_words = 0;
    for (int c = 0; c < l->outputs; c += 3) {
        uint32_t *length = to++, *header = to++;
        int32_t starts[3][3] = {{0}};
        int begin = 0, first = 1, expanded = 1;
        *header = 0;
        while (begin < steps) {
            int sum[3][3] = {{0}}, negative[3][3] = {{0}}, end = begin;
            for (; end < steps; end++) {
                int over = 0;
                for (int i = 0; i < 3 && c + i < l->outputs; i++)
                    for (int kx = 0; kx < 3; kx++) {
                        const int w = l->weights[((c + i) * 9 + end / l->channels * 3 + kx) * l->channels +
                                                 end % l->channels];
                        sum[i][kx] += lanes_abs(w);
                        over |= sum[i][kx] * l->umax > (kx == 0 ? 4095 : 1023);
                    }
                if (over)
                    break;
                for (int i = 0; i < 3 && c + i < l->outputs; i++)
                    for (int kx = 0; kx < 3; kx++) {
                        const int w = l->weights[((c + i) * 9 + end / l->channels * 3 + kx) * l->channels +
                                                 end % l->channels];
                        negative[i][kx] += w < 0 ? -w : 0;
                    }
            }
            for (int i = 0; i < 3; i++) {
                for (int kx = 0; kx < 3; kx++)
                    starts[i][kx] += negative[i][kx] * l->umax;
                *to++ = (uint32_t)l->umax * ((uint32_t)negative[i][2] + ((uint32_t)negative[i][1] << 10) +
                                             ((uint32_t)negative[i][0] << 20));
            }
            while (begin < end) {
                const int part = end - begin < 16 ? end - begin : 16;
                *header |= (uint32_t)part;
                for (int n = 0; n < 3 * part; n++) {
                    const int s = begin + n / 3, i = n % 3;
                    uint32_t word = 0;
                    for (int kx = 0; kx < 3; kx++) {
                        const int w =
                            c + i < l->outputs
                                ? l->weights[((c + i) * 9 + s / l->channels * 3 + kx) * l->channels +
                                             s % l->channels]
                                : 0;
                        word += (uint32_t)(w + 8) << (20 - 10 * kx);
                    }
                    if (n % 2 == 0)
                        *to++ = word;
                    else
                        to[-1] |= word << 5;
                }
                expanded += 1 + 3 * part;
                begin += part;
                header = to++;
                *header = 0;
            }
            *header = 0x80000000u | (first ? 0x40000000u : 0);
            first = 0;
            expanded += 3;
            ++*chunks;
        }
        *length = (uint32_t)(to - length - 1);
        if (expanded > *tile_words)
            *tile_words = expanded;
        for (int i = 0; i < 3 && c + i < l->outputs; i++) {
            int32_t side[3] = {0, 0, 0};
            for (int ky = 0; ky < 3; ky++)
                for (int kx = 0; kx < 3; kx++)
                    for (int k = 0; k < l->channels; k++)
                        side[kx] += l->weights[((c + i) * 9 + ky * 3 + kx) * l->channels + k];
            left[c + i] = starts[i][0] + l->padding * side[0];
            right[c + i] = starts[i][2] + l->padding * side[2];
            channel[c + i] = lanes_channel(l, c + i,
                                           -starts[i][0] - starts[i][1] - starts[i][2] -
                                               l->padding * lanes_weight_sum(l, c + i));
        }
    }
    return (int)(to - stream);
}

/** Weights of brim_lanes_conv_dual16: eight channels a tile, codes of 4 or 5 bits. @return words written */
__attribute__((unused)) static int lanes_pack_dual16(const lanes_layer *l, int bits, uint32_t *stream,
                                                     brim_lanes_channel *channel, int *chunks) {
    uint32_t *to = stream;
    const int taps = l->kernel * l->kernel * l->channels;
    *chunks = 0;
    for (int c = 0; c < l->outputs; c += 8) {
        uint32_t *length = to++;
        const int count = l->outputs - c < 8 ? l->outputs - c : 8;
        int32_t starts[8] = {0};
        for (int begin = 0, end = 0; begin < taps; begin = end, ++*chunks) {
            int sum[8] = {0}, negative[8] = {0};
            for (; end < taps; end++) {
                int over = 0;
                for (int i = 0; i < count; i++) {
                    sum[i] += lanes_abs(l->weights[(c + i) * taps + end]);
                    over |= sum[i] * l->umax > 65535;
                }
                if (over)
                    break;
                for (int i = 0; i < count; i++) {
                    const int w = l->weights[(c + i) * taps + end];
                    negative[i] += w < 0 ? -w * l->umax : 0;
                }
            }
            *to++ = (uint32_t)(end - begin);
            for (int i = 0; i < 8; i++)
                starts[i] += negative[i];
            for (int i = 0; i < 8; i += 2)
                *to++ = (uint32_t)negative[i] | (uint32_t)negative[i + 1] << 16;
            for (int n = 0; n < 4 * (end - begin); n++) {
                const int at = n % (16 / bits) * bits, k = begin + n / 4, i = n % 4 * 2;
                if (at == 0)
                    *to++ = 0;
                for (int h = 0; h < 2; h++) {
                    const int w = i + h < count ? l->weights[(c + i + h) * taps + k] : 0;
                    to[-1] |= (uint32_t)(w + (1 << (bits - 1))) << (at + 16 * h);
                }
            }
        }
        *length = (uint32_t)(to - length - 1);
        for (int i = 0; i < count; i++)
            channel[c + i] = lanes_channel(l, c + i, -starts[i] - l->padding * lanes_weight_sum(l, c + i));
    }
    return (int)(to - stream);
}

/** Weights of brim_lanes_dense_dual16: eight channels a tile, codes w + 7. @return words written */
__attribute__((unused)) static int lanes_pack_dense_dual16(const lanes_layer *l, uint32_t *stream,
                                                           brim_lanes_channel *channel) {
    uint32_t *to = stream;
    for (int c = 0; c < l->outputs; c += 8) {
        uint32_t *length = to++, *steps = 0;
        const int count = l->outputs - c < 8 ? l->outputs - c : 8;
        int sum[8] = {0};
        for (int k = 0; k < l->channels; k += 2) {
            int grown[8] = {0}, over = 0;
            uint32_t word[2] = {0, 0};
            for (int i = 0; i < count; i++)
                for (int h = 0; h < 2 && k + h < l->channels; h++) {
                    const int code = l->weights[(c + i) * l->channels + k + h] + 7;
                    grown[i] += code * l->umax;
                    word[h] |= (uint32_t)code << (i / 2 * 4 + i % 2 * 16);
                }
            for (int i = 0; i < count; i++)
                over |= sum[i] + grown[i] > 65535;
            if (k == 0 || over) {
                steps = to++;
                *steps = 0;
                for (int i = 0; i < 8; i++)
                    sum[i] = 0;
            }
            for (int i = 0; i < count; i++)
                sum[i] += grown[i];
            ++*steps;
            *to++ = word[0];
            *to++ = word[1];
        }
        *length = (uint32_t)(to - length - 1);
        for (int i = 0; i < count; i++)
            channel[c + i] = lanes_channel(l, c + i, -l->padding * lanes_weight_sum(l, c + i));
    }
    return (int)(to - stream);
}

#endif
