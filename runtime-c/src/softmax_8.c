#include "brim/brim_kernels.h"

/* Sums are in Q12.19, so that 4095 terms of at most 1 fit. */
#define BRIM_SOFTMAX_SUM_BITS 12

/* 1 / (1 + a) for a in [0, 1), Q0.31: three Newton steps for 1 / ((1 + a) / 2) from 48/17 - 32/17 * half
 * (gemmlowp). */
BRIM_INLINE int32_t brim_one_over_one_plus(int32_t a) {
    const int32_t half = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
    int32_t x = brim_add32(1515870810, brim_mulq31(half, -1010580540)); /* Q2.29 */
    for (int32_t i = 0; i < 3; i++) {
        const int32_t error = brim_sub32(1 << 29, brim_mulq31(half, x));
        x = brim_add32(x, brim_sat32((int64_t)brim_mulq31(x, error) * 4));
    }
    return brim_sat32((int64_t)x * 2);
}

BRIM_INLINE int32_t brim_softmax_max(const brim_softmax_params *p, const void *input, int32_t first) {
    int32_t max = INT32_MIN;
    for (int32_t i = 0; i < p->depth; i++) {
        const int32_t q = brim_load(input, first + i * p->inner, p->input_type);
        max = q > max ? q : max;
    }
    return max;
}

BRIM_INLINE void brim_softmax_row(const brim_softmax_params *p, const void *input, const int32_t *table,
                                  void *output, int32_t first) {
    const int32_t max = brim_softmax_max(p, input, first);
    uint32_t sum = 0;
    for (int32_t i = 0; i < p->depth; i++) {
        const int32_t d = max - brim_load(input, first + i * p->inner, p->input_type);
        if (d < p->table_size)
            sum += (uint32_t)brim_rshift_away(table[d], BRIM_SOFTMAX_SUM_BITS);
    }
    /* sum = (1 + a) * 2^(31 - headroom), 0 <= a < 1. The row's maximum contributes 2^19, so it is not 0. */
    const int32_t headroom = 32 - brim_bit_length64(sum);
    const int32_t factor = brim_one_over_one_plus((int32_t)((sum << headroom) - 0x80000000u));
    const int32_t exponent = BRIM_SOFTMAX_SUM_BITS - headroom + 31 - p->output_bits;
    for (int32_t i = 0; i < p->depth; i++) {
        const int32_t d = max - brim_load(input, first + i * p->inner, p->input_type);
        /* A right shift by more than 31 leaves less than a half. */
        const int32_t part = d < p->table_size && exponent <= 31
                                 ? brim_rshift_away(brim_mulq31(factor, table[d]), exponent)
                                 : 0;
        const int32_t code = brim_clamp32(brim_add32(part, p->act_min), p->act_min, p->act_max);
        brim_store(output, first + i * p->inner, code, p->output_type);
    }
}

BRIM_KERNEL void brim_softmax_8(const brim_softmax_params *p, const void *input, const int32_t *table,
                                void *output) {
    for (int32_t o = 0; o < p->outer; o++)
        for (int32_t k = 0; k < p->inner; k++)
            brim_softmax_row(p, input, table, output, o * p->depth * p->inner + k);
}
