/**
 * @file pointwise_s8_mve.c
 * @brief 1x1 convolution with stride 1, int8 to int8, on cores with MVE.
 */
#include "mve_copy.h"

/** 1x1 convolution. Taps are the input channels in order. */
typedef struct {
    brim_mve_filter filter; /**< weights and rescaling */
    int32_t pixels;         /**< rows * columns */
} brim_pointwise_s8_mve_params;

BRIM_MVE_SHARED void brim_mve_pointwise(const int8_t *x, int8_t *y, int8_t *scratch,
                                        const brim_pointwise_s8_mve_params *p, brim_mve_block_function block4,
                                        brim_mve_block_function block1) {
    const int32_t in_c = p->filter.taps;
    const int32_t out_c = p->filter.out_c;
    int32_t left = p->pixels;
    if (out_c >= 2) { /* a block computes two channels at a time */
        for (; left >= BRIM_MVE_PIXELS; left -= BRIM_MVE_PIXELS) {
            brim_mve_interleave(scratch, x, in_c, in_c);
            block4(&p->filter, scratch, y);
            x += BRIM_MVE_PIXELS * in_c;
            y += BRIM_MVE_PIXELS * out_c;
        }
    }
    for (; left > 0; left--, x += in_c, y += out_c) {
        brim_mve_copy(scratch, x, in_c, BRIM_MVE_TAPS);
        block1(&p->filter, scratch, y);
    }
}

/*
 * Kernels of every kind (mve_dot.h):
 * - x: input, NHWC, any alignment;
 * - y: output, NHWC. May start a lead or more bytes before x and overlap it, the lead as computed by the
 * compiler: the pixels of a block are read before their results are written;
 * - scratch: 64 * steps bytes.
 */
#define BRIM_POINTWISE_S8_MVE(suffix, blocks)                                                                \
    BRIM_KERNEL void brim_pointwise_s8_mve##suffix(const brim_pointwise_s8_mve_params *p, const int8_t *x,   \
                                                   int8_t *y, void *scratch) {                               \
        brim_mve_pointwise(x, y, scratch, p, brim_mve_##blocks##4, brim_mve_##blocks##1);                    \
    }
BRIM_MVE_KERNELS(BRIM_POINTWISE_S8_MVE)
