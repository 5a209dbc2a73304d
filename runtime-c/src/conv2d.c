#include "brim/brim_kernels.h"

/* One output channel of one pixel. (y, x) is the window's first row and column and may lie in the padding. */
BRIM_INLINE int64_t brim_conv2d_sum(const brim_conv2d_params *p, const void *input, const int8_t *w,
                                    int64_t bias, int32_t n, int32_t y, int32_t x, int32_t first_c,
                                    int32_t type, bool wide) {
    const brim_window *v = &p->window;
    const int32_t depth = p->group_input_c;
    brim_sum32 narrow_sum = brim_sum32_of((int32_t)bias);
    int64_t wide_sum = bias;
    for (int32_t ky = 0; ky < v->kernel_h; ky++) {
        const int32_t iy = y + ky * v->dilation_h;
        for (int32_t kx = 0; kx < v->kernel_w; kx++, w += depth) {
            const int32_t ix = x + kx * v->dilation_w;
            const bool inside = iy >= 0 && iy < v->input_h && ix >= 0 && ix < v->input_w;
            const int32_t at = inside ? ((n * v->input_h + iy) * v->input_w + ix) * v->input_c + first_c : -1;
            for (int32_t c = 0; c < depth; c++) {
                const int32_t q = inside ? brim_load(input, at + c, type) : p->input_zero;
                if (wide)
                    wide_sum = brim_mac64_wrap(wide_sum, w[c], q);
                else
                    narrow_sum = brim_sum32_mac(narrow_sum, w[c], q);
            }
        }
    }
    return wide ? wide_sum : brim_sum32_value(narrow_sum);
}

BRIM_INLINE void brim_conv2d_body(const brim_conv2d_params *p, const void *input, const int8_t *weights,
                                  const void *bias, void *output, int32_t in, int32_t out, bool wide) {
    const brim_window *v = &p->window;
    const int32_t filter = v->kernel_h * v->kernel_w * p->group_input_c;
    int32_t i = 0;
    for (int32_t n = 0; n < v->batches; n++) {
        for (int32_t oy = 0; oy < v->output_h; oy++) {
            for (int32_t ox = 0; ox < v->output_w; ox++) {
                const int32_t y = oy * v->stride_h - v->pad_top;
                const int32_t x = ox * v->stride_w - v->pad_left;
                int32_t first_c = 0;
                int32_t in_group = 0;
                for (int32_t o = 0; o < v->output_c; o++) {
                    const int64_t sum = brim_conv2d_sum(p, input, weights + o * filter,
                                                        brim_bias(bias, o, wide), n, y, x, first_c, in, wide);
                    brim_store(output, i++, brim_code_of_sum(&p->output, sum, o, wide), out);
                    if (++in_group == p->group_output_c) {
                        in_group = 0;
                        first_c += p->group_input_c;
                    }
                }
            }
        }
    }
}

BRIM_KERNEL void brim_conv2d_s8(const brim_conv2d_params *p, const int8_t *input, const int8_t *weights,
                                const int32_t *bias, int8_t *output) {
    brim_conv2d_body(p, input, weights, bias, output, BRIM_S8, BRIM_S8, false);
}

BRIM_KERNEL void brim_conv2d_u8(const brim_conv2d_params *p, const uint8_t *input, const int8_t *weights,
                                const int32_t *bias, int8_t *output) {
    brim_conv2d_body(p, input, weights, bias, output, BRIM_U8, BRIM_S8, false);
}

BRIM_KERNEL void brim_conv2d_s16(const brim_conv2d_params *p, const int16_t *input, const int8_t *weights,
                                 const int64_t *bias, int16_t *output) {
    brim_conv2d_body(p, input, weights, bias, output, BRIM_S16, BRIM_S16, true);
}

BRIM_KERNEL void brim_conv2d_any(const brim_conv2d_params *p, const void *input, const int8_t *weights,
                                 const void *bias, void *output) {
    brim_conv2d_body(p, input, weights, bias, output, p->types.input, p->types.output, p->types.wide != 0);
}
