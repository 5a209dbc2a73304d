/**
 * @file average_pool_s8_dsp.c
 * @brief Average pooling, int8, on cores with the DSP extension: four channels are summed in two words of
 * halves.
 *
 * A half holds a sum of up to 256 codes, so a window has at most 256 elements.
 */
#include "brim/brim_packed.h"

/** Average pooling; padding does not count. */
typedef struct {
    int32_t in_h;     /**< input rows */
    int32_t in_w;     /**< input columns */
    int32_t channels; /**< channels */
    int32_t out_h;    /**< output rows */
    int32_t out_w;    /**< output columns */
    int32_t kernel_h; /**< window rows */
    int32_t kernel_w; /**< window columns; kernel_h * kernel_w <= 256 */
    int32_t stride_h; /**< rows between windows */
    int32_t stride_w; /**< columns between windows */
    int32_t pad_top;  /**< rows of padding above */
    int32_t pad_left; /**< columns of padding to the left */
    int32_t act_min;  /**< least code */
    int32_t act_max;  /**< greatest code */
} brim_average_pool_s8_dsp_params;

/** The mean of `count` codes, halves away from zero, clamped. */
BRIM_INLINE int8_t brim_average_code(const brim_average_pool_s8_dsp_params *p, int32_t sum, int32_t count) {
    const int32_t half = count >> 1;
    const int32_t mean = (sum > 0 ? sum + half : sum - half) / count;
    return (int8_t)brim_clamp32(mean, p->act_min, p->act_max);
}

/** The window of one output pixel: `rows` x `columns` pixels from x on. */
BRIM_INLINE void brim_average_window(const brim_average_pool_s8_dsp_params *p, const int8_t *x, int32_t rows,
                                     int32_t columns, int8_t *y) {
    const int32_t channels = p->channels;
    const int32_t to_next_row = (p->in_w - columns) * channels;
    const int32_t count = rows * columns;
    int32_t c = 0;
    for (; c + 4 <= channels; c += 4) {
        const int8_t *from = x + c;
        int32_t even = 0;
        int32_t odd = 0;
        for (int32_t i = rows; i > 0; i--, from += to_next_row) {
            for (int32_t j = columns; j > 0; j--, from += channels) {
                const uint32_t codes = brim_load32(from);
                even = BRIM_SXTAB16(even, codes);
                odd = BRIM_SXTAB16_ROR8(odd, codes);
            }
        }
        y[c] = brim_average_code(p, brim_lo16(even), count);
        y[c + 1] = brim_average_code(p, brim_lo16(odd), count);
        y[c + 2] = brim_average_code(p, brim_hi16(even), count);
        y[c + 3] = brim_average_code(p, brim_hi16(odd), count);
    }
    for (; c < channels; c++) {
        const int8_t *from = x + c;
        int32_t sum = 0;
        for (int32_t i = rows; i > 0; i--, from += to_next_row) {
            for (int32_t j = columns; j > 0; j--, from += channels)
                sum += *from;
        }
        y[c] = brim_average_code(p, sum, count);
    }
}

/**
 * @param x  input, NHWC, one batch, any alignment
 * @param y  output, NHWC; the window of a pixel is read while the pixel is written, four channels at a time
 */
BRIM_KERNEL void brim_average_pool_s8_dsp(const brim_average_pool_s8_dsp_params *p, const int8_t *x,
                                          int8_t *y) {
    for (int32_t row = 0; row < p->out_h; row++) {
        const int32_t top = row * p->stride_h - p->pad_top;
        const int32_t first_row = top < 0 ? 0 : top;
        const int32_t end_row = top + p->kernel_h > p->in_h ? p->in_h : top + p->kernel_h;
        for (int32_t column = 0; column < p->out_w; column++, y += p->channels) {
            const int32_t left = column * p->stride_w - p->pad_left;
            const int32_t first = left < 0 ? 0 : left;
            const int32_t end = left + p->kernel_w > p->in_w ? p->in_w : left + p->kernel_w;
            brim_average_window(p, x + (first_row * p->in_w + first) * p->channels, end_row - first_row,
                                end - first, y);
        }
    }
}
