#include "brim/brim_odometer.h"

/** Results whose first elements are neighbours and that are summed side by side: one step over the reduced
 * elements then serves all of them. */
#define BRIM_MEAN_BLOCK 4

/** Sums of `count` results whose first elements are neighbours. */
BRIM_INLINE void brim_mean_sums(const brim_mean_params *p, const void *input, int32_t first, int32_t count,
                                brim_sum32 *sums) {
    const brim_walk *walk = &p->reduced;
    const int32_t inner = walk->rank - 1;
    for (int32_t k = 0; k < count; k++)
        sums[k] = brim_sum32_of(p->bias);
    brim_odometer at = brim_odometer_start();
    do {
        int32_t from = first + at.a;
        for (int32_t i = 0; i < walk->dims[inner]; i++, from += walk->strides[inner])
            for (int32_t k = 0; k < count; k++)
                sums[k] = brim_sum32_mac(sums[k], brim_load(input, from + k, p->input_type), 1);
    } while (brim_odometer_next(&at, inner, walk->dims, walk->strides, NULL));
}

BRIM_KERNEL void brim_mean(const brim_mean_params *p, const void *input, void *output) {
    const int32_t inner = p->kept.rank - 1, results = p->kept.dims[inner], step = p->kept.strides[inner];
    int32_t o = 0;
    brim_sum32 sums[BRIM_MEAN_BLOCK];
    brim_odometer at = brim_odometer_start();
    do {
        int32_t r = 0;
        for (; step == 1 && r + BRIM_MEAN_BLOCK <= results; r += BRIM_MEAN_BLOCK) {
            brim_mean_sums(p, input, at.a + r, BRIM_MEAN_BLOCK, sums);
            for (int32_t k = 0; k < BRIM_MEAN_BLOCK; k++)
                brim_store(output, o++, brim_result_code(&p->output, brim_sum32_value(sums[k])),
                           p->output.type);
        }
        for (; r < results; r++) {
            brim_mean_sums(p, input, at.a + r * step, 1, sums);
            brim_store(output, o++, brim_result_code(&p->output, brim_sum32_value(sums[0])), p->output.type);
        }
    } while (brim_odometer_next(&at, inner, p->kept.dims, p->kept.strides, NULL));
}
