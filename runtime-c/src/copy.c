#include "brim/brim_kernels.h"

BRIM_KERNEL void brim_copy(int32_t bytes, const void *input, void *output) {
    const uint8_t *from = input;
    uint8_t *to = output;
    if (from == to)
        return;
    int32_t i = 0;
    for (; i + 4 <= bytes; i += 4)
        brim_store32(to + i, brim_load32(from + i));
    for (; i < bytes; i++)
        to[i] = from[i];
}
