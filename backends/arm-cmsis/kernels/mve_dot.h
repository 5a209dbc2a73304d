/**
 * @file mve_dot.h
 * @brief Dot products of int8 codes on cores with the vector extension for integers (MVE: Cortex-M55, M85),
 * and the rescaling of their sums.
 *
 * VMLADAVA.S8 adds sixteen products to a 32-bit sum. Nothing is widened and nothing is packed: weights lie in
 * flash as the model has them, one output channel after the other, and taps are taken sixteen at a time.
 * Where their number is no multiple of sixteen, the activations of the last step are filled up with zeros, so
 * that it does not matter that the weights of the next channel are read; 15 bytes follow the last channel.
 *
 * Channel stream. For each channel BRIM_MVE_CHANNEL_WORDS words: start of the sum (bias), multiplier, right
 * shift with its sign turned over, at least 1 but for kind RELU; kernels "_left" read a fourth word, the left
 * shift that comes first, and take a right shift of 0 with kind LINEAR, too.
 *
 * Activations of four pixels are interleaved: sixteen taps of each of the four, then the next sixteen. Those
 * of a single pixel are in order. Both are filled up with zeros to a multiple of sixteen taps.
 */
#ifndef MVE_DOT_H
#define MVE_DOT_H

#include "brim/brim_arith.h"
#include "mve.h"

#if defined(__GNUC__) && !defined(__clang__)
/** A function that many calls share: specialising it would cost flash and win nothing. */
#define BRIM_MVE_SHARED static __attribute__((noinline, noclone, unused))
#else
#define BRIM_MVE_SHARED static __attribute__((noinline, unused))
#endif

/** Taps of a step. */
#define BRIM_MVE_TAPS 16

/** Pixels of a block, and bytes between their steps. */
#define BRIM_MVE_PIXELS 4
#define BRIM_MVE_BLOCK_STEP (BRIM_MVE_TAPS * BRIM_MVE_PIXELS)

/** Words of a channel without and with a left shift. */
#define BRIM_MVE_CHANNEL_WORDS(left) ((left) ? 4 : 3)

/** A layer's weights and rescaling. */
typedef struct {
    const int8_t *weights;   /**< out_c * taps weights, and 15 bytes that are read but do not count */
    const int32_t *channels; /**< channel stream */
    int32_t taps;            /**< products of an output */
    int32_t out_c;           /**< output channels, at most 21844 */
    int32_t out_zero_point;  /**< zero point of the result */
    int32_t act_min;         /**< least code */
    int32_t act_max;         /**< greatest code */
} brim_mve_filter;

/** Computes all output channels of four pixels, out_c bytes apart, or of one, from their activations. */
typedef void (*brim_mve_block_function)(const brim_mve_filter *f, const int8_t *x, int8_t *y);

/** Kinds of rescaling: each model holds the code of those that it uses. */
enum brim_mve_kind {
    BRIM_MVE_RELU,   /**< two roundings; codes are -128..127 and the zero point is -128, so that negative
                        results need no care in how their ties round */
    BRIM_MVE_LINEAR, /**< two roundings, ties away from zero */
    BRIM_MVE_SINGLE, /**< one rounding, ties up */
};

/** Steps of a dot product. */
BRIM_INLINE int32_t brim_mve_steps(const brim_mve_filter *f) {
    return (f->taps + BRIM_MVE_TAPS - 1) / BRIM_MVE_TAPS;
}

/**
 * The code of a sum, by the arithmetic that the vector instructions do on four at once.
 *
 * Two roundings (scheme TfLiteDouble): h = (acc * 2^left * m + 2^30) >> 31 (VQRDMULH), then h is rounded by
 * 2^right to nearest (VRSHL, ties up); before that 1 is taken from a negative h, which turns its ties away
 * from zero and moves nothing else. With right = 0 nothing is left to round. One rounding (scheme Single): h
 * = (acc * 2^left * m) >> 31 (VQDMULH) and VRSHL with right >= 1, because rounding down twice is rounding
 * down once. Range: |acc| * 2^left < 2^30.
 */
BRIM_INLINE int32_t brim_mve_code(int32_t acc, int32_t left, int32_t m, int32_t right, int32_t kind,
                                  const brim_mve_filter *f) {
    BRIM_REQUIRE(right >= (kind == BRIM_MVE_SINGLE ? 1 : 0));
    const int64_t product = (int64_t)brim_shl32(acc, left) * m;
    int32_t h = (int32_t)((product + (kind == BRIM_MVE_SINGLE ? 0 : (int64_t)1 << 30)) >> 31);
    if (kind == BRIM_MVE_LINEAR && right > 0)
        h += h >> 31;
    return brim_clamp32(brim_rshift_up(h, right) + f->out_zero_point, f->act_min, f->act_max);
}

#if BRIM_MVE
#include "mve_thumb.h"
#else
BRIM_INLINE void brim_mve_block(const brim_mve_filter *f, const int8_t *x, int8_t *y, int32_t pixels,
                                int32_t kind, bool left) {
    for (int32_t c = 0; c < f->out_c; c++) {
        const int32_t *const channel = f->channels + c * BRIM_MVE_CHANNEL_WORDS(left);
        for (int32_t p = 0; p < pixels; p++) {
            brim_sum32 sum = brim_sum32_of(channel[0]);
            for (int32_t k = 0; k < f->taps; k++) {
                const int32_t step = k / BRIM_MVE_TAPS * pixels + p;
                sum = brim_sum32_mac(sum, f->weights[c * f->taps + k],
                                     x[step * BRIM_MVE_TAPS + k % BRIM_MVE_TAPS]);
            }
            y[p * f->out_c + c] = (int8_t)brim_mve_code(brim_sum32_value(sum), left ? channel[3] : 0,
                                                        channel[1], -channel[2], kind, f);
        }
    }
}

#define BRIM_MVE_BLOCKS(name, kind, left, clamped)                                                           \
    BRIM_MVE_SHARED void brim_mve_##name##4(const brim_mve_filter *f, const int8_t *x, int8_t *y) {          \
        brim_mve_block(f, x, y, BRIM_MVE_PIXELS, kind, left);                                                \
    }                                                                                                        \
    BRIM_MVE_SHARED void brim_mve_##name##1(const brim_mve_filter *f, const int8_t *x, int8_t *y) {          \
        brim_mve_block(f, x, y, 1, kind, left);                                                              \
    }
#endif

/* Four pixels and one, of each kind; clamped: codes act_min..act_max instead of all. */
BRIM_MVE_BLOCKS(relu, BRIM_MVE_RELU, 0, 0)
BRIM_MVE_BLOCKS(linear, BRIM_MVE_LINEAR, 0, 0)
BRIM_MVE_BLOCKS(linear_clamped, BRIM_MVE_LINEAR, 0, 1)
BRIM_MVE_BLOCKS(single, BRIM_MVE_SINGLE, 0, 0)
BRIM_MVE_BLOCKS(single_clamped, BRIM_MVE_SINGLE, 0, 1)
BRIM_MVE_BLOCKS(relu_left, BRIM_MVE_RELU, 1, 0)
BRIM_MVE_BLOCKS(linear_left, BRIM_MVE_LINEAR, 1, 0)
BRIM_MVE_BLOCKS(linear_left_clamped, BRIM_MVE_LINEAR, 1, 1)
BRIM_MVE_BLOCKS(single_left, BRIM_MVE_SINGLE, 1, 0)
BRIM_MVE_BLOCKS(single_left_clamped, BRIM_MVE_SINGLE, 1, 1)

/** Defines a kernel function for each kind by DEFINE(suffix, blocks). */
#define BRIM_MVE_KERNELS(DEFINE)                                                                             \
    DEFINE(, linear)                                                                                         \
    DEFINE(_relu, relu)                                                                                      \
    DEFINE(_clamped, linear_clamped)                                                                         \
    DEFINE(_single, single)                                                                                  \
    DEFINE(_single_clamped, single_clamped)                                                                  \
    DEFINE(_left, linear_left)                                                                               \
    DEFINE(_relu_left, relu_left)                                                                            \
    DEFINE(_left_clamped, linear_left_clamped)                                                               \
    DEFINE(_single_left, single_left)                                                                        \
    DEFINE(_single_left_clamped, single_left_clamped)

#endif
