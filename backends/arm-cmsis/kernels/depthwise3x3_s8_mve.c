/**
 * @file depthwise3x3_s8_mve.c
 * @brief Depthwise 3x3 convolution, int8 to int8, on cores with MVE.
 *
 * VMLADAV sums sixteen products across a vector, so the taps of a channel must lie side by side. Four rows of
 * the input are interleaved: a word holds a channel's codes of four rows in one column (VST4), the words of a
 * column follow each other by channel. Four words, of four neighbouring columns, are a patch of 4x4 codes in
 * one vector. With stride 1 a patch holds the windows of 2x2 results: the same nine weights in four places
 * of a vector, four VMLADAV. With stride 2 a patch gives one result.
 *
 * A strip of output rows is interleaved as a whole, for all channels, before its results are written.
 */
#include "mve_dot.h"

/** Depthwise convolution, one result a channel; stride 1 or 2 by the function. */
typedef struct {
    const int8_t *weights;   /**< for each channel nine weights, row by row */
    const int32_t *channels; /**< channel stream (mve_dot.h) */
    int32_t in_h;            /**< input rows */
    int32_t in_w;            /**< input columns */
    int32_t channel_count;   /**< channels */
    int32_t out_h;           /**< output rows */
    int32_t out_w;           /**< output columns */
    int32_t pad_top;         /**< rows of padding above */
    int32_t pad_left;        /**< columns of padding to the left */
    int32_t strip_rows;      /**< output rows of a strip; even with stride 1 unless it is the only one */
    int32_t in_zero_point;   /**< code of real zero, read by padding */
    int32_t out_zero_point;  /**< zero point of the result */
    int32_t act_min;         /**< least code */
    int32_t act_max;         /**< greatest code */
} brim_depthwise3x3_s8_mve_params;

/** Bytes between columns of words: channels in whole vectors. */
BRIM_INLINE int32_t brim_mve_column_bytes(int32_t channels) {
    return 4 * ((channels + 15) & ~15);
}

/** Columns that the patches of a row of results read: two or four results at a time. */
BRIM_INLINE int32_t brim_mve_columns(int32_t out_w, int32_t stride) {
    return stride == 1 ? ((out_w + 1) & ~1) + 2 : 8 * ((out_w + 3) >> 2) + 2;
}

/** Words of `count` codes of four rows: one column, or where channels are whole vectors any number of them.
 */
BRIM_INLINE void brim_mve_put_codes(int8_t *to, const int8_t *row0, const int8_t *row1, const int8_t *row2,
                                    const int8_t *row3, int32_t count) {
#if BRIM_MVE
    int8x16x4_t v;
    for (; count >= 16; count -= 16, to += 64, row0 += 16, row1 += 16, row2 += 16, row3 += 16) {
        v.val[0] = __arm_vldrbq_s8(row0);
        v.val[1] = __arm_vldrbq_s8(row1);
        v.val[2] = __arm_vldrbq_s8(row2);
        v.val[3] = __arm_vldrbq_s8(row3);
        __arm_vst4q_s8(to, v);
    }
    if (count > 0) {
        const mve_pred16_t some = __arm_vctp8q((uint32_t)count);
        v.val[0] = __arm_vldrbq_z_s8(row0, some);
        v.val[1] = __arm_vldrbq_z_s8(row1, some);
        v.val[2] = __arm_vldrbq_z_s8(row2, some);
        v.val[3] = __arm_vldrbq_z_s8(row3, some);
        __arm_vst4q_s8(to, v);
    }
#else
    for (int32_t c = 0; c < count; c++) {
        to[4 * c] = row0[c];
        to[4 * c + 1] = row1[c];
        to[4 * c + 2] = row2[c];
        to[4 * c + 3] = row3[c];
    }
#endif
}

/** One row of words: the input's rows top..top+3, of which some may lie outside. */
BRIM_MVE_SHARED void brim_mve_put_words(const brim_depthwise3x3_s8_mve_params *p, const int8_t *x,
                                        int32_t top, int8_t *words, const int8_t *zeros, int32_t columns,
                                        int32_t rows) {
    const int32_t channels = p->channel_count;
    const int32_t bytes = brim_mve_column_bytes(channels);
    const int32_t row_bytes = p->in_w * channels;
    int32_t column = -p->pad_left;
    for (; columns > 0 && column < 0; columns--, column++, words += bytes)
        brim_mve_put_codes(words, zeros, zeros, zeros, zeros, channels);
    int32_t inside = p->in_w - column < columns ? p->in_w - column : columns;
    columns -= inside > 0 ? inside : 0;
    const int8_t *row[4];
    int32_t step[4];
    bool is_inside = true;
    for (int32_t r = 0; r < 4; r++) {
        /* the fourth row counts only where two rows of results are computed; else any will do */
        const int32_t at = top + (r < rows ? r : rows - 1);
        const bool exists = (uint32_t)at < (uint32_t)p->in_h;
        row[r] = exists ? x + at * row_bytes + column * channels : zeros;
        step[r] = exists ? channels : 0;
        is_inside = is_inside && exists;
    }
    const int8_t *row0 = row[0], *row1 = row[1], *row2 = row[2], *row3 = row[3];
    if (is_inside && channels % 16 == 0 && inside > 0) { /* columns follow each other on both sides */
        brim_mve_put_codes(words, row0, row1, row2, row3, inside * channels);
        words += inside * bytes;
    } else {
        const int32_t step0 = step[0], step1 = step[1], step2 = step[2], step3 = step[3];
        for (; inside > 0; inside--, words += bytes) {
            brim_mve_put_codes(words, row0, row1, row2, row3, channels);
            row0 += step0;
            row1 += step1;
            row2 += step2;
            row3 += step3;
        }
    }
    for (; columns > 0; columns--, words += bytes)
        brim_mve_put_codes(words, zeros, zeros, zeros, zeros, channels);
}

/** Where the results of a row of words lie, and what they are computed from. */
typedef struct {
    const brim_depthwise3x3_s8_mve_params *p;
    int32_t bytes;       /**< between columns of words */
    int32_t words_bytes; /**< of a row of words */
    int32_t group_rows;  /**< output rows of a row of words */
    int32_t row_bytes;   /**< of an output row */
#if BRIM_MVE
    int32_t next;       /**< bytes from the words of a patch (stride 2: of a result) to the next */
    int32_t along;      /**< bytes from the results of a patch to the next */
    int32_t zero_point; /**< of the result */
    int32_t patches;    /**< patches of a row whose results are all wanted */
    uint32_t rest;      /**< predicate of the results wanted of one more patch; 0: there is none */
    uint32x4_t columns; /**< distances of four columns of words */
    uint32x4_t places;  /**< distances of a patch's results: 2x2, row by row, or four side by side */
#endif
} brim_mve_depthwise_layout;

BRIM_INLINE brim_mve_depthwise_layout brim_mve_depthwise_lay_out(const brim_depthwise3x3_s8_mve_params *p,
                                                                 int32_t stride) {
    const int32_t channels = p->channel_count;
    brim_mve_depthwise_layout l;
    l.p = p;
    l.bytes = brim_mve_column_bytes(channels);
    l.words_bytes = l.bytes * brim_mve_columns(p->out_w, stride);
    l.group_rows = stride == 1 ? 2 : 1;
    l.row_bytes = p->out_w * channels;
#if BRIM_MVE
    const uint32x4_t index = __arm_vidupq_n_u32(0, 1);
    const int32_t together = stride == 1 ? 2 : 4;
    const int32_t left_over = p->out_w % together;
    l.next = 2 * l.bytes;
    l.along = together * channels;
    l.zero_point = p->out_zero_point;
    l.patches = p->out_w / together;
    l.columns = __arm_vmulq_n_u32(index, (uint32_t)l.bytes);
    /* stride 1: 0, 1, row, row + 1; stride 2: 0, 2, 1, 3 */
    l.places = __arm_vmulq_n_u32(__arm_vandq_u32(index, __arm_vdupq_n_u32(1)),
                                 (uint32_t)(stride == 1 ? channels : 2 * channels));
    l.places = __arm_vmlaq_n_u32(l.places, __arm_vshrq_n_u32(index, 1),
                                 (uint32_t)(stride == 1 ? l.row_bytes : channels));
    l.rest = left_over == 0                  ? 0u
             : stride == 1 || left_over == 2 ? 0x0F0Fu
             : left_over == 1                ? 0x000Fu
                                             : 0x0FFFu;
#endif
    return l;
}

#if BRIM_MVE

/* Sums of four results in the lanes of s, two at a time: with stride 1 a column of two, then the next; with
 * stride 2 the first and second, then the third and fourth. Goes on with the words. */
#define BRIM_MVE_SUMS_1                                                                                      \
    "vldrw.u32 %q[v], [%[words], %q[columns]]\n"                                                             \
    "vmladav.s8 %[t0], %q[w0], %q[v]\n"                                                                      \
    "vmladav.s8 %[t1], %q[w1], %q[v]\n"                                                                      \
    "vmov %q[s][2], %q[s][0], %[t0], %[t1]\n"                                                                \
    "vmladav.s8 %[t0], %q[w2], %q[v]\n"                                                                      \
    "vmladav.s8 %[t1], %q[w3], %q[v]\n"                                                                      \
    "vmov %q[s][3], %q[s][1], %[t0], %[t1]\n"                                                                \
    "add %[words], %[words], %[next]\n"
#define BRIM_MVE_SUM_2(t)                                                                                    \
    "vldrw.u32 %q[v], [%[words], %q[columns]]\n"                                                             \
    "vmladav.s8 " t ", %q[w0], %q[v]\n"                                                                      \
    "add %[words], %[words], %[next]\n"
#define BRIM_MVE_SUMS_2                                                                                      \
    BRIM_MVE_SUM_2("%[t0]")                                                                                  \
    BRIM_MVE_SUM_2("%[t1]")                                                                                  \
    "vmov %q[s][2], %q[s][0], %[t0], %[t1]\n" BRIM_MVE_SUM_2("%[t0]")                                        \
        BRIM_MVE_SUM_2("%[t1]") "vmov %q[s][3], %q[s][1], %[t0], %[t1]\n"

/* Four results, saturated to bytes; y goes on. */
#define BRIM_MVE_RESULTS(SUMS, HIGH, left, STORE)                                                            \
    SUMS BRIM_MVE_CODE(HIGH, "%q[s]", "%[bias]", "%[m]", "%[right]", "%[first]", "%[t0]", "%q[v]",           \
                       left) "vadd.i32 %q[s], %q[s], %[zp]\n"                                                \
                             "vqmovnb.s32 %q[s], %q[s]\n"                                                    \
                             "vqmovnb.s16 %q[s], %q[s]\n" STORE " %q[s], [%[y], %q[places]]\n"               \
                             "add %[y], %[y], %[along]\n"

/* t0 patches whose results are all wanted, and unless t1 is 0 one more, of whose results it is the predicate.
 */
#define BRIM_MVE_PATCHES(SUMS, HIGH, left)                                                                   \
    "vmsr p0, %[t1]\n"                                                                                       \
    "wls lr, %[t0], 2f\n"                                                                                    \
    "1:\n" BRIM_MVE_RESULTS(SUMS, HIGH, left, "vstrb.32") "le lr, 1b\n"                                      \
                                                          "2:\n"                                             \
                                                          "vmrs %[t0], p0\n"                                 \
                                                          "cmp %[t0], #0\n"                                  \
                                                          "beq 3f\n" BRIM_MVE_RESULTS(                       \
                                                              SUMS, HIGH, left, "vpst\nvstrbt.32") "3:\n"

/**
 * Defines: results of a channel in whole groups of output rows, and where with stride 1 one row is left in
 * that one. `words` and `y` are the channel's, `w` its nine weights; zeros surround what is put in `shifted`.
 */
#define BRIM_MVE_DEPTHWISE_CHANNEL(kind, left, stride)                                                       \
    BRIM_INLINE void brim_mve_depthwise_##kind##_##left##_##stride(                                          \
        const brim_mve_depthwise_layout *l, const int8_t *first, const int8_t *w, const int32_t *channel,    \
        int8_t *result, int32_t rows, int8_t *shifted) {                                                     \
        static const uint8_t order[16] = {0, 3, 6, 0, 1, 4, 7, 0, 2, 5, 8, 0, 0, 0, 0, 0};                   \
        const int8x16_t w0 =                                                                                 \
            __arm_vldrbq_gather_offset_z_s8(w, __arm_vldrbq_u8(order), brim_mve_predicate(0x0777));          \
        __arm_vstrbq_s8(shifted + 5, w0);                                                                    \
        const int8x16_t w1 = (stride) == 1 ? __arm_vldrbq_s8(shifted + 4) : w0;                              \
        const int8x16_t w2 = (stride) == 1 ? __arm_vldrbq_s8(shifted + 1) : w0;                              \
        const int8x16_t w3 = (stride) == 1 ? __arm_vldrbq_s8(shifted) : w0;                                  \
        const uint32x4_t columns = l->columns;                                                               \
        const uint32x4_t places = l->places;                                                                 \
        int32_t todo = l->p->out_w;                                                                          \
        while (rows > 0) {                                                                                   \
            const bool is_whole = rows >= l->group_rows;                                                     \
            register int32_t t0 __asm__("r0") = is_whole ? l->patches : 0;                                   \
            register uint32_t t1 __asm__("r2") = is_whole ? l->rest : todo > 1 ? 0x00FFu : 0x000Fu;          \
            register const int8_t *words __asm__("r1") = first;                                              \
            register int8_t *y __asm__("r3") = result;                                                       \
            register int32_t next __asm__("r4") = l->next;                                                   \
            register int32_t along __asm__("r5") = l->along;                                                 \
            register int32_t bias __asm__("r6") = channel[0];                                                \
            register int32_t m __asm__("r8") = channel[1];                                                   \
            register int32_t right __asm__("r9") = channel[2];                                               \
            register int32_t shift __asm__("r10") = channel[(left) ? 3 : 2];                                 \
            register int32_t zero_point __asm__("r11") = l->zero_point;                                      \
            int32x4_t v, s;                                                                                  \
            __asm__ volatile(                                                                                \
                BRIM_MVE_PATCHES(BRIM_MVE_SUMS_##stride, BRIM_MVE_HIGH_##kind, left)                         \
                : [t0] "+r"(t0), [t1] "+r"(t1), [v] "=&w"(v), [s] "=&w"(s), [words] "+r"(words), [y] "+r"(y) \
                : [w0] "w"(w0), [w1] "w"(w1), [w2] "w"(w2), [w3] "w"(w3), [columns] "w"(columns),            \
                  [places] "w"(places), [next] "r"(next), [along] "r"(along), [bias] "r"(bias), [m] "r"(m),  \
                  [right] "r"(right), [first] "r"(shift), [zp] "r"(zero_point)                               \
                : "lr", "p0", "cc", "memory");                                                               \
            if (is_whole) {                                                                                  \
                rows -= l->group_rows;                                                                       \
                first += l->words_bytes;                                                                     \
                result += l->group_rows * l->row_bytes;                                                      \
            } else { /* patch by patch */                                                                    \
                first += l->next;                                                                            \
                result += l->along;                                                                          \
                todo -= 2;                                                                                   \
                rows = todo > 0;                                                                             \
            }                                                                                                \
        }                                                                                                    \
    }
#else
#define BRIM_MVE_DEPTHWISE_CHANNEL(kind, left, stride)                                                       \
    BRIM_INLINE void brim_mve_depthwise_##kind##_##left##_##stride(                                          \
        const brim_mve_depthwise_layout *l, const int8_t *first, const int8_t *w, const int32_t *channel,    \
        int8_t *result, int32_t rows, int8_t *shifted) {                                                     \
        (void)shifted;                                                                                       \
        brim_mve_depthwise_plain(l, first, w, channel, result, rows, stride, kind, left);                    \
    }

/** Results of one channel. */
BRIM_INLINE void brim_mve_depthwise_plain(const brim_mve_depthwise_layout *l, const int8_t *words,
                                          const int8_t *w, const int32_t *channel, int8_t *y, int32_t rows,
                                          int32_t stride, int32_t kind, bool left) {
    const brim_depthwise3x3_s8_mve_params *const p = l->p;
    const brim_mve_filter f = {p->weights, p->channels, 9, p->channel_count, p->out_zero_point, -128, 127};
    for (int32_t r = 0; r < rows; r++) {
        for (int32_t column = 0; column < p->out_w; column++) {
            brim_sum32 sum = brim_sum32_of(channel[0]);
            for (int32_t k = 0; k < 9; k++) {
                const int8_t *const word =
                    words + r / l->group_rows * l->words_bytes + (column * stride + k % 3) * l->bytes;
                sum = brim_sum32_mac(sum, w[k], word[r % l->group_rows + k / 3]);
            }
            y[r * l->row_bytes + column * p->channel_count] = (int8_t)brim_mve_code(
                brim_sum32_value(sum), left ? channel[3] : 0, channel[1], -channel[2], kind, &f);
        }
    }
}
#endif

/** Codes brought into low..high in place. */
BRIM_INLINE void brim_mve_clamp(int8_t *y, int32_t count, int32_t low, int32_t high) {
#if BRIM_MVE
    const int8x16_t lows = __arm_vdupq_n_s8((int8_t)low);
    const int8x16_t highs = __arm_vdupq_n_s8((int8_t)high);
    for (; count >= 16; count -= 16, y += 16)
        __arm_vstrbq_s8(y, __arm_vminq_s8(__arm_vmaxq_s8(__arm_vldrbq_s8(y), lows), highs));
#endif
    for (; count > 0; count--, y++)
        *y = (int8_t)brim_clamp32(*y, low, high);
}

typedef void (*brim_mve_depthwise_function)(const brim_mve_depthwise_layout *l, const int8_t *words,
                                            const int8_t *w, const int32_t *channel, int8_t *y, int32_t rows,
                                            int8_t *shifted);

BRIM_INLINE void brim_mve_depthwise(const brim_depthwise3x3_s8_mve_params *p, const int8_t *x, int8_t *y,
                                    int8_t *scratch, int32_t stride, bool left, bool clamped,
                                    brim_mve_depthwise_function compute) {
    const brim_mve_depthwise_layout l = brim_mve_depthwise_lay_out(p, stride);
    const int32_t channels = p->channel_count;
    int8_t *const zeros = scratch;
    int8_t *const words = scratch + l.bytes / 4;
    int8_t shifted[24] = {0};
    for (int32_t c = 0; c < channels; c++)
        zeros[c] = (int8_t)p->in_zero_point;
    for (int32_t row = 0; row < p->out_h; row += p->strip_rows) {
        const int32_t rows = p->out_h - row < p->strip_rows ? p->out_h - row : p->strip_rows;
        int8_t *to = words;
        for (int32_t r = 0; r < rows; r += l.group_rows, to += l.words_bytes)
            brim_mve_put_words(p, x, (row + r) * stride - p->pad_top, to, zeros, (p->out_w - 1) * stride + 3,
                               stride == 1 && r + 1 < rows ? 4 : 3);
        for (int32_t c = 0; c < channels; c++)
            compute(&l, words + 4 * c, p->weights + 9 * c, p->channels + c * BRIM_MVE_CHANNEL_WORDS(left),
                    y + c, rows, shifted);
        if (clamped)
            brim_mve_clamp(y, rows * l.row_bytes, p->act_min, p->act_max);
        y += rows * l.row_bytes;
    }
}

/*
 * Kernels of every kind (mve_dot.h):
 * - x: input, NHWC, one batch, any alignment;
 * - y: output, NHWC. May start a lead or more bytes before x and overlap it, the lead as computed by the
 * compiler: a strip's rows are read before its results are written;
 * - scratch: 4-byte aligned; with channels in whole vectors, 1 byte a channel, and 4 bytes for each channel
 * of every column of words (brim_mve_columns) and row of words of a strip.
 */
#define BRIM_DEPTHWISE3X3_S8_MVE(name, suffix, kind, left, clamped, stride)                                  \
    BRIM_MVE_SHARED void brim_mve_depthwise##stride##suffix(const brim_depthwise3x3_s8_mve_params *p,        \
                                                            const int8_t *x, int8_t *y, void *scratch) {     \
        brim_mve_depthwise(p, x, y, scratch, stride, left, clamped,                                          \
                           brim_mve_depthwise_##kind##_##left##_##stride);                                   \
    }                                                                                                        \
    BRIM_KERNEL void brim_##name##_s8_mve##suffix(const brim_depthwise3x3_s8_mve_params *p, const int8_t *x, \
                                                  int8_t *y, void *scratch) {                                \
        brim_mve_depthwise##stride##suffix(p, x, y, scratch);                                                \
    }
#define BRIM_DEPTHWISE3X3_S8_MVE_KINDS(name, stride)                                                         \
    BRIM_MVE_DEPTHWISE_CHANNEL(BRIM_MVE_RELU, 0, stride)                                                     \
    BRIM_MVE_DEPTHWISE_CHANNEL(BRIM_MVE_RELU, 1, stride)                                                     \
    BRIM_MVE_DEPTHWISE_CHANNEL(BRIM_MVE_LINEAR, 0, stride)                                                   \
    BRIM_MVE_DEPTHWISE_CHANNEL(BRIM_MVE_LINEAR, 1, stride)                                                   \
    BRIM_MVE_DEPTHWISE_CHANNEL(BRIM_MVE_SINGLE, 0, stride)                                                   \
    BRIM_MVE_DEPTHWISE_CHANNEL(BRIM_MVE_SINGLE, 1, stride)                                                   \
    BRIM_DEPTHWISE3X3_S8_MVE(name, , BRIM_MVE_LINEAR, 0, 0, stride)                                          \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _relu, BRIM_MVE_RELU, 0, 0, stride)                                       \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _clamped, BRIM_MVE_LINEAR, 0, 1, stride)                                  \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _single, BRIM_MVE_SINGLE, 0, 0, stride)                                   \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _single_clamped, BRIM_MVE_SINGLE, 0, 1, stride)                           \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _left, BRIM_MVE_LINEAR, 1, 0, stride)                                     \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _relu_left, BRIM_MVE_RELU, 1, 0, stride)                                  \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _left_clamped, BRIM_MVE_LINEAR, 1, 1, stride)                             \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _single_left, BRIM_MVE_SINGLE, 1, 0, stride)                              \
    BRIM_DEPTHWISE3X3_S8_MVE(name, _single_left_clamped, BRIM_MVE_SINGLE, 1, 1, stride)
BRIM_DEPTHWISE3X3_S8_MVE_KINDS(depthwise3x3, 1)
BRIM_DEPTHWISE3X3_S8_MVE_KINDS(depthwise3x3_stride2, 2)
