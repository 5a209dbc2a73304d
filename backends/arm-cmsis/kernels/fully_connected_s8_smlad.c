/**
 * @file fully_connected_s8_smlad.c
 * @brief Dense layer, int8 to int8, scheme TfLiteDouble, on cores with SMLAD.
 */
#include "smlad_expand.h"

/** Dense layer. Order of taps: inputs in whole groups of four as 0, 2, 1, 3, then those left over. */
typedef struct {
    brim_smlad_filter filter; /**< weights and rescaling */
    int32_t in_c;             /**< inputs of a batch */
    int32_t batches;          /**< batches */
} brim_fully_connected_s8_smlad_params;

BRIM_SHARED void brim_smlad_fully_connected(const int8_t *x, int8_t *y, void *scratch,
                                            const brim_fully_connected_s8_smlad_params *p,
                                            brim_smlad_block_function block1) {
    uint32_t *const taps = scratch;
    const int32_t in_c = p->in_c;
    for (int32_t b = 0; b < p->batches; b++, x += in_c, y += p->filter.out_c) {
        brim_smlad_expand1(taps, x, in_c >> 2);
        for (int32_t c = in_c & ~3; c < in_c; c++)
            brim_smlad_put(taps, c, 1, 0, x[c]);
        block1(&p->filter, taps, y);
    }
}

/*
 * Kernels of every kind (smlad_dot.h):
 * - x: input, any alignment;
 * - y: output. A batch is read as a whole before it is written: for one batch y may lie anywhere;
 * - scratch: 4-byte aligned, 4 * BRIM_STEP_WORDS * steps bytes.
 */
#define BRIM_FULLY_CONNECTED_S8(suffix, blocks)                                                              \
    BRIM_KERNEL void BRIM_PAIR_KERNEL(fully_connected_s8, suffix)(                                           \
        const brim_fully_connected_s8_smlad_params *p, const int8_t *x, int8_t *y, void *scratch) {          \
        brim_smlad_fully_connected(x, y, scratch, p, brim_smlad_##blocks##1);                                \
    }
BRIM_SMLAD_KERNELS(BRIM_FULLY_CONNECTED_S8)
