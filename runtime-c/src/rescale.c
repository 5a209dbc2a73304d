#include "brim/brim_kernels.h"

/* 32-bit codes may differ from their zero point by more than 32 bits hold; the reference wraps. */
BRIM_KERNEL void brim_rescale(const brim_rescale_params *p, const void *input, void *output) {
    for (int32_t i = 0; i < p->count; i++) {
        const int32_t x = brim_sub32_wrap(brim_load(input, i, p->input_type), p->input_zero);
        const brim_scale scale = x < 0 ? p->negative : p->output.scale;
        const int32_t code = brim_add32(brim_scaled(x, scale), p->output.zero_point);
        brim_store(output, i, brim_clamp32(code, p->output.act_min, p->output.act_max), p->output.type);
    }
}
