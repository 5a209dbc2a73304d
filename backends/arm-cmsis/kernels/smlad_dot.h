/**
 * @file smlad_dot.h
 * @brief Dot products of int8 weights with int16 activations on cores with SMLAD (Cortex-M4, M7, M33), and
 * the rescaling of their sums.
 *
 * Weight stream. The weights of an output channel pair (a, b) are one stream of 32-bit words, two taps a
 * word: halves h_i = w_a[i] + 256 * w_b[i] as 16-bit two's complement numbers, h_0 in the bottom. Taps are
 * padded with zeros to a multiple of four, so that a stream holds as many bytes as the weights.
 *
 * SXTB16 of a word is the pair (w_a[0], w_a[1]), the word itself is the pair (h_0, h_1), so one unpacking
 * instruction feeds both channels:
 *     sum_a  = sum w_a x                    mod 2^32
 *     sum_ab = sum w_a x + 256 sum w_b x    mod 2^32
 * and sum w_b x = (sum_ab - sum_a) / 256, exact where the true sum fits 24 bits. Start values carry the
 * biases: bias_a and bias_a + 256 * bias_b (mod 2^32). A caller proves the bound from its weights. Range of
 * the weights: w_a -128..127; w_b -127..127, and -128 where w_a >= 0 stands at the same tap.
 *
 * Activation stream: words of two int16 taps. For three pixels the words are interleaved, pixel fastest.
 *
 * Channel stream. For each pair five words: start of sum_a, start of sum_ab, multiplier of a, multiplier of
 * b, and shift_a + 256 * shift_b. The missing channel b of the last pair of an odd number has weights and
 * words of 0.
 */
#ifndef SMLAD_DOT_H
#define SMLAD_DOT_H

#include "clamp_s8.h"

/** 1 if the loops are the hand-allocated ones: they take all registers, so they need a compiler that
 * optimises. */
#if BRIM_HAS_PACKED && defined(__thumb2__) && defined(__OPTIMIZE__) && !defined(BRIM_MLA_TAPS)
#define BRIM_SMLAD_ASM 1
#else
#define BRIM_SMLAD_ASM 0
#endif

/** Words of an activation stream for a step of four taps at one pixel: the kernels of cores without SMLAD
 * define BRIM_MLA_TAPS and take one tap a word (mla_dot.h). */
#ifdef BRIM_MLA_TAPS
#include "mla_dot.h"
#define BRIM_STEP_WORDS 4
#define BRIM_PAIR_KERNEL(name, suffix) brim_##name##_mla##suffix
#else
#define BRIM_STEP_WORDS 2
#define BRIM_PAIR_KERNEL(name, suffix) brim_##name##_smlad##suffix
#endif

/** All output channels at one or three pixels. */
typedef struct {
    const uint32_t *weights; /**< weight streams of all pairs */
    const int32_t *channels; /**< channel stream */
    int32_t steps;           /**< taps of a stream / 4, at least 2 */
    int32_t out_c;           /**< output channels, at least 1 */
    int32_t out_offset;      /**< 2 * zero point of the result + 1 */
    int32_t act_min;         /**< least code */
    int32_t act_max;         /**< greatest code */
} brim_smlad_filter;

/** Computes all output channels of one or three pixels from their activation stream. */
typedef void (*brim_smlad_block_function)(const brim_smlad_filter *f, const uint32_t *x, int8_t *y);

/** Kinds of rescaling: each model holds the code of those that it uses. Codes are -128..127. */
enum brim_smlad_kind {
    BRIM_SMLAD_RELU, /**< two roundings; negative results before the zero point are not seen (it is -128) and
                        so need no care in how their ties round */
    BRIM_SMLAD_LINEAR, /**< two roundings, ties away from zero */
    BRIM_SMLAD_SINGLE, /**< one rounding, ties up */
};

/** The channel in the upper bytes: twice its sum, exact where the sum fits 24 bits. */
BRIM_INLINE int32_t brim_smlad_twice_b(int32_t a, int32_t ab) {
    return brim_sub32_wrap(ab, a) >> 7;
}

/**
 * High word of x * m + round * 2^16. m >= 0, and |x| < 2^30, so that no partial product overflows on cores
 * that multiply to 32 bits only.
 */
BRIM_INLINE int32_t brim_high_word(int32_t x, int32_t m, int32_t round) {
#if defined(__thumb__) && !defined(__thumb2__)
    const uint32_t x_low = (uint32_t)x & 0xFFFFu;
    const uint32_t m_low = (uint32_t)m & 0xFFFFu;
    const int32_t x_high = x >> 16;
    const int32_t m_high = m >> 16;
    const uint32_t middle = x_low * (uint32_t)m_high + ((x_low * m_low) >> 16);
    const int32_t rest = x_high * (int32_t)m_low + (int32_t)(middle & 0xFFFFu) + round;
    return x_high * m_high + (int32_t)(middle >> 16) + (rest >> 16);
#else
    return (int32_t)(((int64_t)x * m + ((int64_t)round << 16)) >> 32);
#endif
}

/** addend + high word of x * m, to nearest, ties up, modulo 2^32: SMMLAR. */
BRIM_INLINE int32_t brim_smmlar(int32_t x, int32_t m, int32_t addend) {
#if BRIM_HAS_PACKED
    int32_t high;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(high) : "r"(x), "r"(m), "r"(addend));
    return high;
#else
    return brim_add32_wrap(addend, brim_high_word(x, m, 0x8000));
#endif
}

/** addend + high word of x * m, rounded down, modulo 2^32: SMMLA. */
BRIM_INLINE int32_t brim_smmla(int32_t x, int32_t m, int32_t addend) {
#if BRIM_HAS_PACKED
    int32_t high;
    __asm__("smmla %0, %1, %2, %3" : "=r"(high) : "r"(x), "r"(m), "r"(addend));
    return high;
#else
    return brim_add32_wrap(addend, brim_high_word(x, m, 0));
#endif
}

/** x / 2, rounded down, saturated to int8: one SSAT with its shift. */
BRIM_INLINE int32_t brim_ssat8_half(int32_t x) {
#if defined(__thumb2__)
    int32_t code;
    __asm__("ssat %0, #8, %1, asr #1" : "=r"(code) : "r"(x));
    return code;
#else
    return BRIM_SSAT(x >> 1, 8);
#endif
}

/** half of brim_smlad_code for a right shift of shift + 1. */
BRIM_INLINE int32_t brim_smlad_half(int32_t out_offset, int32_t shift) {
    return (int32_t)((uint32_t)out_offset << shift);
}

/**
 * The code of an accumulator, zero point z added, saturated to int8; a right shift of n = shift + 1.
 *
 * Two roundings (scheme TfLiteDouble): with h = round(acc * m / 2^31) the result is ((h + 2^(n-1) - (h < 0))
 * >> n) + z. half = (2 z + 1) << (n-1) carries both z and 2^(n-1) through the shift. Whether h < 0 may be
 * read off acc: they differ only for acc = -1 and m = 2^30, where h = 0 and the result is z either way, as n
 * >= 1. If negative results are clamped to z or more, then the term is of no effect: h < 0 gives at most z
 * with it or without it. One rounding (scheme Single): with h rounded down, (h + 2^(n-1)) >> n is (acc * m +
 * 2^(30+n)) >> (31+n), because rounding down twice is rounding down once. Range: |acc| < 2^29, 0 <= shift <=
 * 21 (so that half and its sum with h fit 32 bits).
 *
 * @param twice  2 * acc
 * @param m      multiplier, Q31 in [2^30, 2^31), or 0
 */
BRIM_INLINE int32_t brim_smlad_code(int32_t twice, int32_t m, int32_t half, int32_t shift, int32_t kind) {
    if (kind == BRIM_SMLAD_SINGLE)
        return brim_ssat8_half(brim_smmla(twice, m, half) >> shift);
    const int32_t addend = kind == BRIM_SMLAD_RELU ? half : half + (twice >> 31);
    return brim_ssat8_half(brim_smmlar(twice, m, addend) >> shift);
}

#ifdef BRIM_MLA_TAPS

BRIM_INLINE void brim_smlad_block(const brim_smlad_filter *f, const uint32_t *x, int8_t *y, int32_t pixels,
                                  int32_t kind) {
    const uint32_t *w = f->weights;
    const int32_t *channel = f->channels;
    const int32_t out_c = f->out_c;
    const int32_t out_offset = f->out_offset;
    for (int32_t left = out_c; left > 0; left -= 2, w += 2 * f->steps, channel += 5, y += 2) {
        brim_mla_sums sums;
        for (int32_t p = 0; p < pixels; p++) {
            sums.a[p] = channel[0];
            sums.ab[p] = channel[1];
        }
        if (pixels == 3)
            brim_mla_dot3(w, x, f->steps, &sums);
        else
            brim_mla_dot1(w, x, f->steps, &sums.a[0], &sums.ab[0]);
        const int32_t shift_a = channel[4] & 0xFF;
        const int32_t shift_b = channel[4] >> 8;
        const int32_t half_a = brim_smlad_half(out_offset, shift_a);
        const int32_t half_b = brim_smlad_half(out_offset, shift_b);
        const int32_t multiplier_a = channel[2];
        const int32_t multiplier_b = channel[3];
        for (int32_t p = 0; p < pixels; p++) {
            const int32_t b = brim_smlad_twice_b(sums.a[p], sums.ab[p]);
            const int32_t a = (int32_t)((uint32_t)sums.a[p] << 1);
            y[p * out_c] = (int8_t)brim_smlad_code(a, multiplier_a, half_a, shift_a, kind);
            if (left > 1)
                y[p * out_c + 1] = (int8_t)brim_smlad_code(b, multiplier_b, half_b, shift_b, kind);
        }
    }
}

#elif !BRIM_SMLAD_ASM

BRIM_INLINE void brim_smlad_block(const brim_smlad_filter *f, const uint32_t *x, int8_t *y, int32_t pixels,
                                  int32_t kind) {
    const uint32_t *w = f->weights;
    const int32_t *channel = f->channels;
    for (int32_t c = 0; c < f->out_c; c += 2, w += 2 * f->steps, channel += 5) {
        const int32_t shift_a = channel[4] & 0xFF;
        const int32_t shift_b = channel[4] >> 8;
        for (int32_t p = 0; p < pixels; p++) {
            int32_t a = channel[0];
            int32_t ab = channel[1];
            for (int32_t i = 0; i < 2 * f->steps; i++) {
                const int32_t taps = (int32_t)x[i * pixels + p];
                a = BRIM_SMLAD(BRIM_SXTB16(w[i]), taps, a);
                ab = BRIM_SMLAD((int32_t)w[i], taps, ab);
            }
            const int32_t code_a = brim_smlad_code((int32_t)((uint32_t)a << 1), channel[2],
                                                   brim_smlad_half(f->out_offset, shift_a), shift_a, kind);
            y[p * f->out_c + c] = (int8_t)code_a;
            if (c + 1 < f->out_c) {
                const int32_t code_b =
                    brim_smlad_code(brim_smlad_twice_b(a, ab), channel[3],
                                    brim_smlad_half(f->out_offset, shift_b), shift_b, kind);
                y[p * f->out_c + c + 1] = (int8_t)code_b;
            }
        }
    }
}

#endif

#if BRIM_SMLAD_ASM
#include "smlad_thumb.h"
#else
#define BRIM_SMLAD_BLOCKS(name, kind)                                                                        \
    BRIM_SHARED void brim_smlad_##name##3(const brim_smlad_filter *f, const uint32_t *x, int8_t *y) {        \
        brim_smlad_block(f, x, y, 3, kind);                                                                  \
    }                                                                                                        \
    BRIM_SHARED void brim_smlad_##name##1(const brim_smlad_filter *f, const uint32_t *x, int8_t *y) {        \
        brim_smlad_block(f, x, y, 1, kind);                                                                  \
    }
#endif

/* Three pixels, their results out_c bytes apart, and one pixel, of each kind. */
BRIM_SMLAD_BLOCKS(relu, BRIM_SMLAD_RELU)
BRIM_SMLAD_BLOCKS(linear, BRIM_SMLAD_LINEAR)
BRIM_SMLAD_BLOCKS(single, BRIM_SMLAD_SINGLE)

/* Kinds with codes act_min..act_max. */
#define BRIM_SMLAD_CLAMPED_BLOCKS(name)                                                                      \
    BRIM_SHARED void brim_smlad_##name##_clamped3(const brim_smlad_filter *f, const uint32_t *x,             \
                                                  int8_t *y) {                                               \
        brim_smlad_##name##3(f, x, y);                                                                       \
        brim_clamp_s8(y, 3 * f->out_c, f->act_min, f->act_max);                                              \
    }                                                                                                        \
    BRIM_SHARED void brim_smlad_##name##_clamped1(const brim_smlad_filter *f, const uint32_t *x,             \
                                                  int8_t *y) {                                               \
        brim_smlad_##name##1(f, x, y);                                                                       \
        brim_clamp_s8(y, f->out_c, f->act_min, f->act_max);                                                  \
    }
BRIM_SMLAD_CLAMPED_BLOCKS(linear)
BRIM_SMLAD_CLAMPED_BLOCKS(single)

/**
 * Defines a kernel function for each kind by DEFINE(suffix, blocks): none for linear, then _relu, _clamped,
 * _single and _single_clamped.
 */
#define BRIM_SMLAD_KERNELS(DEFINE)                                                                           \
    DEFINE(, linear)                                                                                         \
    DEFINE(_relu, relu)                                                                                      \
    DEFINE(_clamped, linear_clamped)                                                                         \
    DEFINE(_single, single)                                                                                  \
    DEFINE(_single_clamped, single_clamped)
#endif
