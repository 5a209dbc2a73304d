/**
 * @file pointwise_s8_smlad.c
 * @brief 1x1 convolution with stride 1, int8 to int8, scheme TfLiteDouble, on cores with SMLAD.
 */
#include "smlad_expand.h"

/** 1x1 convolution. Order of taps: input channels in whole groups of four as 0, 2, 1, 3, then those left
 * over. */
typedef struct {
    brim_smlad_filter filter; /**< weights and rescaling */
    int32_t in_c;             /**< input channels */
    int32_t pixels;           /**< rows * columns */
} brim_pointwise_s8_smlad_params;

BRIM_SHARED void brim_smlad_pointwise(const int8_t *x, int8_t *y, void *scratch,
                                      const brim_pointwise_s8_smlad_params *p,
                                      brim_smlad_block_function block3, brim_smlad_block_function block1) {
    uint32_t *const taps = scratch;
    const int32_t in_c = p->in_c;
    const int32_t out_c = p->filter.out_c;
    const int32_t groups = in_c >> 2;
    int32_t left = p->pixels;
    for (; left >= 3; left -= 3, x += 3 * in_c, y += 3 * out_c) {
        brim_smlad_expand3(taps, x, x + in_c, x + 2 * in_c, groups);
        for (int32_t c = groups * 4; c < in_c; c++) {
            for (int32_t i = 0; i < 3; i++)
                brim_smlad_put(taps, c, 3, i, x[i * in_c + c]);
        }
        block3(&p->filter, taps, y);
    }
    for (; left > 0; left--, x += in_c, y += out_c) {
        brim_smlad_expand1(taps, x, groups);
        for (int32_t c = groups * 4; c < in_c; c++)
            brim_smlad_put(taps, c, 1, 0, x[c]);
        block1(&p->filter, taps, y);
    }
}

/*
 * Kernels of every kind (smlad_dot.h):
 * - x: input, NHWC, any alignment;
 * - y: output, NHWC. May start a lead or more bytes before x and overlap it, the lead as computed by the
 * compiler: three pixels are read before their results are written, so it is 0 where there are no more output
 * channels than input channels;
 * - scratch: 4-byte aligned, 12 * BRIM_STEP_WORDS * steps bytes.
 */
#define BRIM_POINTWISE_S8(suffix, blocks)                                                                    \
    BRIM_KERNEL void BRIM_PAIR_KERNEL(pointwise_s8, suffix)(const brim_pointwise_s8_smlad_params *p,         \
                                                            const int8_t *x, int8_t *y, void *scratch) {     \
        brim_smlad_pointwise(x, y, scratch, p, brim_smlad_##blocks##3, brim_smlad_##blocks##1);              \
    }
BRIM_SMLAD_KERNELS(BRIM_POINTWISE_S8)
