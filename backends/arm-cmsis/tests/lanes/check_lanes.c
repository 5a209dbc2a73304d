/*
 * Random layers through every lane kernel against plain loops: random, all-greatest, zero and adversarial
 * inputs (the input that drives a channel's sum, and with it the lanes of every chunk, to each end of its
 * range). Runs on the host, where the tile functions are their C twins, and on a board, where they are
 * assembly.
 */
#include "lanes_conv3x3_rows.c"
#include "lanes_conv3x3_triple.c"
#include "lanes_conv_dual.c"
#include "lanes_conv_dual16.c"
#include "lanes_conv_pixels.c"
#include "lanes_conv_quad.c"
#include "lanes_dense_dual.c"
#include "lanes_dense_dual16.c"
#include "lanes_depthwise3x3_dual16.c"
#include "lanes_depthwise3x3_pixels.c"
#include "lanes_depthwise3x3_rows.c"
#include "lanes_model.h"

#ifndef CASES
#define CASES 100
#endif
#ifndef SEED
#define SEED 1
#endif

#if defined(__STDC_HOSTED__) && __STDC_HOSTED__
#include <stdio.h>
static void report(const char *name, uint32_t value) {
    printf("%s%u\n", name, (unsigned)value);
}
#else
void report(const char *name, uint32_t value);
#endif

enum { MAX_OUT = 24, MAX_TAPS = 600, MAX_PIXELS = 400, MAX_CHANNELS = 64 };

static int8_t weights[MAX_OUT * MAX_TAPS];
static int32_t bias[MAX_CHANNELS], multiplier[MAX_CHANNELS], shift[MAX_CHANNELS], left[MAX_CHANNELS],
    right[MAX_CHANNELS];
static uint32_t stream[4 * MAX_OUT * MAX_TAPS];
static brim_lanes_channel channel[MAX_CHANNELS];
static uint8_t image[MAX_PIXELS * MAX_CHANNELS + 4] __attribute__((aligned(4)));
static uint8_t codes[MAX_PIXELS * MAX_CHANNELS + 4] __attribute__((aligned(4)));
static uint8_t output[MAX_PIXELS * MAX_CHANNELS];
static uint8_t shared[MAX_PIXELS * MAX_CHANNELS + 40];
static uint32_t scratch[60000];

static int between(int low, int high) {
    return low + (int)lanes_random((uint32_t)(high - low + 1));
}

/** Weights, bias and scales; some layers are all extremes. */
static void fill(lanes_layer *l, int count, int limit) {
    const int style = between(0, 3);
    for (int i = 0; i < count; i++)
        weights[i] = (int8_t)(style == 0   ? (lanes_random(2) ? limit : -limit)
                              : style == 1 ? between(-limit, limit)
                              : style == 2 ? between(0, limit)
                                           : lanes_gaussian(limit));
    int bits = 0;
    for (int k = count / l->outputs; k > 0; k /= 4)
        bits++;
    l->two_roundings = between(0, 1);
    for (int c = 0; c < l->outputs; c++) {
        bias[c] = between(-1000, 1000);
        multiplier[c] = (int32_t)(0x40000000u + lanes_random(1u << 22) * 256u);
        shift[c] = -bits - between(1, 2);
    }
    const int is_signed = between(0, 1);
    l->low = is_signed ? -128 : 0;
    l->high = is_signed ? 127 : 255;
    l->out_zero = between(l->low, l->high);
    if (between(0, 2) == 0)
        l->low = l->out_zero; /* ReLU */
    l->umax = between(0, 2) != 0 ? (1 << between(2, 6)) - 1 : between(1, 63);
    l->padding = between(0, l->umax);
    l->weights = weights;
    l->bias = bias;
    l->multiplier = multiplier;
    l->shift = shift;
}

static brim_lanes_output codes_of(const lanes_layer *l) {
    const brim_lanes_output o = {l->two_roundings != 0, l->low >= l->out_zero, 0, l->low, l->high};
    return o;
}

/** Counts outputs that differ from the plain loop's. `stride` of the window, output size and padding as
 * given. */
static uint32_t compare(const lanes_layer *l, int out_height, int out_width, int stride, int top, int side) {
    uint32_t bad = 0;
    for (int y = 0; y < out_height; y++)
        for (int x = 0; x < out_width; x++)
            for (int c = 0; c < l->outputs; c++) {
                const int half = l->kernel / 2;
                const int32_t sum =
                    lanes_reference_sum(l, image, y * stride - top + half, x * stride - side + half, c);
                bad += output[(y * out_width + x) * l->outputs + c] != lanes_reference_code(l, sum, c);
            }
    return bad;
}

static void encode(int count, int offset) {
    for (int i = 0; i < count; i++)
        codes[i] = (uint8_t)(image[i] - offset);
}

static uint32_t check_rows(void) {
    lanes_layer l = {0};
    l.kernel = 3;
    l.height = between(1, 12);
    l.width = between(1, 12);
    l.channels = between(1, 40);
    l.outputs = 2 * between(1, 4);
    const int spacing = between(12, 13), bits = between(4, 6);
    /* Three weights of 31 times 63 fill a lane of 13 bits. */
    fill(&l, l.outputs * 9 * l.channels, bits == 4 ? 7 : bits == 5 ? 15 : spacing == 13 ? 31 : 20);
    const int offset = between(0, 1) * 128;
    int32_t pair_words;
    int chunks;
    lanes_pack_rows(&l, spacing, bits, stream, channel, left, &pair_words, &chunks);
    const brim_lanes_conv3x3_rows_params params = {
        l.height,  l.width, l.channels, l.outputs, 2 * between(1, 7), spacing, offset,
        l.padding, bits,    pair_words, stream,    channel,           left,    codes_of(&l)};
    uint32_t bad = 0;
    for (int kind = 0; kind < 3 + 2 * l.outputs; kind++) {
        lanes_input(&l, kind, image);
        encode(l.height * l.width * l.channels, offset);
        brim_lanes_conv3x3_rows(&params, codes, output, scratch);
        bad += compare(&l, l.height, l.width, 1, 1, 1);
    }
    return bad;
}

static uint32_t check_triple(void) {
    lanes_layer l = {0};
    l.kernel = 3;
    l.height = between(1, 12);
    l.width = between(1, 12);
    l.channels = between(1, 40);
    l.outputs = between(1, 8);
    fill(&l, l.outputs * 9 * l.channels, 7);
    const int offset = between(0, 1) * 128;
    int32_t tile_words;
    int chunks;
    lanes_pack_triple(&l, stream, channel, left, right, &tile_words, &chunks);
    const brim_lanes_conv3x3_triple_params params = {
        l.height,   l.width, l.channels, l.outputs, between(1, 13), offset,      l.padding,
        tile_words, stream,  channel,    left,      right,          codes_of(&l)};
    uint32_t bad = 0;
    for (int kind = 0; kind < 3 + 2 * l.outputs; kind++) {
        lanes_input(&l, kind, image);
        encode(l.height * l.width * l.channels, offset);
        brim_lanes_conv3x3_triple(&params, codes, output, scratch);
        bad += compare(&l, l.height, l.width, 1, 1, 1);
    }
    return bad;
}

/** High lanes of smlad-dual are emptied at their own 20 bits, or before they take 11 to 15. */
static int high_limit(void) {
    return between(0, 1) ? (1 << 20) - 1 : (1 << between(11, 15)) - 1;
}

/** Steps of a tile in 4 bits: all, or some. */
static int dual_tail(int steps) {
    return between(0, 1) ? steps : between(1, steps);
}

static uint32_t check_conv(void) {
    lanes_layer l = {0};
    l.kernel = 2 * between(0, 2) + 1;
    l.height = between(1, 9);
    l.width = between(1, 9);
    l.channels = between(1, 24);
    l.outputs = between(1, 12);
    fill(&l, l.outputs * l.kernel * l.kernel * l.channels, 7);
    const int offset = between(0, 1) * 128, stride = between(1, 3), top = between(0, l.kernel / 2),
              side = between(0, l.kernel / 2);
    const int out_height = (l.height + stride - 1) / stride, out_width = (l.width + stride - 1) / stride;
    int chunks;
    const int steps = (l.kernel * l.kernel * l.channels + 3) / 4 * 2, tail = dual_tail(steps),
              strip = between(1, 3);
    lanes_pack_dual(&l, 2, 48, high_limit(), tail, stream, channel, &chunks);
    /* No step of a tail needs more than two words, a header and two starts. */
    const brim_lanes_conv_dual_params dual = {l.height,     l.width,  l.channels, out_height,  out_width,
                                              l.outputs,    l.kernel, l.kernel,   stride,      stride,
                                              top,          side,     offset,     l.padding,   strip,
                                              5 * tail + 1, stream,   channel,    codes_of(&l)};
    uint32_t bad = 0;
    for (int kind = 0; kind < 3 + 2 * l.outputs; kind++) {
        lanes_input(&l, kind, image);
        encode(l.height * l.width * l.channels, offset);
        brim_lanes_conv_dual(&dual, codes, output, scratch);
        bad += compare(&l, out_height, out_width, stride, top, side);
    }
    return bad;
}

/** Both convolutions with two pixels in a word: bad[0] for SMLAD, bad[1] for SMLAL with two channels. */
static void check_pairs(uint32_t *bad) {
    lanes_layer l = {0};
    l.kernel = 2 * between(0, 2) + 1;
    l.height = between(1, 9);
    l.width = between(1, 9);
    l.channels = between(1, 24);
    l.outputs = between(1, 12);
    const int offset = between(0, 1) * 128, stride = between(1, 3), top = between(0, l.kernel / 2),
              side = between(0, l.kernel / 2);
    const int out_height = (l.height + stride - 1) / stride, out_width = (l.width + stride - 1) / stride;
    for (int quad = 0; quad < 2; quad++) {
        const int spacing = quad ? between(12, 14) : 12, strip = between(1, 5);
        const int greatest = !quad ? 15 : spacing == 12 ? 255 : spacing == 13 ? 63 : 15;
        fill(&l, l.outputs * l.kernel * l.kernel * l.channels, 1);
        l.umax = between(0, 1) ? greatest : between(1, greatest);
        l.padding = between(0, l.umax);
        const int fitting = ((1 << spacing) - 1) / l.umax, bits = between(4, 7);
        const int limit = fitting < 1 << (bits - 1) ? fitting : (1 << (bits - 1)) - 1;
        const int style = between(0, 2);
        for (int i = 0; i < l.outputs * l.kernel * l.kernel * l.channels; i++)
            weights[i] = (int8_t)(style == 0 ? (lanes_random(2) ? limit : -limit)
                                             : between(style == 1 ? -limit : 0, limit));
        int32_t tile_words;
        if (quad)
            lanes_pack_quad(&l, spacing, bits, stream, channel, &tile_words);
        else
            lanes_pack_pixels(&l, bits, between(0, 1) ? (1 << 20) - 1 : (1 << between(12, 16)) - 1, stream,
                              channel, &tile_words);
        const brim_lanes_pairs_params params = {
            l.height, l.width, l.channels, out_height, out_width, l.outputs, l.kernel,
            l.kernel, stride,  stride,     top,        side,      offset,    l.padding,
            spacing,  strip,   bits,       tile_words, stream,    channel,   codes_of(&l)};
        for (int kind = 0; kind < 3 + 2 * l.outputs; kind++) {
            lanes_input(&l, kind, image);
            encode(l.height * l.width * l.channels, offset);
            if (quad)
                brim_lanes_conv_quad(&params, codes, output, scratch);
            else
                brim_lanes_conv_pixels(&params, codes, output, scratch);
            bad[quad] += compare(&l, out_height, out_width, stride, top, side);
        }
    }
}

static uint32_t check_dual16(void) {
    lanes_layer l = {0};
    l.kernel = 2 * between(0, 2) + 1;
    l.height = between(1, 9);
    l.width = between(1, 9);
    l.channels = between(1, l.kernel == 1 ? 300 : 24);
    while (l.height * l.width * l.channels > MAX_PIXELS * MAX_CHANNELS)
        l.height--;
    l.outputs = between(1, 12);
    const int bits = between(4, 5);
    fill(&l, l.outputs * l.kernel * l.kernel * l.channels, bits == 4 ? 7 : 15);
    if (between(0, 1))
        l.umax = between(64, 255); /* Shorter chunks. */
    const int offset = between(0, 1) * 128, stride = between(1, 3), top = between(0, l.kernel / 2),
              side = between(0, l.kernel / 2);
    const int out_height = (l.height + stride - 1) / stride, out_width = (l.width + stride - 1) / stride;
    int chunks;
    lanes_pack_dual16(&l, bits, stream, channel, &chunks);
    const bool spills = chunks > (l.outputs + 7) / 8;
    const brim_lanes_conv_dual16_params params = {l.height,  l.width,  l.channels, out_height, out_width,
                                                  l.outputs, l.kernel, l.kernel,   stride,     stride,
                                                  top,       side,     offset,     l.padding,  between(1, 4),
                                                  bits,      spills,   stream,     channel,    codes_of(&l)};
    uint32_t bad = 0;
    for (int kind = 0; kind < 3 + 2 * l.outputs; kind++) {
        lanes_input(&l, kind, image);
        encode(l.height * l.width * l.channels, offset);
        brim_lanes_conv_dual16(&params, codes, output, scratch);
        bad += compare(&l, out_height, out_width, stride, top, side);
    }
    return bad;
}

/** The rescaling of 16-bit sums against that of any, down to the last bit of the product's high word. */
static uint32_t check_short_sums(void) {
    enum { PIXELS = 40 };
    uint32_t lanes[4 * PIXELS], bad = 0;
    const bool two_roundings = between(0, 1);
    const brim_lanes_output all = {two_roundings, two_roundings && between(0, 1),
                                   two_roundings ? 0 : between(0, 1), INT32_MIN, INT32_MAX};
    const brim_lanes_channel constants = {
        (between(0, 1 << 22) - (all.negative_clamped ? 0 : 1 << 21)) * (between(0, 1) ? 1 : 500),
        (int32_t)(0x40000000u + lanes_random(1u << 22) * 256u + lanes_random(256)), between(-1000, 1000),
        between(1, 3)};
    for (int i = 0; i < 4 * PIXELS; i++)
        lanes[i] = (uint32_t)between(0, 65535) << 16 | (uint32_t)(i == 0   ? 0
                                                                  : i == 4 ? 65535
                                                                           : between(0, 65535));
    for (int odd = 0; odd < 2; odd++) {
        brim_lanes_dual16_codes(&constants, &all, lanes, odd != 0, PIXELS, 1, output);
        for (int i = 0; i < PIXELS; i++)
            bad += output[i] !=
                   brim_lanes_requantize((int32_t)(odd ? lanes[4 * i] >> 16 : lanes[4 * i] & 0xFFFF),
                                         &constants, &all);
    }
    return bad;
}

static uint32_t check_dense(void) {
    lanes_layer l = {0};
    l.kernel = l.height = l.width = 1;
    l.channels = between(1, MAX_TAPS);
    l.outputs = between(1, MAX_OUT);
    fill(&l, l.outputs * l.channels, 7);
    const int offset = between(0, 1) * 128;
    int chunks;
    const int tail = dual_tail((l.channels + 3) / 4 * 2);
    lanes_pack_dual(&l, 8, 32, high_limit(), tail, stream, channel, &chunks);
    /* No step of a tail needs more than eight words, a header and eight starts. */
    const brim_lanes_dense_dual_params params = {1,      l.channels, l.outputs,   offset, 17 * tail + 1,
                                                 stream, channel,    codes_of(&l)};
    uint32_t bad = 0;
    for (int kind = 0; kind < 3 + 2 * l.outputs; kind++) {
        lanes_input(&l, kind, image);
        encode(l.channels, offset);
        brim_lanes_dense_dual(&params, codes, output, scratch);
        bad += compare(&l, 1, 1, 1, 0, 0);
    }
    return bad;
}

static uint32_t check_dense_dual16(void) {
    lanes_layer l = {0};
    l.kernel = l.height = l.width = 1;
    l.channels = between(1, MAX_TAPS);
    l.outputs = between(1, MAX_OUT);
    fill(&l, l.outputs * l.channels, 7);
    if (between(0, 1))
        l.umax = between(64, 255); /* Shorter chunks. */
    const int offset = between(0, 1) * 128;
    lanes_pack_dense_dual16(&l, stream, channel);
    const brim_lanes_dense_dual16_params params = {1,      l.channels, l.outputs,   offset,
                                                   stream, channel,    codes_of(&l)};
    uint32_t bad = 0;
    for (int kind = 0; kind < 3 + 2 * l.outputs; kind++) {
        lanes_input(&l, kind, image);
        encode(l.channels, offset);
        brim_lanes_dense_dual16(&params, codes, output, scratch);
        bad += compare(&l, 1, 1, 1, 0, 0);
    }
    return bad;
}

/** A depthwise layer by both kernels: bad[0] for products of rows, bad[1] for two pixels a word. */
static void check_depthwise(uint32_t *bad) {
    for (int pairs = 0; pairs < 2; pairs++) {
        lanes_layer l = {0};
        l.kernel = 3;
        l.height = between(1, 16);
        l.width = between(pairs ? 1 : 3, 16);
        l.channels = 1;
        l.outputs = between(1, 8);
        const int spacing = between(12, 13);
        int limit = spacing == 12 ? 7 : 14;
        if (pairs)
            limit = between(0, 1) ? between(1, 127) : 127;
        fill(&l, l.outputs * 9, limit);
        if (pairs) {
            const int greatest = 65535 / (9 * limit);
            l.umax = between(0, 1) ? greatest : between(1, greatest);
            l.umax = l.umax > 255 ? 255 : l.umax;
            l.padding = between(0, l.umax);
        }
        int code_bits = 2;
        for (int i = 0; i < l.outputs * 9; i++)
            while (weights[i] < -(1 << (code_bits - 1)) || weights[i] >= 1 << (code_bits - 1))
                code_bits++;
        code_bits = between(code_bits, 8);
        const int offset = between(0, 1) * 128, pixels = l.height * l.width;
        const int words = lanes_pack_depthwise(&l, code_bits, stream, channel);
        stream[words] = 0x5A5A5A5Au; /* Not read. */
        const brim_lanes_depthwise3x3_rows_params of_rows = {l.height,  l.width, l.outputs,   spacing,
                                                             code_bits, l.umax,  offset,      l.padding,
                                                             stream,    channel, codes_of(&l)};
        const brim_lanes_depthwise3x3_pixels_params of_pixels = {l.height, l.width,     l.outputs, code_bits,
                                                                 l.umax,   offset,      l.padding, stream,
                                                                 channel,  codes_of(&l)};
        for (int kind = 0; kind < 5; kind++) {
            for (int c = 0; c < l.outputs; c++) {
                lanes_input(&l, kind < 3 ? kind : kind + 2 * c, image);
                for (int i = 0; i < pixels; i++)
                    codes[i * l.outputs + c] = (uint8_t)(image[i] - offset);
            }
            if (pairs)
                brim_lanes_depthwise3x3_pixels(&of_pixels, codes, output, scratch);
            else
                brim_lanes_depthwise3x3_rows(&of_rows, codes, output, scratch);
            for (int c = 0; c < l.outputs; c++) {
                for (int i = 0; i < pixels; i++)
                    image[i] = (uint8_t)(codes[i * l.outputs + c] + offset);
                for (int i = 0; i < pixels; i++) {
                    const int32_t sum = lanes_reference_sum(&l, image, i / l.width, i % l.width, c);
                    bad[pairs] += output[i * l.outputs + c] != lanes_reference_code(&l, sum, c);
                }
            }
        }
    }
}

/** Any stride and padding, weights of any width; lanes up to 65535. */
static uint32_t check_depthwise_dual16(void) {
    lanes_layer l = {0};
    l.kernel = 3;
    l.height = between(1, 16);
    l.width = between(1, 16);
    l.channels = 1;
    l.outputs = between(1, 8);
    const int bits = between(2, 8), stride = between(1, 2);
    fill(&l, l.outputs * 9, (1 << (bits - 1)) - 1);
    const int limit = lanes_pack_depthwise_dual16_limit(&l);
    if (l.umax > limit || between(0, 3) == 0)
        l.umax = limit;
    l.padding = between(0, l.umax);
    /* Padding of a whole kernel is none, nor are rows that no window touches. */
    const int top = l.height < 2 ? 1 : between(0, 2), side = l.width < 2 ? 1 : between(0, 2);
    const int bottom = between(l.height < 2 ? 2 - top : 0, 2 - (top == 2)),
              after = between(0, 1) + (l.width < 2);
    int rows_out = (l.height + top + bottom - 3) / stride + 1,
        columns_out = (l.width + side + after - 3) / stride + 1;
    rows_out = rows_out > l.height ? l.height : rows_out;
    columns_out = columns_out > l.width ? l.width : columns_out;
    const int columns = columns_out < 2 ? 2 : columns_out;
    if (l.height + top + bottom < 3 || l.width + side + after < 3 || side + l.width <= (columns - 1) * stride)
        return 0; /* no window, or columns of padding alone */
    const int offset = between(0, 1) * 128, pixels = l.height * l.width;
    lanes_pack_depthwise(&l, bits, stream, channel);
    const brim_lanes_depthwise3x3_dual16_params params = {
        l.height, l.width, l.outputs, rows_out, columns_out, stride,  top,         side,
        bits,     offset,  l.padding, l.umax,   stream,      channel, codes_of(&l)};
    uint32_t bad = 0;
    for (int kind = 0; kind < 5; kind++) {
        for (int c = 0; c < l.outputs; c++) {
            lanes_input(&l, kind < 3 ? kind : kind + 2 * c, image);
            for (int i = 0; i < pixels; i++)
                codes[i * l.outputs + c] = (uint8_t)(image[i] - offset);
        }
        if (kind != 0) {
            brim_lanes_depthwise3x3_dual16(&params, codes, output, scratch);
        } else {
            /* Over its own input, which lies any distance behind. */
            const int distance = between(0, 40);
            for (int i = 0; i < pixels * l.outputs; i++)
                shared[distance + i] = codes[i];
            brim_lanes_depthwise3x3_dual16(&params, shared + distance, shared, scratch);
            for (int i = 0; i < rows_out * columns_out * l.outputs; i++)
                output[i] = shared[i];
        }
        for (int c = 0; c < l.outputs; c++) {
            for (int i = 0; i < pixels; i++)
                image[i] = (uint8_t)(codes[i * l.outputs + c] + offset);
            for (int y = 0; y < rows_out; y++)
                for (int x = 0; x < columns_out; x++) {
                    const int32_t sum =
                        lanes_reference_sum(&l, image, y * stride - top + 1, x * stride - side + 1, c);
                    bad += output[(y * columns_out + x) * l.outputs + c] != lanes_reference_code(&l, sum, c);
                }
        }
    }
    return bad;
}

int main(void) {
    uint32_t bad = 0;
    lanes_seed = SEED;
    for (int i = 0; i < CASES; i++) {
        static const char *const names[] = {
            "  conv_dual ",  "  conv3x3_rows ",      "  conv3x3_triple ",      "  dense_dual ",
            "  short sums ", "  conv_dual16 ",       "  dense_dual16 ",        "  conv_pixels ",
            "  conv_quad ",  "  depthwise3x3_rows ", "  depthwise3x3_pixels ", "  depthwise3x3_dual16 "};
        uint32_t counts[12] = {0};
        counts[0] = check_conv();
        counts[1] = check_rows();
        counts[2] = check_triple();
        counts[3] = check_dense();
        counts[5] = check_dual16();
        counts[6] = check_dense_dual16();
        for (int k = 0; k < 100; k++)
            counts[4] += check_short_sums();
        check_pairs(counts + 7);
        check_depthwise(counts + 9);
        counts[11] = check_depthwise_dual16();
        for (int k = 0; k < 12; k++) {
            if (counts[k] != 0) {
                report("case ", (uint32_t)i);
                report(names[k], counts[k]);
            }
            bad += counts[k];
        }
    }
    report("mismatches ", bad);
    return bad != 0;
}
