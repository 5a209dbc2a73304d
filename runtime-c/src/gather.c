#include "brim/brim_odometer.h"

BRIM_KERNEL void brim_gather_8(const brim_walk *walk, int32_t first, const int8_t *input, int8_t *output) {
    const int32_t inner = walk->rank - 1;
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[inner]; i++)
            *output++ = input[first + at.a + i * walk->strides[inner]];
    } while (brim_odometer_next(&at, inner, walk->dims, walk->strides, NULL));
}

BRIM_KERNEL void brim_gather_16(const brim_walk *walk, int32_t first, const int16_t *input, int16_t *output) {
    const int32_t inner = walk->rank - 1;
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[inner]; i++)
            *output++ = input[first + at.a + i * walk->strides[inner]];
    } while (brim_odometer_next(&at, inner, walk->dims, walk->strides, NULL));
}

BRIM_KERNEL void brim_gather_32(const brim_walk *walk, int32_t first, const brim_word32 *input,
                                brim_word32 *output) {
    const int32_t inner = walk->rank - 1;
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[inner]; i++)
            *output++ = input[first + at.a + i * walk->strides[inner]];
    } while (brim_odometer_next(&at, inner, walk->dims, walk->strides, NULL));
}

BRIM_KERNEL void brim_gather_64(const brim_walk *walk, int32_t first, const brim_word64 *input,
                                brim_word64 *output) {
    const int32_t inner = walk->rank - 1;
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[inner]; i++)
            *output++ = input[first + at.a + i * walk->strides[inner]];
    } while (brim_odometer_next(&at, inner, walk->dims, walk->strides, NULL));
}
