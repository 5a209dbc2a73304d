#include "brim/brim_odometer.h"

BRIM_INLINE int32_t brim_mean_sum(const brim_mean_params *p, const void *input, int32_t first) {
    const brim_walk *walk = &p->reduced;
    const int32_t inner = walk->rank - 1;
    brim_sum32 sum = brim_sum32_of(p->bias);
    brim_odometer at = brim_odometer_start();
    do {
        for (int32_t i = 0; i < walk->dims[inner]; i++)
            sum = brim_sum32_mac(sum,
                                 brim_load(input, first + at.a + i * walk->strides[inner], p->input_type), 1);
    } while (brim_odometer_next(&at, inner, walk->dims, walk->strides, NULL));
    return brim_sum32_value(sum);
}

BRIM_KERNEL void brim_mean(const brim_mean_params *p, const void *input, void *output) {
    int32_t o = 0;
    brim_odometer at = brim_odometer_start();
    do {
        brim_store(output, o++, brim_result_code(&p->output, brim_mean_sum(p, input, at.a)), p->output.type);
    } while (brim_odometer_next(&at, p->kept.rank, p->kept.dims, p->kept.strides, NULL));
}
