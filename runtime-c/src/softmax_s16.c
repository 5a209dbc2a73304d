#include "brim/brim_kernels.h"

/* A table of 513 points read at a signed 16-bit argument, linear between its 128-code steps. */
BRIM_INLINE int32_t brim_interpolate_s16(const int16_t *table, int32_t code) {
    const int32_t index = 256 + (code >> 7);
    const int32_t slope = table[index + 1] - table[index];
    return table[index] + ((slope * (code & 0x7F) + 64) >> 7);
}

BRIM_INLINE void brim_softmax_row_s16(const brim_softmax_s16_params *p, const int16_t *input,
                                      const int16_t *exp_table, const int16_t *reciprocal_table,
                                      int16_t *output) {
    const int32_t step = p->inner;
    int32_t max = INT16_MIN;
    for (int32_t i = 0; i < p->depth; i++)
        max = input[i * step] > max ? input[i * step] : max;
    int32_t sum = 0; /* Q16.15 */
    for (int32_t i = 0; i < p->depth; i++) {
        const int32_t scaled = brim_scaled(input[i * step] - max, p->scale);
        const int32_t x =
            brim_interpolate_s16(exp_table, brim_clamp32(brim_add32(scaled, 32767), -32768, 32767));
        output[i * step] = (int16_t)x;
        sum = brim_add32(sum, x);
    }
    const int32_t headroom = 32 - brim_bit_length64((uint64_t)(uint32_t)sum);
    const int32_t shifted = (int32_t)((((int64_t)sum << (headroom - 1)) + (1 << 13)) >> 14);
    /* The table is of 1 / (1 + v), v = sum - 1, and read at signed codes. */
    const int32_t at = brim_clamp32(shifted - ((1 << 15) + (1 << 16)), -32768, 32767);
    const int32_t reciprocal = brim_interpolate_s16(reciprocal_table, at);
    for (int32_t i = 0; i < p->depth; i++) {
        const int64_t y = brim_rshift64_up((int64_t)output[i * step] * reciprocal, 31 - headroom);
        output[i * step] = (int16_t)brim_clamp64(y, 0, 32767);
    }
}

BRIM_KERNEL void brim_softmax_s16(const brim_softmax_s16_params *p, const int16_t *input,
                                  const int16_t *exp_table, const int16_t *reciprocal_table,
                                  int16_t *output) {
    for (int32_t o = 0; o < p->outer; o++) {
        for (int32_t k = 0; k < p->inner; k++) {
            const int32_t first = o * p->depth * p->inner + k;
            brim_softmax_row_s16(p, input + first, exp_table, reciprocal_table, output + first);
        }
    }
}
