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

/** Output rows and columns whose windows lie inside the input, the end of each excluded. */
typedef struct {
    int32_t first_row;
    int32_t end_row;
    int32_t first_column;
    int32_t end_column;
} brim_mve_interior;

/** True if all windows from output column `column` to `last` of the position's row lie inside the input. */
BRIM_INLINE bool brim_mve_is_inside(const brim_mve_interior *i, const brim_mve_position *at, int32_t last) {
    return at->row >= i->first_row && at->row < i->end_row && at->column >= i->first_column &&
           last < i->end_column;
}

/** First code of the window at a position, and its row and column of the input. */
BRIM_INLINE const int8_t *brim_mve_corner(const brim_conv2d_s8_mve_params *p, const int8_t *x,
                                          const brim_mve_position *at) {
    const int32_t row = at->row * p->stride_h - p->pad_top;
    const int32_t column = at->column * p->stride_w - p->pad_left;
    return x + (row * p->in_w + column) * p->in_c;
}

/**
 * Gathers the window at a position at the border, sixteen taps every `step` bytes. With gaps between the
 * sixteens (step > 16), in_c is a multiple of sixteen.
 */
BRIM_MVE_SHARED void brim_mve_window_border(const brim_conv2d_s8_mve_params *p, const int8_t *x, int8_t *to,
                                            int32_t step, const brim_mve_position *at) {
    const int32_t spread = step / BRIM_MVE_TAPS;
    const int32_t column = at->column * p->stride_w - p->pad_left;
    const int32_t first = column < 0 ? -column : 0;
    const int32_t end = column + p->kernel_w > p->in_w ? p->in_w - column : p->kernel_w;
    int32_t row = at->row * p->stride_h - p->pad_top;
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

/** Gathers a window inside the input in order. */
BRIM_INLINE void brim_mve_window_inside(const brim_conv2d_s8_mve_params *p, const int8_t *from, int8_t *to) {
    const int32_t run = p->kernel_w * p->in_c;
    const int32_t row_bytes = p->in_w * p->in_c;
    int32_t k = p->kernel_h;
#if BRIM_MVE
    if (run <= BRIM_MVE_TAPS) {
        const mve_pred16_t some = __arm_vctp8q((uint32_t)run);
        for (; k > 0; k--, from += row_bytes, to += run)
            __arm_vstrbq_s8(to, __arm_vldrbq_z_s8(from, some));
    }
#endif
    for (; k > 0; k--, from += row_bytes, to += run)
        brim_mve_copy(to, from, run, BRIM_MVE_TAPS);
}

/** Gathers the window at a position in order, wherever it lies. */
BRIM_INLINE void brim_mve_window(const brim_conv2d_s8_mve_params *p, const brim_mve_interior *i,
                                 const int8_t *x, int8_t *to, const brim_mve_position *at) {
    if (brim_mve_is_inside(i, at, at->column))
        brim_mve_window_inside(p, brim_mve_corner(p, x, at), to);
    else
        brim_mve_window_border(p, x, to, BRIM_MVE_TAPS, at);
}

/** Copies `steps` steps of a window in order to its place among four. */
BRIM_INLINE void brim_mve_spread(int8_t *to, const int8_t *from, int32_t steps) {
#if BRIM_MVE
    for (; steps > 0; steps--, to += BRIM_MVE_BLOCK_STEP, from += BRIM_MVE_TAPS)
        __arm_vstrbq_s8(to, __arm_vldrbq_s8(from));
#else
    brim_mve_copy(to, from, steps * BRIM_MVE_TAPS, BRIM_MVE_BLOCK_STEP);
#endif
}

/** First output index whose window starts at or after the input's first row or column. */
BRIM_INLINE int32_t brim_mve_first_inside(int32_t pad, int32_t stride) {
    return (pad + stride - 1) / stride;
}

/** Number of output indices before the first whose window ends after the input's last row or column. */
BRIM_INLINE int32_t brim_mve_end_inside(int32_t extent, int32_t kernel, int32_t pad, int32_t stride) {
    return extent + pad < kernel ? 0 : (extent + pad - kernel) / stride + 1;
}

/** The next window. */
BRIM_INLINE void brim_mve_advance(const brim_conv2d_s8_mve_params *p, brim_mve_position *at,
                                  int32_t columns) {
    at->column += columns;
    if (at->column == p->out_w) {
        at->column = 0;
        at->row++;
    }
}

/** Gathers the next four windows, interleaved. */
BRIM_INLINE void brim_mve_windows(const brim_conv2d_s8_mve_params *p, const brim_mve_interior *i,
                                  const int8_t *x, int8_t *taps, int8_t *stage, brim_mve_position *at) {
    const bool is_whole = p->in_c % BRIM_MVE_TAPS == 0;
    if ((is_whole || p->kernel_h == 1) && brim_mve_is_inside(i, at, at->column + BRIM_MVE_PIXELS - 1)) {
        const int8_t *from = brim_mve_corner(p, x, at);
        for (int32_t k = p->kernel_h; k > 0; k--, from += p->in_w * p->in_c)
            taps = brim_mve_interleave(taps, from, p->stride_w * p->in_c, p->kernel_w * p->in_c);
        brim_mve_advance(p, at, BRIM_MVE_PIXELS);
        return;
    }
    for (int32_t n = 0; n < BRIM_MVE_PIXELS; n++, taps += BRIM_MVE_TAPS) {
        if (is_whole) {
            brim_mve_window_border(p, x, taps, BRIM_MVE_BLOCK_STEP, at);
        } else {
            brim_mve_window(p, i, x, stage, at);
            brim_mve_spread(taps, stage, brim_mve_steps(&p->filter));
        }
        brim_mve_advance(p, at, 1);
    }
}

BRIM_MVE_SHARED void brim_mve_conv2d(const int8_t *x, int8_t *y, int8_t *taps,
                                     const brim_conv2d_s8_mve_params *p, brim_mve_block_function block4,
                                     brim_mve_block_function block1) {
    const brim_mve_interior inside = {
        .first_row = brim_mve_first_inside(p->pad_top, p->stride_h),
        .end_row = brim_mve_end_inside(p->in_h, p->kernel_h, p->pad_top, p->stride_h),
        .first_column = brim_mve_first_inside(p->pad_left, p->stride_w),
        .end_column = brim_mve_end_inside(p->in_w, p->kernel_w, p->pad_left, p->stride_w)};
    const int32_t out_c = p->filter.out_c;
    int8_t *const stage = taps + BRIM_MVE_BLOCK_STEP * brim_mve_steps(&p->filter);
    brim_mve_position at = {0, 0};
    int32_t left = p->out_h * p->out_w;
    /* Zeros behind the last tap stay: whatever is put together ends with zeros. */
    if (p->in_c % BRIM_MVE_TAPS != 0)
        brim_mve_fill(stage + p->filter.taps, 0, BRIM_MVE_TAPS, BRIM_MVE_TAPS);
    if (out_c >= 2) { /* a block computes two channels at a time */
        for (; left >= BRIM_MVE_PIXELS; left -= BRIM_MVE_PIXELS, y += BRIM_MVE_PIXELS * out_c) {
            brim_mve_windows(p, &inside, x, taps, stage, &at);
            block4(&p->filter, taps, y);
        }
    }
    if (left == 0)
        return;
    brim_mve_fill(taps + p->filter.taps, 0, BRIM_MVE_TAPS, BRIM_MVE_TAPS);
    for (; left > 0; left--, y += out_c) {
        brim_mve_window(p, &inside, x, taps, &at);
        brim_mve_advance(p, &at, 1);
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
