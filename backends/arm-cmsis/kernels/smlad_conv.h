/**
 * @file smlad_conv.h
 * @brief Parameters and shared parts of the int8 convolutions with SMLAD.
 */
#ifndef SMLAD_CONV_H
#define SMLAD_CONV_H

#include "smlad_dot.h"

/**
 * Convolution, one set of weights per output channel pair.
 *
 * Order of taps: for each kernel row the run of kernel_w * in_c neighbouring activations in whole groups of four, in
 * the order 0, 2, 1, 3 (that of SXTB16); then the 0 to 3 left over of every row, one row after the other; then zeros
 * up to a multiple of four.
 *
 * channels: five words for each pair (a, b): start of sum a, start of sum ab (smlad_dot.h), multiplier of a, of b
 * (Q31), and right shift of a less one in the low half, of b less one in the high half (0..29). The missing channel
 * of the last pair of an odd number has weight, start and multiplier 0.
 */
typedef struct {
    const uint32_t *weights;  /**< smlad_dot.h */
    const int32_t *channels;  /**< see above */
    int32_t in_h;             /**< input rows */
    int32_t in_w;             /**< input columns */
    int32_t in_c;             /**< input channels */
    int32_t out_h;            /**< output rows */
    int32_t out_w;            /**< output columns */
    int32_t out_c;            /**< output channels */
    int32_t kernel_h;         /**< kernel rows */
    int32_t kernel_w;         /**< kernel columns */
    int32_t stride_h;         /**< rows between windows */
    int32_t stride_w;         /**< columns between windows */
    int32_t pad_top;          /**< rows of padding above */
    int32_t pad_left;         /**< columns of padding to the left */
    int32_t steps;            /**< taps / 4, rounded up */
    int32_t in_zero_point;    /**< code of real zero, read by padding; folded into the starts */
    int32_t out_offset;       /**< 2 * zero point of the result + 1 */
    int32_t act_min;          /**< least code */
    int32_t act_max;          /**< greatest code */
} brim_smlad_conv;

/** Computes all channels of three pixels (three activation streams interleaved) or of one pixel. */
typedef void (*brim_smlad_block)(const brim_smlad_conv *p, const uint32_t *taps, int8_t *y);

/** Kinds of rescaling; each kernel is compiled for the one it needs. */
enum brim_smlad_kind {
    BRIM_SMLAD_RELU,   /**< act_min >= zero point: how a negative tie rounds cannot be seen */
    BRIM_SMLAD_LINEAR, /**< ties away from zero */
};

/**
 * Scheme TfLiteDouble of twice an accumulator, zero point added, saturated to int8.
 *
 * With h = round(acc * m / 2^31) and n = shift + 1 the result is (h + 2^(n-1) - (h < 0)) >> n, plus the zero point
 * z. half = (2 z + 1) << (n-1) carries both z and 2^(n-1) through the shift. h < 0 may be read off acc: they differ
 * only for acc = -1, m = 2^30, h = 0, where the result is 0 either way as n >= 1.
 */
BRIM_INLINE int32_t brim_smlad_code(int32_t twice, int32_t m, int32_t half, int32_t shift, int32_t kind) {
    const int32_t addend = kind == BRIM_SMLAD_RELU ? half : half + (twice >> 31);
    return brim_ssat8_half(brim_smmlar(twice, m, addend) >> shift);
}

BRIM_INLINE void brim_smlad_block3(const brim_smlad_conv *p, const uint32_t *taps, int8_t *y, int32_t kind,
                                   bool clamps) {
    const int32_t steps = p->steps;
    const int32_t skip = BRIM_SMLAD_SKIP3(steps);
    const int32_t out_c = p->out_c;
    const uint32_t *w = p->weights;
    const int32_t *channel = p->channels;
    const int8_t *const end = y + out_c;
    do {
        brim_smlad_sums3 sums;
        w = brim_smlad_dot3(w, taps, steps, skip, channel[0], channel[1], &sums);
        const int32_t shift_a = (int16_t)channel[4];
        const int32_t shift_b = channel[4] >> 16;
        const int32_t half_a = (int32_t)((uint32_t)p->out_offset << shift_a);
        const int32_t half_b = (int32_t)((uint32_t)p->out_offset << shift_b);
        int32_t a[3];
        int32_t b[3];
        for (int32_t i = 0; i < 3; i++) {
            b[i] = brim_smlad_twice_b(sums.a[i], sums.ab[i]);
            a[i] = brim_smlad_code((int32_t)((uint32_t)sums.a[i] << 1), channel[2], half_a, shift_a, kind);
            b[i] = brim_smlad_code(b[i], channel[3], half_b, shift_b, kind);
            if (clamps) {
                a[i] = brim_clamp32(a[i], p->act_min, p->act_max);
                b[i] = brim_clamp32(b[i], p->act_min, p->act_max);
            }
        }
        y[0] = (int8_t)a[0];
        y[out_c] = (int8_t)a[1];
        y[2 * out_c] = (int8_t)a[2];
        y++;
        channel += 5;
        if (y == end)
            break;
        y[0] = (int8_t)b[0];
        y[out_c] = (int8_t)b[1];
        y[2 * out_c] = (int8_t)b[2];
        y++;
    } while (y != end);
}

BRIM_SHARED static void brim_smlad_relu3(const brim_smlad_conv *p, const uint32_t *taps, int8_t *y) {
    brim_smlad_block3(p, taps, y, BRIM_SMLAD_RELU, false);
}

BRIM_SHARED static void brim_smlad_linear3(const brim_smlad_conv *p, const uint32_t *taps, int8_t *y) {
    brim_smlad_block3(p, taps, y, BRIM_SMLAD_LINEAR, false);
}
#endif
