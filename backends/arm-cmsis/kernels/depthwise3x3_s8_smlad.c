/**
 * @file depthwise3x3_s8_smlad.c
 * @brief Depthwise 3x3 convolution with multiplier 1, int8 to int8, scheme TfLiteDouble, on cores with SMLAD.
 *
 * Four channels at a time are taken out of the input, a strip of rows each, as planes of 16-bit codes with
 * their padding. A word of a plane holds two neighbouring codes; with (x0, x1) and (x2, x3) and the weights
 * (w0, w1) and (w1, w2) of a kernel row, two results take four multiply-accumulates: SMLAD (x0,x1)(w0,w1) +
 * SMLABT x2 w2   and   SMLATB x1 w0 + SMLAD (x2,x3)(w1,w2)       (stride 1) SMLAD (x0,x1)(w0,w1) + SMLABT x2
 * w2   and   SMLAD (x2,x3)(w0,w1) + SMLABT x4 w2       (stride 2)
 */
#include "depthwise3x3_rows.h"
#include "depthwise_align.h"

/** Depthwise convolution, kernel 3x3, dilation 1, the same stride 1 or 2 in both directions. */
typedef struct {
    const int8_t *weights; /**< nine for each channel, row by row; three more bytes at the end are read */
    const int32_t
        *channels; /**< for each channel: twice the bias (input zero point folded in), multiplier in Q31 */
    const uint8_t *shifts; /**< for each channel: right shift less one, 0..21 */
    int32_t in_h;          /**< input rows */
    int32_t in_w;          /**< input columns */
    int32_t channel_count; /**< channels, at least 4 */
    int32_t out_h;         /**< output rows */
    int32_t out_w;         /**< output columns */
    int32_t stride;        /**< 1 or 2 */
    int32_t pad_top;       /**< rows of padding above, 0..2 */
    int32_t pad_left;      /**< columns of padding to the left, 0..2 */
    int32_t strip_rows;    /**< output rows of a strip */
    int32_t plane_words;   /**< words of a plane's row: enough for the columns that the last pair of results
                              reads */
    int32_t in_zero_point; /**< code of real zero, read by padding */
    int32_t out_offset;    /**< 2 * zero point of the result + 1 */
    int32_t act_min;       /**< least code */
    int32_t act_max;       /**< greatest code */
} brim_depthwise3x3_s8_smlad_params;

/** Two pixels' words of four channels become one word in each of four planes, `plane` words apart. */
BRIM_INLINE void brim_depthwise_split(uint32_t *to, int32_t plane, uint32_t left, uint32_t right) {
    const uint32_t low = (uint32_t)BRIM_PKHBT((int32_t)left, (int32_t)right, 16);
    const uint32_t high = (uint32_t)BRIM_PKHTB((int32_t)right, (int32_t)left, 16);
    to[0] = (uint32_t)BRIM_SXTB16(low);
    to[plane] = (uint32_t)BRIM_SXTB16_ROR8(low);
    to[2 * plane] = (uint32_t)BRIM_SXTB16(high);
    to[3 * plane] = (uint32_t)BRIM_SXTB16_ROR8(high);
}

/** Words of padding in four planes. */
BRIM_INLINE uint32_t *brim_depthwise_fill(uint32_t *to, int32_t plane, uint32_t zero, int32_t words) {
    const uint32_t pair = (uint32_t)BRIM_SXTB16(zero);
    for (; words > 0; words--, to++) {
        to[0] = pair;
        to[plane] = pair;
        to[2 * plane] = pair;
        to[3 * plane] = pair;
    }
    return to;
}

/**
 * Rows of four channels to four planes, with padding on all sides.
 *
 * @param x    the channels' codes in column 0 of the first row; rows from above or below the input are not
 * read
 * @param row  input row that the first row is, may lie outside
 */
BRIM_SHARED void brim_depthwise_planes(uint32_t *to, int32_t plane, const int8_t *x, int32_t row,
                                       int32_t rows, const brim_depthwise3x3_s8_smlad_params *p) {
    const int32_t step = p->channel_count;
    const int32_t row_bytes = p->in_w * step;
    const uint32_t zero = (uint32_t)(uint8_t)p->in_zero_point * 0x01010101u;
    /* Whole words of padding, a word of padding and code, words of codes, a word of code and padding, the
     * rest. */
    const int32_t lead = p->pad_left >> 1;
    const int32_t mixed = p->pad_left & 1;
    const int32_t room = 2 * (p->plane_words - lead) - mixed;
    const int32_t used = p->in_w < room ? p->in_w : room;
    const int32_t pairs = (used - mixed) >> 1;
    const int32_t single = (used - mixed) & 1;
    const int32_t rest = p->plane_words - lead - mixed - pairs - single;
    for (; rows > 0; rows--, row++, x += row_bytes) {
        if ((uint32_t)row >= (uint32_t)p->in_h) {
            to = brim_depthwise_fill(to, plane, zero, p->plane_words);
            continue;
        }
        const int8_t *from = x;
        to = brim_depthwise_fill(to, plane, zero, lead);
        if (mixed != 0) {
            brim_depthwise_split(to++, plane, zero, brim_load32(from));
            from += step;
        }
        for (int32_t i = pairs; i > 0; i--, from += 2 * step)
            brim_depthwise_split(to++, plane, brim_load32(from), brim_load32(from + step));
        if (single != 0)
            brim_depthwise_split(to++, plane, brim_load32(from), zero);
        to = brim_depthwise_fill(to, plane, zero, rest);
    }
}

/** Sets the weights, bias and rescaling of a channel. */
BRIM_INLINE void brim_depthwise3x3_channel(brim_depthwise3x3_strip *s,
                                           const brim_depthwise3x3_s8_smlad_params *p, int32_t c) {
    s->bias = p->channels[2 * c];
    s->bias_again = s->bias;
    s->multiplier = p->channels[2 * c + 1];
    s->shift = p->shifts[c];
    s->half = brim_smlad_half(p->out_offset, s->shift);
    for (int32_t k = 0; k < 3; k++) {
        const uint32_t w = brim_load32(p->weights + 9 * c + 3 * k);
        const int32_t w02 = BRIM_SXTB16(w);
        const int32_t w1 = BRIM_SXTB16_ROR8(w);
        const int32_t w01 = BRIM_PKHBT(w02, w1, 16);
        const int32_t w12 = brim_pack16(w1, w02 >> 16);
        s->weights[2 * k] = BRIM_SADD16(w01, w01);
        s->weights[2 * k + 1] = BRIM_SADD16(w12, w12);
    }
}

/** A strip of output rows of the channels c..c+3, of which the first `skip` are done already. */
typedef void (*brim_depthwise3x3_function)(const brim_depthwise3x3_strip *strip);

BRIM_SHARED void brim_depthwise3x3(const int8_t *x, int8_t *y, void *scratch,
                                   const brim_depthwise3x3_s8_smlad_params *p,
                                   brim_depthwise3x3_function rows_function) {
    uint32_t *const planes = scratch;
    const int32_t count = p->channel_count;
    const int32_t row_words = p->plane_words;
    const int32_t plane = ((p->strip_rows - 1) * p->stride + 3) * row_words;
    const int32_t kept_rows = 3 - p->stride;
    const int32_t kept = kept_rows * row_words;
    const int32_t pair_words = (p->out_w >> 1) * p->stride;
    brim_depthwise3x3_strip s;
    s.step = count;
    s.sums = (int32_t *)(planes + 4 * plane);
    s.odd = p->out_w & 1;
    s.row_step = 4 * row_words * p->stride;
    s.to_next_row = s.row_step - 4 * pair_words;
    for (int32_t done = 0; done < count; done = (done + 4) & ~3) {
        const int32_t first = done + 4 <= count ? done : count - 4;
        int32_t row = -p->pad_top;
        int32_t have = 0;
        for (int32_t out_row = 0; out_row < p->out_h; out_row += p->strip_rows) {
            const int32_t rows = p->out_h - out_row < p->strip_rows ? p->out_h - out_row : p->strip_rows;
            const int32_t need = (rows - 1) * p->stride + 3;
            brim_depthwise_planes(planes + have * row_words, plane,
                                  x + (row + have) * p->in_w * count + first, row + have, need - have, p);
            s.rows = rows;
            for (int32_t c = done; c < first + 4; c++) {
                brim_depthwise3x3_channel(&s, p, c);
                s.row[0] = planes + (c - first) * plane;
                s.row[1] = s.row[0] + row_words;
                s.row[2] = s.row[1] + row_words;
                s.end = s.row[0] + pair_words;
                s.y = y + out_row * p->out_w * count + c;
                rows_function(&s);
            }
            have = kept_rows;
            row += rows * p->stride;
            for (int32_t c = 0; c < 4; c++) {
                uint32_t *const to = planes + c * plane;
                for (int32_t i = 0; i < kept; i++)
                    to[i] = to[rows * p->stride * row_words + i];
            }
        }
    }
}

/** Codes brought into act_min..act_max. */
BRIM_INLINE void brim_depthwise3x3_clamp(const brim_depthwise3x3_s8_smlad_params *p, int8_t *y) {
    brim_clamp_s8(y, p->out_h * p->out_w * p->channel_count, p->act_min, p->act_max);
}

/*
 * Kernels of every kind (smlad_dot.h) and stride:
 * - x: input, NHWC, one batch, any alignment;
 * - y: output, NHWC; may lie at x, or any distance before it and overlap it;
 * - scratch: 4-byte aligned; 16 * plane_words * ((strip_rows - 1) * stride + 3) bytes, and 4 * out_w without
 * SMLAD.
 */
#define BRIM_DEPTHWISE3X3_STRIDE(name, strips, stride, FINISH)                                               \
    BRIM_KERNEL void name(const brim_depthwise3x3_s8_smlad_params *p, const int8_t *x, int8_t *y,            \
                          void *scratch) {                                                                   \
        const int8_t *const from =                                                                           \
            brim_depthwise_align(x, y, p->in_h * p->in_w * p->channel_count,                                 \
                                 p->out_h * p->out_w * p->channel_count, p->channel_count);                  \
        brim_depthwise3x3(from, y, scratch, p, brim_depthwise3x3_##strips##_stride##stride);                 \
        FINISH;                                                                                              \
    }
#define BRIM_DEPTHWISE3X3(suffix, strips, FINISH)                                                            \
    BRIM_DEPTHWISE3X3_STRIDE(BRIM_PAIR_KERNEL(depthwise3x3_s8, suffix), strips, 1, FINISH)                   \
    BRIM_DEPTHWISE3X3_STRIDE(BRIM_PAIR_KERNEL(depthwise3x3_stride2_s8, suffix), strips, 2, FINISH)
BRIM_DEPTHWISE3X3(, linear, (void)0)
BRIM_DEPTHWISE3X3(_relu, relu, (void)0)
BRIM_DEPTHWISE3X3(_clamped, linear, brim_depthwise3x3_clamp(p, y))
BRIM_DEPTHWISE3X3(_single, single, (void)0)
BRIM_DEPTHWISE3X3(_single_clamped, single, brim_depthwise3x3_clamp(p, y))
