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
#include "smlad_dot.h"

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

/** One channel of a strip, in the order that the assembly below reads it. */
typedef struct {
    int32_t bias;           /**< twice the bias */
    int32_t bias_again;     /**< the same, so that one LDRD starts two sums */
    int32_t multiplier;     /**< Q31 */
    int32_t half;           /**< brim_smlad_half */
    int32_t shift;          /**< right shift less one */
    int32_t step;           /**< bytes from one result to the next: channels */
    const uint32_t *end;    /**< where row 0 is read next after the row's last pair of results */
    int32_t to_next_row;    /**< bytes from there to the start of the next row */
    int32_t rows;           /**< output rows */
    int32_t odd;            /**< 1 if a row ends in a single result */
    int32_t row_step;       /**< bytes from an output row's first code to that of the next */
    const uint32_t *row[3]; /**< rows of the plane */
    int8_t *y;              /**< results */
    int32_t weights[6];     /**< doubled: for each kernel row (w0, w1) and (w1, w2) */
    int32_t *sums;          /**< without SMLAD: room for the sums of an output row */
} brim_depthwise3x3_strip;

#if BRIM_SMLAD_ASM

/* Registers: r0-r2 the three rows, r3 results, r4 and r5 sums, r6 and r7 codes, then the weights of the rows:
 * r8 (w0,w1) r9 (w1,w2), r10 r11, r12 lr. The strip's first eleven words lie at the stack pointer. */
#define BRIM_DW_ROW_STRIDE1(row, w01, w12)                                                                   \
    "ldrd r6, r7, [" row "], #4\n"                                                                           \
    "smlad r4, r6, " w01 ", r4\n"                                                                            \
    "smlatb r5, r6, " w01 ", r5\n"                                                                           \
    "smlabt r4, r7, " w12 ", r4\n"                                                                           \
    "smlad r5, r7, " w12 ", r5\n"
#define BRIM_DW_ROW_STRIDE2(row, w01, w12)                                                                   \
    "ldrd r6, r7, [" row "], #8\n"                                                                           \
    "smlad r4, r6, " w01 ", r4\n"                                                                            \
    "ldr r6, [" row "]\n"                                                                                    \
    "smlabt r4, r7, " w12 ", r4\n"                                                                           \
    "smlad r5, r7, " w01 ", r5\n"                                                                            \
    "smlabt r5, r6, " w12 ", r5\n"
#define BRIM_DW_ROW_LAST(row, w01, w12)                                                                      \
    "ldrd r6, r7, [" row "]\n"                                                                               \
    "smlad r4, r6, " w01 ", r4\n"                                                                            \
    "smlabt r4, r7, " w12 ", r4\n"

/* In: r6 multiplier, r7 half. */
#define BRIM_DW_HIGH_RELU(x) "smmlar " x ", " x ", r6, r7\n"
#define BRIM_DW_HIGH_SINGLE(x) "smmla " x ", " x ", r6, r7\n"
#define BRIM_DW_HIGH_LINEAR(x)                                                                               \
    "add r7, r7, " x ", asr #31\n"                                                                           \
    "smmlar " x ", " x ", r6, r7\n"                                                                          \
    "ldr r7, [sp, #12]\n"

#define BRIM_DW_ROWS(ROW, HIGH)                                                                              \
    "ldmia.w lr!, {r0-r10}\n"                                                                                \
    "push {r0-r10}\n"                                                                                        \
    "ldmia.w lr!, {r0-r3}\n"                                                                                 \
    "ldmia.w lr, {r8, r9, r10, r11, r12, lr}\n"                                                              \
    "1:\n" /* the next two results */                                                                        \
    "ldrd r4, r5, [sp]\n" ROW("r0", "r8", "r9") ROW("r1", "r10", "r11")                                      \
        ROW("r2", "r12", "lr") "ldrd r6, r7, [sp, #8]\n" HIGH("r4")                                          \
            HIGH("r5") "ldrd r6, r7, [sp, #16]\n"                                                            \
                       "asrs r4, r4, r6\n"                                                                   \
                       "asrs r5, r5, r6\n"                                                                   \
                       "ldr r6, [sp, #24]\n"                                                                 \
                       "ssat r4, #8, r4, asr #1\n"                                                           \
                       "ssat r5, #8, r5, asr #1\n"                                                           \
                       "cmp r0, r6\n"                                                                        \
                       "strb r4, [r3]\n"                                                                     \
                       "strb r5, [r3, r7]\n"                                                                 \
                       "add r3, r3, r7, lsl #1\n"                                                            \
                       "bne 1b\n"                                                                            \
                       "ldr r7, [sp, #36]\n"                                                                 \
                       "cbz r7, 2f\n"                                                                        \
                       "ldr r4, [sp]\n" BRIM_DW_ROW_LAST("r0", "r8", "r9")                                   \
                           BRIM_DW_ROW_LAST("r1", "r10", "r11")                                              \
                               BRIM_DW_ROW_LAST("r2", "r12", "lr") "ldrd r6, r7, [sp, #8]\n" HIGH(           \
                                   "r4") "ldrd r6, r7, [sp, #16]\n"                                          \
                                         "asrs r4, r4, r6\n"                                                 \
                                         "ssat r4, #8, r4, asr #1\n"                                         \
                                         "strb r4, [r3]\n"                                                   \
                                         "add r3, r3, r7\n"                                                  \
                                         "2:\n" /* the next row */                                           \
                                         "ldrd r6, r7, [sp, #28]\n"                                          \
                                         "add r0, r0, r6\n"                                                  \
                                         "add r1, r1, r6\n"                                                  \
                                         "add r2, r2, r6\n"                                                  \
                                         "ldr r5, [sp, #24]\n"                                               \
                                         "ldr r6, [sp, #40]\n"                                               \
                                         "add r5, r5, r6\n"                                                  \
                                         "subs r7, r7, #1\n"                                                 \
                                         "str r5, [sp, #24]\n"                                               \
                                         "str r7, [sp, #32]\n"                                               \
                                         "bne 1b\n"                                                          \
                                         "add sp, #44\n"

#define BRIM_DW_RUN(code)                                                                                    \
    register const brim_depthwise3x3_strip *at __asm__("lr") = strip;                                        \
    __asm__ volatile(code                                                                                    \
                     : "+r"(at)                                                                              \
                     :                                                                                       \
                     : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12",      \
                       "cc", "memory")
#endif

#ifdef BRIM_MLA_TAPS
/** One kernel row's share of the sums of an output row, added to `from`; pairs of results share their loads.
 */
BRIM_INLINE void brim_depthwise3x3_kernel_row(const int16_t *x, const int32_t *weights, int32_t stride,
                                              int32_t width, const int32_t *start, int32_t *sums) {
    const int32_t w0 = brim_lo16(weights[0]);
    const int32_t w1 = brim_lo16(weights[1]);
    const int32_t w2 = brim_hi16(weights[1]);
    const int32_t bias = start == NULL ? 0 : *start;
    int32_t x0 = x[0];
    int32_t x1 = x[1];
    for (; width >= 2; width -= 2, x += 2 * stride, sums += 2) {
        int32_t sum0 = start == NULL ? sums[0] : bias;
        int32_t sum1 = start == NULL ? sums[1] : bias;
        const int32_t x2 = x[2];
        const int32_t x3 = x[3];
        sum0 = brim_mac32(brim_mac32(brim_mac32(sum0, x0, w0), x1, w1), x2, w2);
        if (stride == 1) {
            sum1 = brim_mac32(brim_mac32(brim_mac32(sum1, x1, w0), x2, w1), x3, w2);
            x0 = x2;
            x1 = x3;
        } else {
            x0 = x[4];
            sum1 = brim_mac32(brim_mac32(brim_mac32(sum1, x2, w0), x3, w1), x0, w2);
            x1 = width > 2 ? x[5] : 0;
        }
        sums[0] = sum0;
        sums[1] = sum1;
    }
    if (width > 0) {
        const int32_t sum = start == NULL ? sums[0] : bias;
        sums[0] = brim_mac32(brim_mac32(brim_mac32(sum, x0, w0), x1, w1), x[2], w2);
    }
}

/** Sums of output row r, for each stride. */
#define BRIM_DW_SUMS(stride)                                                                                 \
    BRIM_SHARED void brim_depthwise3x3_sums_stride##stride(const brim_depthwise3x3_strip *s, int32_t width,  \
                                                           int32_t r) {                                      \
        const int32_t row = r * s->row_step;                                                                 \
        const void *const x0 = (const char *)s->row[0] + row;                                                \
        const void *const x1 = (const char *)s->row[1] + row;                                                \
        const void *const x2 = (const char *)s->row[2] + row;                                                \
        brim_depthwise3x3_kernel_row(x0, s->weights, stride, width, &s->bias, s->sums);                      \
        brim_depthwise3x3_kernel_row(x1, s->weights + 2, stride, width, NULL, s->sums);                      \
        brim_depthwise3x3_kernel_row(x2, s->weights + 4, stride, width, NULL, s->sums);                      \
    }
BRIM_DW_SUMS(1)
BRIM_DW_SUMS(2)

BRIM_INLINE void brim_depthwise3x3_rows(const brim_depthwise3x3_strip *s, int32_t stride, int32_t kind) {
    /* Copies: a store to y could change the strip, for all that the compiler knows. */
    const int32_t multiplier = s->multiplier;
    const int32_t half = s->half;
    const int32_t shift = s->shift;
    const int32_t step = s->step;
    int32_t *const sums = s->sums;
    int8_t *y = s->y;
    const int32_t width = (stride == 1 ? 2 : 1) * (int32_t)(s->end - s->row[0]) + s->odd;
    for (int32_t r = 0; r < s->rows; r++) {
        if (stride == 1)
            brim_depthwise3x3_sums_stride1(s, width, r);
        else
            brim_depthwise3x3_sums_stride2(s, width, r);
        for (int32_t i = 0; i < width; i++, y += step)
            *y = (int8_t)brim_smlad_code(sums[i], multiplier, half, shift, kind);
    }
}
#else
BRIM_INLINE void brim_depthwise3x3_rows(const brim_depthwise3x3_strip *s, int32_t stride, int32_t kind) {
    int8_t *y = s->y;
    const int32_t pairs_words = (int32_t)(s->end - s->row[0]);
    for (int32_t r = 0; r < s->rows; r++) {
        const int32_t width = (stride == 1 ? 2 : 1) * pairs_words + s->odd;
        for (int32_t i = 0; i < width; i++, y += s->step) {
            int32_t sum = s->bias;
            for (int32_t k = 0; k < 3; k++) {
                const int16_t *x =
                    (const int16_t *)(const void *)((const char *)s->row[k] + r * s->row_step) + i * stride;
                const int32_t w01 = s->weights[2 * k];
                const int32_t w12 = s->weights[2 * k + 1];
                sum = brim_mac32(sum, x[0], brim_lo16(w01));
                sum = brim_mac32(sum, x[1], brim_lo16(w12));
                sum = brim_mac32(sum, x[2], brim_hi16(w12));
            }
            *y = (int8_t)brim_smlad_code(sum, s->multiplier, s->half, s->shift, kind);
        }
    }
}
#endif

#if BRIM_SMLAD_ASM
#define BRIM_DW_STRIP(stride, KIND) BRIM_DW_RUN(BRIM_DW_ROWS(BRIM_DW_ROW_STRIDE##stride, BRIM_DW_HIGH_##KIND))
#else
#define BRIM_DW_STRIP(stride, KIND) brim_depthwise3x3_rows(strip, stride, BRIM_SMLAD_##KIND)
#endif

/* One channel of a strip for each stride and kind. */
#define BRIM_DW_STRIPS(name, KIND)                                                                           \
    BRIM_SHARED void brim_depthwise3x3_##name##_stride1(const brim_depthwise3x3_strip *strip) {              \
        BRIM_DW_STRIP(1, KIND);                                                                              \
    }                                                                                                        \
    BRIM_SHARED void brim_depthwise3x3_##name##_stride2(const brim_depthwise3x3_strip *strip) {              \
        BRIM_DW_STRIP(2, KIND);                                                                              \
    }
BRIM_DW_STRIPS(relu, RELU)
BRIM_DW_STRIPS(linear, LINEAR)
BRIM_DW_STRIPS(single, SINGLE)

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

/**
 * Moves the input down to a whole number of pixels above the result where they overlap otherwise: then each
 * result overwrites codes of its own channel only, which have been read. Only bytes of the input and result
 * are touched.
 */
BRIM_INLINE const int8_t *brim_depthwise_align(const int8_t *x, int8_t *y, int32_t in_bytes,
                                               int32_t out_bytes, int32_t channel_count) {
    const uintptr_t distance = (uintptr_t)x - (uintptr_t)y;
    if (distance >= (uintptr_t)out_bytes || distance % (uintptr_t)channel_count == 0)
        return x;
    int8_t *const to = y + (distance - distance % (uintptr_t)channel_count);
    for (int32_t i = 0; i < in_bytes; i++)
        to[i] = x[i];
    return to;
}

/** Codes brought into act_min..act_max. */
BRIM_INLINE void brim_depthwise3x3_clamp(const brim_depthwise3x3_s8_smlad_params *p, int8_t *y) {
    for (int32_t i = 0; i < p->out_h * p->out_w * p->channel_count; i++)
        y[i] = (int8_t)brim_clamp32(y[i], p->act_min, p->act_max);
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
