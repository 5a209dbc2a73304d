#include "brim/brim_kernels.h"

/* Writes one operand's part of every run; each run of the result is `stride` elements and the part starts at
 * `first`. */
BRIM_INLINE int32_t brim_concat_part(const brim_concat_params *p, const brim_concat_operand *x,
                                     const void *input, void *output, int32_t first, int32_t stride) {
    int32_t i = 0;
    for (int32_t o = 0; o < p->outer; o++) {
        for (int32_t k = 0; k < x->count; k++) {
            int32_t code = brim_load(input, i++, x->type);
            if (x->rescale != 0) {
                code = brim_add32(brim_scaled(brim_sub32(code, x->zero_point), x->scale), p->zero_point);
                code = brim_clamp32(code, p->act_min, p->act_max);
            }
            brim_store(output, o * stride + first + k, code, p->output_type);
        }
    }
    return first + x->count;
}

BRIM_KERNEL void brim_concat(const brim_concat_params *p, const void *input0, const void *input1,
                             const void *input2, const void *input3, const void *input4, const void *input5,
                             const void *input6, const void *input7, void *output) {
    const int32_t stride = p->operand0.count + p->operand1.count + p->operand2.count + p->operand3.count +
                           p->operand4.count + p->operand5.count + p->operand6.count + p->operand7.count;
    int32_t first = 0;
    first = brim_concat_part(p, &p->operand0, input0, output, first, stride);
    first = brim_concat_part(p, &p->operand1, input1, output, first, stride);
    first = brim_concat_part(p, &p->operand2, input2, output, first, stride);
    first = brim_concat_part(p, &p->operand3, input3, output, first, stride);
    first = brim_concat_part(p, &p->operand4, input4, output, first, stride);
    first = brim_concat_part(p, &p->operand5, input5, output, first, stride);
    first = brim_concat_part(p, &p->operand6, input6, output, first, stride);
    (void)brim_concat_part(p, &p->operand7, input7, output, first, stride);
}
