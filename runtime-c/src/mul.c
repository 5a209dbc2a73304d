#include "brim/brim_odometer.h"

BRIM_KERNEL void brim_mul(const brim_mul_params *p, const void *a, const void *b, void *output) {
    const brim_broadcast *s = &p->shape;
    const int32_t inner = s->rank - 1;
    const int32_t a_step = s->a_strides[inner];
    const int32_t b_step = s->b_strides[inner];
    int32_t o = 0;
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < s->dims[inner]; i++) {
            const int32_t x = brim_load(a, at.a + i * a_step, p->a.type) - p->a.zero_point;
            const int32_t y = brim_load(b, at.b + i * b_step, p->b.type) - p->b.zero_point;
            brim_store(output, o++, brim_result_code(&p->output, x * y), p->output.type);
        }
    } while (brim_odometer_next(&at, inner, s->dims, s->a_strides, s->b_strides));
}
