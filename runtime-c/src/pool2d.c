#include "brim/brim_kernels.h"

/* The part of a window that lies inside the input: rows y0..y1-1, columns x0..x1-1. */
typedef struct {
    int32_t y0, y1, x0, x1;
} brim_pool_area;

BRIM_INLINE brim_pool_area brim_pool_area_at(const brim_window *v, int32_t oy, int32_t ox) {
    const int32_t y = oy * v->stride_h - v->pad_top;
    const int32_t x = ox * v->stride_w - v->pad_left;
    const brim_pool_area area = {
        y < 0 ? 0 : y,
        y + v->kernel_h > v->input_h ? v->input_h : y + v->kernel_h,
        x < 0 ? 0 : x,
        x + v->kernel_w > v->input_w ? v->input_w : x + v->kernel_w,
    };
    return area;
}

/* One channel of one area of image n: its mean to nearest, ties away from zero, or its maximum. */
BRIM_INLINE int32_t brim_pool_reduce(const brim_window *v, const void *input, int32_t n, brim_pool_area a,
                                     int32_t c, int32_t type, bool average) {
    int32_t sum = 0;
    int32_t max = INT32_MIN;
    for (int32_t y = a.y0; y < a.y1; y++) {
        for (int32_t x = a.x0; x < a.x1; x++) {
            const int32_t q =
                brim_load(input, ((n * v->input_h + y) * v->input_w + x) * v->input_c + c, type);
            if (average)
                sum = brim_add32(sum, q);
            else
                max = q > max ? q : max;
        }
    }
    const int32_t count = (a.y1 - a.y0) * (a.x1 - a.x0);
    return average ? (sum > 0 ? sum + count / 2 : sum - count / 2) / count : max;
}

BRIM_INLINE void brim_pool2d_body(const brim_pool2d_params *p, const void *input, void *output, int32_t type,
                                  bool average) {
    const brim_window *v = &p->window;
    int32_t i = 0;
    for (int32_t n = 0; n < v->batches; n++) {
        for (int32_t oy = 0; oy < v->output_h; oy++) {
            for (int32_t ox = 0; ox < v->output_w; ox++) {
                const brim_pool_area area = brim_pool_area_at(v, oy, ox);
                for (int32_t c = 0; c < v->input_c; c++) {
                    const int32_t q = brim_pool_reduce(v, input, n, area, c, type, average);
                    brim_store(output, i++, brim_clamp32(q, p->act_min, p->act_max), p->output_type);
                }
            }
        }
    }
}

BRIM_KERNEL void brim_average_pool2d_s8(const brim_pool2d_params *p, const int8_t *input, void *output) {
    brim_pool2d_body(p, input, output, BRIM_S8, true);
}

BRIM_KERNEL void brim_average_pool2d_u8(const brim_pool2d_params *p, const uint8_t *input, void *output) {
    brim_pool2d_body(p, input, output, BRIM_U8, true);
}

BRIM_KERNEL void brim_average_pool2d_s16(const brim_pool2d_params *p, const int16_t *input, void *output) {
    brim_pool2d_body(p, input, output, BRIM_S16, true);
}

BRIM_KERNEL void brim_max_pool2d_s8(const brim_pool2d_params *p, const int8_t *input, void *output) {
    brim_pool2d_body(p, input, output, BRIM_S8, false);
}

BRIM_KERNEL void brim_max_pool2d_u8(const brim_pool2d_params *p, const uint8_t *input, void *output) {
    brim_pool2d_body(p, input, output, BRIM_U8, false);
}

BRIM_KERNEL void brim_max_pool2d_s16(const brim_pool2d_params *p, const int16_t *input, void *output) {
    brim_pool2d_body(p, input, output, BRIM_S16, false);
}
