/**
 * @file depthwise3x3_rows.h
 * @brief Rows of one channel of a depthwise 3x3 convolution, from planes of 16-bit codes: by hand with SMLAD,
 * kernel row by kernel row without it.
 */
#ifndef DEPTHWISE3X3_ROWS_H
#define DEPTHWISE3X3_ROWS_H

#include "smlad_dot.h"

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
#endif
