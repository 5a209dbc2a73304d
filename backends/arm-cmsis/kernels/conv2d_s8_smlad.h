/**
 * @file conv2d_s8_smlad.h
 * @brief 2-D convolution of int8 codes on cores with SMLAD: parameters, and the walk over the windows.
 *
 * Three windows at a time are expanded to 16-bit taps in scratch (im2col); then all output channels are
 * computed from them (smlad_dot.h).
 *
 * Order of taps: for each kernel row the run of kernel_w * in_c neighbouring codes in whole groups of four,
 * in the order 0, 2, 1, 3; then the codes left over from every run, one row after the other; then zero
 * weights.
 */
#ifndef CONV2D_S8_SMLAD_H
#define CONV2D_S8_SMLAD_H

#include "smlad_expand.h"

/** Convolution; dilation 1, one group. */
typedef struct {
    brim_smlad_filter filter; /**< weights and rescaling */
    int32_t in_h;             /**< input rows */
    int32_t in_w;             /**< input columns */
    int32_t in_c;             /**< input channels */
    int32_t out_h;            /**< output rows */
    int32_t out_w;            /**< output columns */
    int32_t kernel_h;         /**< kernel rows */
    int32_t kernel_w;         /**< kernel columns */
    int32_t stride_h;         /**< rows between windows */
    int32_t stride_w;         /**< columns between windows */
    int32_t pad_top;          /**< rows of padding above */
    int32_t pad_left;         /**< columns of padding to the left */
    int32_t in_zero_point;    /**< code of real zero, read by padding */
} brim_conv2d_s8_smlad_params;

/**
 * Kernel row `k` of a window as contiguous codes: the input itself where the run lies inside, the row of
 * zeros where all of it lies outside, else a copy in `stage`.
 */
BRIM_SHARED const int8_t *brim_smlad_run(const brim_conv2d_s8_smlad_params *p, const int8_t *x, int32_t row,
                                         int32_t column, const int8_t *zeros, int8_t *stage) {
    const int32_t first = column < 0 ? -column : 0;
    const int32_t end = column + p->kernel_w > p->in_w ? p->in_w - column : p->kernel_w;
    if ((uint32_t)row >= (uint32_t)p->in_h || first >= end)
        return zeros;
    const int8_t *from = x + (row * p->in_w + column + first) * p->in_c;
    if (first == 0 && end == p->kernel_w)
        return from;
    const int32_t from_byte = first * p->in_c;
    const int32_t end_byte = end * p->in_c;
    const int32_t run = p->kernel_w * p->in_c;
    int32_t i = 0;
    if ((p->in_c & 3) == 0) {
        const uint32_t zero = brim_load32(zeros);
        for (; i < from_byte; i += 4)
            brim_store32(stage + i, zero);
        for (; i < end_byte; i += 4, from += 4)
            brim_store32(stage + i, brim_load32(from));
        for (; i < run; i += 4)
            brim_store32(stage + i, zero);
    } else {
        for (; i < from_byte; i++)
            stage[i] = zeros[0];
        for (; i < end_byte; i++)
            stage[i] = *from++;
        for (; i < run; i++)
            stage[i] = zeros[0];
    }
    return stage;
}

/** Where the walk over the windows stands. */
typedef struct {
    int32_t row;    /**< output row */
    int32_t column; /**< output column */
} brim_smlad_position;

/** Expands the next `pixels` windows (1 or 3), wherever they lie, and moves on. */
BRIM_SHARED void brim_smlad_gather(const brim_conv2d_s8_smlad_params *p, const int8_t *x, uint32_t *taps,
                                   int32_t pixels, brim_smlad_position *at) {
    const int32_t run = p->kernel_w * p->in_c;
    const int32_t run_bytes = (run + 3) & ~3;
    const int8_t *const zeros = (const int8_t *)(taps + 3 * BRIM_STEP_WORDS * p->filter.steps);
    int8_t *const stage = (int8_t *)(taps + 3 * BRIM_STEP_WORDS * p->filter.steps) + run_bytes;
    int32_t row[3];
    int32_t column[3];
    for (int32_t i = 0; i < pixels; i++) {
        row[i] = at->row * p->stride_h - p->pad_top;
        column[i] = at->column * p->stride_w - p->pad_left;
        if (++at->column == p->out_w) {
            at->column = 0;
            at->row++;
        }
    }
    uint32_t *to = taps;
    int32_t rest = (run & ~3) * p->kernel_h;
    for (int32_t k = 0; k < p->kernel_h; k++) {
        const int8_t *from[3];
        for (int32_t i = 0; i < pixels; i++)
            from[i] = brim_smlad_run(p, x, row[i] + k, column[i], zeros, stage + i * run_bytes);
        to = pixels == 3 ? brim_smlad_expand3(to, from[0], from[1], from[2], run >> 2)
                         : brim_smlad_expand1(to, from[0], run >> 2);
        for (int32_t j = run & ~3; j < run; j++, rest++) {
            for (int32_t i = 0; i < pixels; i++)
                brim_smlad_put(taps, rest, pixels, i, from[i][j]);
        }
    }
}

/** Expands three windows that lie inside the input, one beside the other. */
BRIM_INLINE void brim_smlad_gather_inside(const brim_conv2d_s8_smlad_params *p, const int8_t *from,
                                          uint32_t *taps) {
    const int32_t run = p->kernel_w * p->in_c;
    const int32_t step = p->stride_w * p->in_c;
    const int32_t row_bytes = p->in_w * p->in_c;
    const int32_t kernel_h = p->kernel_h;
    uint32_t *to = taps;
    if ((run & 3) == 0) {
        for (int32_t k = kernel_h; k > 0; k--, from += row_bytes)
            to = brim_smlad_expand3(to, from, from + step, from + 2 * step, run >> 2);
        return;
    }
    int32_t rest = (run & ~3) * kernel_h;
    for (int32_t k = kernel_h; k > 0; k--, from += row_bytes) {
        to = brim_smlad_expand3(to, from, from + step, from + 2 * step, run >> 2);
        for (int32_t j = run & ~3; j < run; j++, rest++) {
            brim_smlad_put(taps, rest, 3, 0, from[j]);
            brim_smlad_put(taps, rest, 3, 1, from[j + step]);
            brim_smlad_put(taps, rest, 3, 2, from[j + 2 * step]);
        }
    }
}

/** First output index whose window starts at or after the input's first row or column. */
BRIM_INLINE int32_t brim_smlad_first_inside(int32_t pad, int32_t stride) {
    return (pad + stride - 1) / stride;
}

/** Number of output indices before the first whose window ends after the input's last row or column. */
BRIM_INLINE int32_t brim_smlad_end_inside(int32_t extent, int32_t kernel, int32_t pad, int32_t stride) {
    return extent + pad < kernel ? 0 : (extent + pad - kernel) / stride + 1;
}

/** Runs the convolution; block3 and block1 are of the same kind. */
BRIM_SHARED void brim_smlad_conv2d(const int8_t *x, int8_t *y, void *scratch,
                                   const brim_conv2d_s8_smlad_params *p, brim_smlad_block_function block3,
                                   brim_smlad_block_function block1) {
    const int32_t first_row = brim_smlad_first_inside(p->pad_top, p->stride_h);
    const int32_t first_column = brim_smlad_first_inside(p->pad_left, p->stride_w);
    const int32_t end_row = brim_smlad_end_inside(p->in_h, p->kernel_h, p->pad_top, p->stride_h);
    const int32_t end_column = brim_smlad_end_inside(p->in_w, p->kernel_w, p->pad_left, p->stride_w);
    uint32_t *const taps = scratch;
    if (first_row > 0 || first_column > 0 || end_row < p->out_h || end_column < p->out_w) {
        uint32_t *const zeros = taps + 3 * BRIM_STEP_WORDS * p->filter.steps;
        for (int32_t i = 0; i < p->kernel_w * p->in_c; i += 4)
            zeros[i >> 2] = (uint32_t)(uint8_t)p->in_zero_point * 0x01010101u;
    }
    brim_smlad_position at = {0, 0};
    int32_t left = p->out_h * p->out_w;
    for (; left >= 3; left -= 3, y += 3 * p->filter.out_c) {
        if (at.column >= first_column && at.column + 3 <= end_column && at.row >= first_row &&
            at.row < end_row) {
            const int32_t row = at.row * p->stride_h - p->pad_top;
            const int32_t column = at.column * p->stride_w - p->pad_left;
            brim_smlad_gather_inside(p, x + (row * p->in_w + column) * p->in_c, taps);
            at.column += 3;
            if (at.column == p->out_w) {
                at.column = 0;
                at.row++;
            }
        } else {
            brim_smlad_gather(p, x, taps, 3, &at);
        }
        block3(&p->filter, taps, y);
    }
    for (; left > 0; left--, y += p->filter.out_c) {
        brim_smlad_gather(p, x, taps, 1, &at);
        block1(&p->filter, taps, y);
    }
}
#endif
