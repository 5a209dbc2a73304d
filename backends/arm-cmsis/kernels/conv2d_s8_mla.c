/**
 * @file conv2d_s8_mla.c
 * @brief 2-D convolution, int8 to int8, on cores without SMLAD: the kernels of conv2d_s8_smlad.c with one tap
 * a word.
 */
#ifndef BRIM_MLA_TAPS
#define BRIM_MLA_TAPS
#endif
#include "conv2d_s8_smlad.c"
