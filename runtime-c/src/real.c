#include "brim/brim_kernels.h"

BRIM_INLINE float brim_float_of_bits(uint32_t bits) {
    float x;
    __builtin_memcpy(&x, &bits, sizeof x);
    return x;
}

/* To nearest, ties away from zero. Beyond 2^20 the exact value does not matter: every code range is narrower.
 */
BRIM_INLINE int32_t brim_round_float(float x) {
    if (x != x)
        return 0;
    if (x >= 1048576.0f)
        return 1048576;
    if (x <= -1048576.0f)
        return -1048576;
    const int32_t whole = (int32_t)x;
    const float rest = x - (float)whole;
    return whole + (rest >= 0.5f ? 1 : 0) - (rest <= -0.5f ? 1 : 0);
}

BRIM_KERNEL void brim_quantize_f32(const brim_real_params *p, const void *input, void *output) {
    const float *values = input;
    const float scale = brim_float_of_bits(p->scale_bits);
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t code = brim_round_float(values[i] / scale) + p->zero_point;
        brim_store(output, i, brim_clamp32(code, p->act_min, p->act_max), p->type);
    }
}

BRIM_KERNEL void brim_dequantize_f32(const brim_real_params *p, const void *input, void *output) {
    float *values = output;
    const float scale = brim_float_of_bits(p->scale_bits);
    for (int32_t i = 0; i < p->count; i++)
        values[i] = scale * (float)brim_sub32_wrap(brim_load(input, i, p->type), p->zero_point);
}
