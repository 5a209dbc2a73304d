/**
 * @file conv2d_s8_smlad.c
 * @brief 2-D convolution, int8 to int8, scheme TfLiteDouble, on cores with SMLAD.
 */
#include "conv2d_s8_smlad.h"

/**
 * @param x        input, NHWC, one batch, any alignment
 * @param y        output, NHWC. May start `lead` or more bytes before x and overlap it, with lead as computed by
 *                 the compiler: three windows are read as a whole before their results are written.
 * @param scratch  4-byte aligned; 24 * steps bytes, and 4 * kernel_w * in_c, rounded up to words, if any window leaves the input
 */
BRIM_KERNEL void brim_conv2d_s8_smlad_relu(const brim_conv2d_s8_smlad_params *p, const int8_t *x, int8_t *y,
                                           void *scratch) {
    brim_smlad_conv2d(x, y, scratch, p, brim_smlad_relu3, brim_smlad_relu1);
}

/** As brim_conv2d_s8_smlad_relu, for any zero point and codes -128..127. */
BRIM_KERNEL void brim_conv2d_s8_smlad(const brim_conv2d_s8_smlad_params *p, const int8_t *x, int8_t *y,
                                      void *scratch) {
    brim_smlad_conv2d(x, y, scratch, p, brim_smlad_linear3, brim_smlad_linear1);
}

/** As brim_conv2d_s8_smlad_relu, for any zero point and codes act_min..act_max. */
BRIM_KERNEL void brim_conv2d_s8_smlad_clamped(const brim_conv2d_s8_smlad_params *p, const int8_t *x, int8_t *y,
                                              void *scratch) {
    brim_smlad_conv2d(x, y, scratch, p, brim_smlad_clamped3, brim_smlad_clamped1);
}
