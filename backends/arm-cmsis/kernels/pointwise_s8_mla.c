/**
 * @file pointwise_s8_mla.c
 * @brief 1x1 convolution with stride 1, int8 to int8, on cores without SMLAD: the kernels of
 * pointwise_s8_smlad.c with one tap a word.
 */
#ifndef BRIM_MLA_TAPS
#define BRIM_MLA_TAPS
#endif
#include "pointwise_s8_smlad.c"
