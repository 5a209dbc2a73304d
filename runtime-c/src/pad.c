#include "brim/brim_odometer.h"

BRIM_KERNEL void brim_pad_8(const brim_pad_params *p, const int8_t *input, int8_t *output) {
    const brim_walk *walk = &p->inner;
    const int32_t last = walk->rank - 1;
    for (int32_t i = 0; i < p->count; i++)
        output[i] = brim_byte(p->fill);
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[last]; i++)
            output[p->first + at.a + i * walk->strides[last]] = *input++;
    } while (brim_odometer_next(&at, last, walk->dims, walk->strides, NULL));
}

BRIM_KERNEL void brim_pad_16(const brim_pad_params *p, const int16_t *input, int16_t *output) {
    const brim_walk *walk = &p->inner;
    const int32_t last = walk->rank - 1;
    for (int32_t i = 0; i < p->count; i++)
        output[i] = (int16_t)p->fill;
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[last]; i++)
            output[p->first + at.a + i * walk->strides[last]] = *input++;
    } while (brim_odometer_next(&at, last, walk->dims, walk->strides, NULL));
}

BRIM_KERNEL void brim_pad_32(const brim_pad_params *p, const brim_word32 *input, brim_word32 *output) {
    const brim_walk *walk = &p->inner;
    const int32_t last = walk->rank - 1;
    for (int32_t i = 0; i < p->count; i++)
        output[i] = p->fill;
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[last]; i++)
            output[p->first + at.a + i * walk->strides[last]] = *input++;
    } while (brim_odometer_next(&at, last, walk->dims, walk->strides, NULL));
}
