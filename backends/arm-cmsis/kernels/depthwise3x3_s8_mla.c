/**
 * @file depthwise3x3_s8_mla.c
 * @brief Depthwise 3x3 convolution, int8 to int8, on cores without SMLAD: the kernels of
 * depthwise3x3_s8_smlad.c, but an output row is summed up kernel row by kernel row.
 */
#ifndef BRIM_MLA_TAPS
#define BRIM_MLA_TAPS
#endif
#include "depthwise3x3_s8_smlad.c"
