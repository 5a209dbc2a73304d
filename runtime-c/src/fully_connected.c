#include "brim/brim_kernels.h"

BRIM_INLINE int64_t brim_fully_connected_sum(const brim_fully_connected_params *p, const void *input,
                                             const int8_t *w, int64_t bias, int32_t first, int32_t type,
                                             bool wide) {
    brim_sum32 narrow_sum = brim_sum32_of((int32_t)bias);
    int64_t wide_sum = bias;
    for (int32_t k = 0; k < p->depth; k++) {
        const int32_t q = brim_load(input, first + k, type) - p->input_zero;
        if (wide)
            wide_sum = brim_mac64_wrap(wide_sum, w[k], q);
        else
            narrow_sum = brim_sum32_mac(narrow_sum, w[k], q);
    }
    return wide ? wide_sum : brim_sum32_value(narrow_sum);
}

BRIM_INLINE void brim_fully_connected_body(const brim_fully_connected_params *p, const void *input,
                                           const int8_t *weights, const void *bias, void *output, int32_t in,
                                           int32_t out, bool wide) {
    int32_t i = 0;
    for (int32_t n = 0; n < p->rows; n++) {
        for (int32_t o = 0; o < p->outputs; o++) {
            const int64_t sum = brim_fully_connected_sum(p, input, weights + o * p->depth,
                                                         brim_bias(bias, o, wide), n * p->depth, in, wide);
            brim_store(output, i++, brim_code_of_sum(&p->output, sum, o, wide), out);
        }
    }
}

BRIM_KERNEL void brim_fully_connected_s8(const brim_fully_connected_params *p, const int8_t *input,
                                         const int8_t *weights, const int32_t *bias, int8_t *output) {
    brim_fully_connected_body(p, input, weights, bias, output, BRIM_S8, BRIM_S8, false);
}

BRIM_KERNEL void brim_fully_connected_u8(const brim_fully_connected_params *p, const uint8_t *input,
                                         const int8_t *weights, const int32_t *bias, int8_t *output) {
    brim_fully_connected_body(p, input, weights, bias, output, BRIM_U8, BRIM_S8, false);
}

BRIM_KERNEL void brim_fully_connected_s16(const brim_fully_connected_params *p, const int16_t *input,
                                          const int8_t *weights, const int64_t *bias, int16_t *output) {
    brim_fully_connected_body(p, input, weights, bias, output, BRIM_S16, BRIM_S16, true);
}

BRIM_KERNEL void brim_fully_connected_any(const brim_fully_connected_params *p, const void *input,
                                          const int8_t *weights, const void *bias, void *output) {
    brim_fully_connected_body(p, input, weights, bias, output, p->types.input, p->types.output,
                              p->types.wide != 0);
}
