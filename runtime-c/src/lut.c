#include "brim/brim_kernels.h"

BRIM_KERNEL void brim_lut_8(int32_t count, const int8_t *input, const int8_t *table, int8_t *output) {
    for (int32_t i = 0; i < count; i++)
        output[i] = table[(uint8_t)input[i]];
}

BRIM_KERNEL void brim_lut_8_16(int32_t count, const int8_t *input, const int16_t *table, int16_t *output) {
    for (int32_t i = 0; i < count; i++)
        output[i] = table[(uint8_t)input[i]];
}
