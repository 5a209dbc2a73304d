/**
 * @file depthwise_align.h
 * @brief Depthwise kernels over their own input.
 */
#ifndef BRIM_DEPTHWISE_ALIGN_H
#define BRIM_DEPTHWISE_ALIGN_H

#include "brim/brim_arith.h"

/**
 * Moves the input down to a whole number of pixels above the result where they overlap otherwise: then each
 * result overwrites codes of its own channel only, which have been read. Only bytes of the input and result
 * are touched.
 */
BRIM_INLINE const int8_t *brim_depthwise_align(const int8_t *x, int8_t *y, int32_t in_bytes,
                                               int32_t out_bytes, int32_t channel_count) {
    const uintptr_t distance = (uintptr_t)x - (uintptr_t)y;
    if (distance >= (uintptr_t)out_bytes || distance % (uintptr_t)channel_count == 0)
        return x;
    int8_t *const to = y + (distance - distance % (uintptr_t)channel_count);
    int32_t i = 0;
    /* Downwards in memory and forwards, so that no word is overwritten before it has been read. */
    for (; i <= in_bytes - 8; i += 8) {
        const uint32_t a = brim_load32(x + i), b = brim_load32(x + i + 4);
        brim_store32(to + i, a);
        brim_store32(to + i + 4, b);
    }
    for (; i < in_bytes; i++)
        to[i] = x[i];
    return to;
}

#endif
