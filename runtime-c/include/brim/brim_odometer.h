/**
 * @file brim_odometer.h
 * @brief Walks over strided tensors of any rank up to BRIM_MAX_RANK.
 */
#ifndef BRIM_ODOMETER_H
#define BRIM_ODOMETER_H

#include "brim_kernels.h"

/** Indices of all dimensions but the innermost, and the offsets of up to two tensors at them. */
typedef struct {
    int32_t index[BRIM_MAX_RANK];
    int32_t a, b;
} brim_odometer;

/** The first position. */
BRIM_INLINE brim_odometer brim_odometer_start(void) {
    brim_odometer o = {{0}, 0, 0};
    return o;
}

/**
 * Moves to the next position of dimensions 0..rank-1, the last fastest; b_strides may be NULL.
 * @return false after the last position
 */
BRIM_INLINE bool brim_odometer_next(brim_odometer *o, int32_t rank, const int32_t *dims,
                                    const int32_t *a_strides, const int32_t *b_strides) {
    for (int32_t d = rank - 1; d >= 0; d--) {
        o->a += a_strides[d];
        o->b += b_strides != NULL ? b_strides[d] : 0;
        if (++o->index[d] < dims[d])
            return true;
        o->a -= a_strides[d] * dims[d];
        o->b -= b_strides != NULL ? b_strides[d] * dims[d] : 0;
        o->index[d] = 0;
    }
    return false;
}

#endif
