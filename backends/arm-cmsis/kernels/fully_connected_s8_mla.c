/**
 * @file fully_connected_s8_mla.c
 * @brief Dense layer, int8 to int8, on cores without SMLAD: the kernels of fully_connected_s8_smlad.c with
 * one tap a word.
 */
#ifndef BRIM_MLA_TAPS
#define BRIM_MLA_TAPS
#endif
#include "fully_connected_s8_smlad.c"
