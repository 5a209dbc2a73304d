/**
 * @file mve_copy.h
 * @brief Activations for the blocks of mve_dot.h: runs of neighbouring codes copied sixteen at a time.
 */
#ifndef MVE_COPY_H
#define MVE_COPY_H

#include "mve_dot.h"

/**
 * Copies n >= 1 codes, sixteen of them every `step` bytes, and fills up the last sixteen with zeros. Reads no
 * byte beyond the n.
 */
BRIM_INLINE void brim_mve_copy(int8_t *to, const int8_t *from, int32_t n, int32_t step) {
#if BRIM_MVE
    for (; n > BRIM_MVE_TAPS; n -= BRIM_MVE_TAPS, to += step, from += BRIM_MVE_TAPS)
        __arm_vstrbq_s8(to, __arm_vldrbq_s8(from));
    __arm_vstrbq_s8(to, __arm_vldrbq_z_s8(from, __arm_vctp8q((uint32_t)n)));
#else
    for (int32_t i = 0; i < n; i += BRIM_MVE_TAPS, to += step) {
        for (int32_t j = 0; j < BRIM_MVE_TAPS; j++)
            to[j] = (int8_t)(i + j < n ? from[i + j] : 0);
    }
#endif
}

/** Writes n >= 1 times a code, sixteen of them every `step` bytes, and fills up the last sixteen with zeros.
 */
BRIM_INLINE void brim_mve_fill(int8_t *to, int32_t code, int32_t n, int32_t step) {
#if BRIM_MVE
    const int8x16_t codes = __arm_vdupq_n_s8((int8_t)code);
    for (; n > BRIM_MVE_TAPS; n -= BRIM_MVE_TAPS, to += step)
        __arm_vstrbq_s8(to, codes);
    __arm_vstrbq_s8(to, __arm_vpselq_s8(codes, __arm_vdupq_n_s8(0), __arm_vctp8q((uint32_t)n)));
#else
    for (int32_t i = 0; i < n; i += BRIM_MVE_TAPS, to += step) {
        for (int32_t j = 0; j < BRIM_MVE_TAPS; j++)
            to[j] = (int8_t)(i + j < n ? code : 0);
    }
#endif
}

/**
 * Interleaves runs of n >= 1 codes of four pixels, whose runs begin `stride` bytes apart, as the blocks want
 * them; fills them up with zeros to a multiple of sixteen.
 *
 * @return where the next codes go
 */
BRIM_INLINE int8_t *brim_mve_interleave(int8_t *to, const int8_t *x, int32_t stride, int32_t n) {
#if BRIM_MVE
    const int8_t *x1 = x + stride;
    const int8_t *x2 = x1 + stride;
    const int8_t *x3 = x2 + stride;
    for (; n > BRIM_MVE_TAPS; n -= BRIM_MVE_TAPS, to += BRIM_MVE_BLOCK_STEP) {
        __arm_vstrbq_s8(to, __arm_vldrbq_s8(x));
        __arm_vstrbq_s8(to + 16, __arm_vldrbq_s8(x1));
        __arm_vstrbq_s8(to + 32, __arm_vldrbq_s8(x2));
        __arm_vstrbq_s8(to + 48, __arm_vldrbq_s8(x3));
        x += BRIM_MVE_TAPS;
        x1 += BRIM_MVE_TAPS;
        x2 += BRIM_MVE_TAPS;
        x3 += BRIM_MVE_TAPS;
    }
    const mve_pred16_t some = __arm_vctp8q((uint32_t)n);
    __arm_vstrbq_s8(to, __arm_vldrbq_z_s8(x, some));
    __arm_vstrbq_s8(to + 16, __arm_vldrbq_z_s8(x1, some));
    __arm_vstrbq_s8(to + 32, __arm_vldrbq_z_s8(x2, some));
    __arm_vstrbq_s8(to + 48, __arm_vldrbq_z_s8(x3, some));
    return to + BRIM_MVE_BLOCK_STEP;
#else
    for (int32_t p = 0; p < BRIM_MVE_PIXELS; p++)
        brim_mve_copy(to + p * BRIM_MVE_TAPS, x + p * stride, n, BRIM_MVE_BLOCK_STEP);
    return to + (n + BRIM_MVE_TAPS - 1) / BRIM_MVE_TAPS * BRIM_MVE_BLOCK_STEP;
#endif
}

#endif
