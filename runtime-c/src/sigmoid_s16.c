#include "brim/brim_kernels.h"

/* A place in the table: logistic((index + fraction / 2^bits) / 24) of the magnitude. */
typedef struct {
    uint32_t index, fraction;
    bool negative;
} brim_sigmoid_place;

BRIM_INLINE brim_sigmoid_place brim_sigmoid_locate(const brim_sigmoid_params *p, int32_t code, int32_t bits) {
    const int32_t round = p->shift > 0 ? (int32_t)((uint32_t)1 << (p->shift - 1)) : 0;
    const int32_t scaled = brim_add32_wrap(code * p->multiplier, round) >> p->shift;
    const uint32_t magnitude = scaled < 0 ? 0u - (uint32_t)scaled : (uint32_t)scaled;
    const brim_sigmoid_place place = {magnitude >> bits, magnitude & (((uint32_t)1 << bits) - 1u),
                                      scaled < 0};
    return place;
}

/* Table value with `bits` more fraction bits. `end` stands beyond the table's last interval. */
BRIM_INLINE int32_t brim_sigmoid_interpolate(const uint16_t *table, brim_sigmoid_place at, int32_t bits,
                                             int32_t end) {
    if (at.index >= 255u)
        return end;
    const int32_t here = table[at.index];
    const int32_t next = table[at.index + 1u];
    return (here << bits) + (int32_t)at.fraction * (next - here);
}

BRIM_KERNEL void brim_logistic_s16(const brim_sigmoid_params *p, const int16_t *input, const uint16_t *table,
                                   int16_t *output) {
    for (int32_t i = 0; i < p->count; i++) {
        const brim_sigmoid_place at = brim_sigmoid_locate(p, input[i], 9);
        const int32_t y = brim_sigmoid_interpolate(table, at, 9, 0x7FFF << 10);
        /* 1 - y for negative arguments; 2^9 rounds. */
        const int32_t signed_y = at.negative ? (1 << 25) - y + (1 << 9) - 1 : y + (1 << 9);
        output[i] = (int16_t)(signed_y >> 10);
    }
}

BRIM_KERNEL void brim_tanh_s16(const brim_sigmoid_params *p, const int16_t *input, const uint16_t *table,
                               int16_t *output) {
    for (int32_t i = 0; i < p->count; i++) {
        const brim_sigmoid_place at = brim_sigmoid_locate(p, input[i], 8);
        const int32_t y = brim_sigmoid_interpolate(table, at, 8, 0xFFFF << 8);
        /* 2 * logistic(2x) - 1, negated for negative arguments; 2^7 rounds. */
        const int32_t signed_y = at.negative ? -y + (1 << 23) + (1 << 7) - 1 : y - (1 << 23) + (1 << 7);
        output[i] = (int16_t)(signed_y >> 8);
    }
}
