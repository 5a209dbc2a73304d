#include "brim/brim_kernels.h"

/* What a window keeps of a number of at most 17 bits. */
BRIM_INLINE int32_t brim_windowed(int32_t magnitude, const brim_bit_window *w) {
    int32_t shift = 0;
    for (int32_t place = 0; place < 16; place++) {
        if ((w->places >> place) & 1) {
            shift = place;
            if (magnitude < (int32_t)1 << (place + w->bits))
                break;
        }
    }
    int32_t mantissa = magnitude >> shift;
    if (w->rounds) {
        const int32_t dropped = magnitude - (mantissa << shift);
        const int32_t half = ((int32_t)1 << shift) >> 1;
        if (dropped > half || (dropped == half && half > 0 && (mantissa & 1)))
            mantissa++;
    }
    return brim_clamp32(mantissa, 0, ((int32_t)1 << w->bits) - 1) << shift;
}

BRIM_INLINE int32_t brim_windowed_code(int32_t offset, const brim_bit_window *w,
                                       const brim_window_bits_params *p) {
    const int32_t kept = offset < 0 ? -brim_windowed(-offset, w) : brim_windowed(offset, w);
    return brim_clamp32(p->zero_point + kept, p->min, p->max);
}

BRIM_KERNEL void brim_window_bits(const brim_window_bits_params *p, const void *input, void *output) {
    for (int32_t i = 0; i < p->rows * p->depth; i++) {
        const int32_t x = brim_load(input, i, p->type) - p->zero_point;
        brim_store(output, i, brim_windowed_code(x, &p->window, p), p->type);
    }
}

BRIM_KERNEL void brim_window_bit_pairs(const brim_window_bits_params *p, const void *input, void *output) {
    for (int32_t row = 0; row < p->rows; row++) {
        for (int32_t c = 0; c < p->depth; c += 2) {
            const int32_t i = row * p->depth + c;
            const int32_t pair = c + 1 < p->depth;
            const int32_t a = brim_load(input, i, p->type) - p->zero_point;
            const int32_t b = pair ? brim_load(input, i + 1, p->type) - p->zero_point : 0;
            brim_store(output, i, brim_windowed_code(a, b == 0 ? &p->alone : &p->window, p), p->type);
            if (pair)
                brim_store(output, i + 1, brim_windowed_code(b, a == 0 ? &p->alone : &p->window, p), p->type);
        }
    }
}

BRIM_KERNEL void brim_window_bit_pairs_8(int32_t rows, int32_t depth, int32_t zero, const int8_t *input,
                                         const int8_t *window, const int8_t *alone, int8_t *output) {
    for (int32_t row = 0; row < rows; row++) {
        for (int32_t c = 1; c < depth; c += 2) {
            const int8_t a = *input++;
            const int8_t b = *input++;
            *output++ = (b == zero ? alone : window)[(uint8_t)a];
            *output++ = (a == zero ? alone : window)[(uint8_t)b];
        }
        if (depth & 1)
            *output++ = alone[(uint8_t)*input++];
    }
}
