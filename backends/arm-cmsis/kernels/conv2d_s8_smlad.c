/**
 * @file conv2d_s8_smlad.c
 * @brief 2-D convolution, int8 to int8, scheme TfLiteDouble, on cores with SMLAD.
 */
#include "conv2d_s8_smlad.h"

/*
 * Kernels of every kind (smlad_dot.h):
 * - x: input, NHWC, one batch, any alignment;
 * - y: output, NHWC. May start a lead or more bytes before x and overlap it, the lead as computed by the
 * compiler: three windows are read as a whole before their results are written;
 * - scratch: 4-byte aligned; 12 * BRIM_STEP_WORDS * steps bytes, and 4 * kernel_w * in_c, rounded up to
 * words, if any window leaves the input.
 */
#define BRIM_CONV2D_S8(suffix, blocks)                                                                       \
    BRIM_KERNEL void BRIM_PAIR_KERNEL(conv2d_s8, suffix)(const brim_conv2d_s8_smlad_params *p,               \
                                                         const int8_t *x, int8_t *y, void *scratch) {        \
        brim_smlad_conv2d(x, y, scratch, p, brim_smlad_##blocks##3, brim_smlad_##blocks##1);                 \
    }
BRIM_SMLAD_KERNELS(BRIM_CONV2D_S8)
