/**
 * @file conv2d_s8_mve.c
 * @brief 2-D convolution, int8 to int8, on cores with MVE.
 *
 * Four windows at a time are gathered in scratch (im2col), sixteen codes an instruction; then all output
 * channels are computed from them (mve_dot.h). Windows of four neighbouring pixels inside the input are
 * interleaved on the way; what lies at the border is put together piece by piece: padding, codes, padding.
 *
 * Order of taps: kernel rows, in each the run of kernel_w * in_c neighbouring codes.
 */
#include "mve_copy.h"

/** Convolution; dilation 1, one group. filter.taps = kernel_h * kernel_w * in_c. */
typedef struct {
    brim_mve_filter filter; /**< weights and rescaling */
    int32_t in_h;           /**< input rows */
    int32_t in_w;           /**< input columns */
    int32_t in_c;           /**< input channels */
    int32_t out_h;          /**< output rows */
    int32_t out_w;          /**< output columns */
    int32_t kernel_h;       /**< kernel rows */
    int32_t kernel_w;       /**< kernel columns */
    int32_t stride_h;       /**< rows between windows */
    int32_t stride_w;       /**< columns between windows */
    int32_t pad_top;        /**< rows of padding above */
    int32_t pad_left;       /**< columns of padding to the left */
    int32_t in_zero_point;  /**< code of real zero, read by padding */
} brim_conv2d_s8_mve_params;

/** Where the walk over the windows stands. */
typedef struct {
    int32_t row;    /**< output row */
    int32_t column; /**< output column */
} brim_mve_position;

/**
 * Gathers the window at a position, wherever it lies, sixteen taps every `step` bytes, and moves on. With
 * gaps between the sixteens (step > 16), in_c is a multiple of sixteen.
 */
BRIM_MVE_SHARED void brim_mve_window(const brim_conv2d_s8_mve_params *p, const int8_t *x, int8_t *to,
                                     int32_t step, brim_mve_position *at) {
    const int32_t spread = step / BRIM_MVE_TAPS;
    const int32_t column = at->column * p->stride_w - p->pad_left;
    const int32_t first = column < 0 ? -column : 0;
    const int32_t end = column + p->kernel_w > p->in_w ? p->in_w - column : p->kernel_w;
    int32_t row = at->row * p->stride_h - p->pad_top;
    if (++at->column == p->out_w) {
        at->column = 0;
        at->row++;
    }
    const int32_t run = p->kernel_w * p->in_c;
    const int32_t left = first * p->in_c;
    const int32_t inside = (end - first) * p->in_c;
    const int32_t right = run - left - inside;
    for (int32_t k = 0; k < p->kernel_h; k++, row++) {
        if ((uint32_t)row >= (uint32_t)p->in_h || inside <= 0) {
            brim_mve_fill(to, p->in_zero_point, run, step);
            to += run * spread;
            continue;
        }
        if (left > 0)
            brim_mve_fill(to, p->in_zero_point, left, step);
        to += left * spread;
        brim_mve_copy(to, x + (row * p->in_w + column + first) * p->in_c, inside, step);
        to += inside * spread;
        if (right > 0)
            brim_mve_fill(to, p->in_zero_point, right, step);
        to += right * spread;
    }
}

/** Gathers four windows that lie inside the input, one beside the other. */
BRIM_INLINE void brim_mve_windows_inside(const brim_conv2d_s8_mve_params *p, const int8_t *from, int8_t *taps,
                                         int8_t *stage) {
    const int32_t run = p->kernel_w * p->in_c;
    const int32_t step = p->stride_w * p->in_c;
    const int32_t row_bytes = p->in_w * p->in_c;
    if (run % BRIM_MVE_TAPS == 0 || p->kernel_h == 1) {
        for (int32_t k = p->kernel_h; k > 0; k--, from += row_bytes)
            taps = brim_mve_interleave(taps, from, step, run);
        return;
    }
    for (int32_t i = 0; i < BRIM_MVE_PIXELS; i++, from += step, taps += BRIM_MVE_TAPS) {
        const int8_t *row = from;
        int8_t *to = stage;
        for (int32_t k = p->kernel_h; k > 0; k--, row += row_bytes, to += run)
            brim_mve_copy(to, row, run, BRIM_MVE_TAPS);
        brim_mve_copy(taps, stage, p->filter.taps, BRIM_MVE_BLOCK_STEP);
    }
}

/** First output index whose window starts at or after the input's first row or column. */
BRIM_INLINE int32_t brim_mve_first_inside(int32_t pad, int32_t stride) {
    return (pad + stride - 1) / stride;
}

/** Number of output indices before the first whose window ends after the input's last row or column. */
BRIM_INLINE int32_t brim_mve_end_inside(int32_t extent, int32_t kernel, int32_t pad, int32_t stride) {
    return extent + pad < kernel ? 0 : (extent + pad - kernel) / stride + 1;
}

BRIM_MVE_SHARED void brim_mve_conv2d(const int8_t *x, int8_t *y, int8_t *taps,
                                     const brim_conv2d_s8_mve_params *p, brim_mve_block_function block4,
                                     brim_mve_block_function block1) {
    const int32_t first_row = brim_mve_first_inside(p->pad_top, p->stride_h);
    const int32_t first_column = brim_mve_first_inside(p->pad_left, p->stride_w);
    const int32_t end_row = brim_mve_end_inside(p->in_h, p->kernel_h, p->pad_top, p->stride_h);
    const int32_t end_column = brim_mve_end_inside(p->in_w, p->kernel_w, p->pad_left, p->stride_w);
    const int32_t out_c = p->filter.out_c;
    const int32_t steps = brim_mve_steps(&p->filter);
    const bool is_direct = p->in_c % BRIM_MVE_TAPS == 0;
    int8_t *const stage = taps + BRIM_MVE_BLOCK_STEP * steps;
    brim_mve_position at = {0, 0};
    int32_t left = p->out_h * p->out_w;
    if (out_c >= 2) { /* a block computes two channels at a time */
        for (; left >= BRIM_MVE_PIXELS; left -= BRIM_MVE_PIXELS, y += BRIM_MVE_PIXELS * out_c) {
            if (at.column >= first_column && at.column + BRIM_MVE_PIXELS <= end_column &&
                at.row >= first_row && at.row < end_row) {
                const int32_t row = at.row * p->stride_h - p->pad_top;
                const int32_t column = at.column * p->stride_w - p->pad_left;
                brim_mve_windows_inside(p, x + (row * p->in_w + column) * p->in_c, taps, stage);
                at.column += BRIM_MVE_PIXELS;
                if (at.column == p->out_w) {
                    at.column = 0;
                    at.row++;
                }
            } else {
                for (int32_t i = 0; i < BRIM_MVE_PIXELS; i++) {
                    int8_t *const to = taps + BRIM_MVE_TAPS * i;
                    if (is_direct) {
                        brim_mve_window(p, x, to, BRIM_MVE_BLOCK_STEP, &at);
                    } else {
                        brim_mve_window(p, x, stage, BRIM_MVE_TAPS, &at);
                        brim_mve_copy(to, stage, p->filter.taps, BRIM_MVE_BLOCK_STEP);
                    }
                }
            }
            block4(&p->filter, taps, y);
        }
    }
    for (; left > 0; left--, y += out_c) {
        brim_mve_fill(taps + p->filter.taps, 0, BRIM_MVE_TAPS, BRIM_MVE_TAPS);
        brim_mve_window(p, x, taps, BRIM_MVE_TAPS, &at);
        block1(&p->filter, taps, y);
    }
}

/*
 * Kernels of every kind (mve_dot.h):
 * - x: input, NHWC, one batch, any alignment;
 * - y: output, NHWC. May start a lead or more bytes before x and overlap it, the lead as computed by the
 * compiler: the windows of a block are read as a whole before their results are written;
 * - scratch: 64 * steps bytes; 16 * steps + 16 more if in_c is no multiple of 16.
 */
#define BRIM_CONV2D_S8_MVE(suffix, blocks)                                                                   \
    BRIM_KERNEL void brim_conv2d_s8_mve##suffix(const brim_conv2d_s8_mve_params *p, const int8_t *x,         \
                                                int8_t *y, void *scratch) {                                  \
        brim_mve_conv2d(x, y, scratch, p, brim_mve_##blocks##4, brim_mve_##blocks##1);                       \
    }
BRIM_MVE_KERNELS(BRIM_CONV2D_S8_MVE)
