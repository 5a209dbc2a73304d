/**
 * @file lanes_dual16_plane.h
 * @brief Sums of a depthwise 3 x 3 convolution over a plane of words with two pixels each, and their codes.
 *
 * Rows of the plane have output columns + 2 words for stride 1. For stride 2 the even columns come first
 * (output columns + 1 words), then the odd ones, so that neighbouring outputs read neighbouring words.
 */
#ifndef BRIM_LANES_DUAL16_PLANE_H
#define BRIM_LANES_DUAL16_PLANE_H

#include "lanes_short.h"

/** Rows of a plane, in the order that the assembly reads it. Two codes are a and b, a from the upper rows. */
typedef struct {
    int32_t step_a, step_b; /**< bytes from a code to that of the next column; 0 for rows of padding */
    uint32_t offset;        /**< added to both codes, modulo 256; 0 or not decides the loop */
    int32_t second; /**< bytes from the first word of a row to the second, which lie apart for stride 2 */
    int32_t next_a, next_b; /**< bytes from behind the last code of a row to the first of the next */
    int32_t pairs;          /**< of columns */
    int32_t odd;            /**< 1 if there is one column more */
    int32_t gap;            /**< bytes from behind the last pair of words to the first of the next row */
    uint32_t rows;
} brim_lanes_plane_rows;

/** Sums of a plane, in the order that the assembly reads it. */
typedef struct {
    uint32_t weights[9]; /**< row by row; for stride 2 a row's last before its middle one */
    int32_t gap;         /**< bytes from the end of a row's sums to the next row of outputs */
    uint32_t pairs;      /**< 1 if a row ends with a block of two columns */
    uint32_t rows;       /**< rows of outputs, two pixels a word */
    uint32_t start;      /**< of both lanes */
    int32_t hop;         /**< bytes from a row's second tap to the third */
    int32_t columns;     /**< bytes of a row of sums: also from its third tap to the next row's first */
    int32_t back;        /**< bytes from the last tap of a window to the first */
    int32_t fours;       /**< bytes of a row's blocks of four columns */
    int32_t step;        /**< bytes from one row of outputs to the next */
    int32_t threes;      /**< bytes of its blocks of four and of three */
} brim_lanes_plane;

/** Codes of a plane's sums, in the order that the assembly reads it. */
typedef struct {
    uint32_t high, low; /**< halves of the factor */
    int32_t shift;      /**< right shift, 17 to 31 */
    uint32_t add_low;   /**< added to the product with the low half */
    int32_t add;        /**< added to the rest, the least code taken off */
    int32_t greatest;   /**< greatest code less the least */
    int32_t step;       /**< bytes from a code to that of the next column */
    int32_t distance;   /**< bytes from the low lane's code to the high lane's */
    int32_t columns;    /**< bytes of a row of sums */
    int32_t gap;        /**< bytes between the rows of sums */
    uint32_t rows;      /**< rows of sums */
    int32_t least;      /**< least code */
} brim_lanes_plane_store;

#if BRIM_LANES_THUMB1
/**
 * Fills rows of a plane.
 *
 * @param rows  how
 * @param a     first code of the low lanes
 * @param b     first code of the high lanes
 * @param to    the first row's first word
 */
__attribute__((naked, noinline, unused)) static void
brim_lanes_plane_pack(const brim_lanes_plane_rows *rows __attribute__((unused)),
                      const uint8_t *a __attribute__((unused)), const uint8_t *b __attribute__((unused)),
                      uint32_t *to __attribute__((unused))) {
    /* r0 a, r1 b, r2 and r3 words, r4 and r5 two of them, r6, r7 pairs; r8 step_a, r9 step_b, r10 offset of
     * both lanes, r11 mask. At the stack pointer: next_a, next_b, pairs, odd, gap, rows, second. */
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r4-r7}\n"
                     "ldmia r0!, {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "lsls r5, r6, #16\n"
                     "adds r6, r6, r5\n"
                     "mov r10, r6\n"
                     "push {r7}\n"
                     "movs r5, #255\n"
                     "lsls r4, r5, #16\n"
                     "adds r5, r5, r4\n"
                     "mov r11, r5\n"
                     "mov r12, r3\n"
                     "mov lr, r2\n"
                     "ldmia r0!, {r2-r7}\n"
                     "push {r2-r7}\n"
                     "movs r0, r1\n"
                     "mov r1, lr\n"
                     "mov r2, r12\n"
                     ".macro brim_d16_word word, offset\n"
                     "ldrb \\word, [r1]\n"
                     "ldrb r6, [r0]\n"
                     "lsls \\word, \\word, #16\n"
                     "orrs \\word, r6\n"
                     ".if \\offset\n"
                     "add \\word, r10\n"
                     "mov r6, r11\n"
                     "ands \\word, r6\n"
                     ".endif\n"
                     "add r0, r8\n"
                     "add r1, r9\n"
                     ".endm\n"
                     /* All rows. Words of two columns lie side by side for stride 1, else apart. */
                     ".macro brim_d16_rows apart, offset\n"
                     "1:\n"
                     ".if \\apart\n"
                     "ldr r3, [sp, #24]\n"
                     "adds r3, r3, r2\n"
                     ".endif\n"
                     "ldr r7, [sp, #8]\n"
                     "cmp r7, #0\n"
                     "beq 3f\n"
                     "2:\n"
                     "brim_d16_word r4, \\offset\n"
                     "brim_d16_word r5, \\offset\n"
                     ".if \\apart\n"
                     "stmia r2!, {r4}\n"
                     "stmia r3!, {r5}\n"
                     ".else\n"
                     "stmia r2!, {r4, r5}\n"
                     ".endif\n"
                     "subs r7, r7, #1\n"
                     "bne 2b\n"
                     "3:\n"
                     "ldr r7, [sp, #12]\n"
                     "cmp r7, #0\n"
                     "beq 4f\n"
                     "brim_d16_word r4, \\offset\n"
                     "str r4, [r2]\n"
                     "4:\n"
                     "ldr r6, [sp]\n"
                     "adds r0, r0, r6\n"
                     "ldr r6, [sp, #4]\n"
                     "adds r1, r1, r6\n"
                     "ldr r6, [sp, #16]\n"
                     "adds r2, r2, r6\n"
                     "ldr r6, [sp, #20]\n"
                     "subs r6, r6, #1\n"
                     "str r6, [sp, #20]\n"
                     "bne 1b\n"
                     "b 9f\n"
                     ".endm\n"
                     "ldr r3, [sp, #24]\n"
                     "mov r7, r10\n"
                     "cmp r3, #4\n"
                     "bne 6f\n"
                     "cmp r7, #0\n"
                     "bne 5f\n"
                     "brim_d16_rows 0, 0\n"
                     "5:\n"
                     "brim_d16_rows 0, 1\n"
                     "6:\n"
                     "cmp r7, #0\n"
                     "bne 7f\n"
                     "brim_d16_rows 1, 0\n"
                     "7:\n"
                     "brim_d16_rows 1, 1\n"
                     ".purgem brim_d16_rows\n"
                     ".purgem brim_d16_word\n"
                     "9:\n"
                     "add sp, #28\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n");
}

/**
 * Replaces the first words of each row of outputs by its sums, low lane first row, high lane second.
 *
 * @param plane  what to compute
 * @param words  the plane
 */
__attribute__((naked, noinline, unused)) static void brim_lanes_plane_sums(const brim_lanes_plane *plane
                                                                           __attribute__((unused)),
                                                                           uint32_t *words
                                                                           __attribute__((unused))) {
    /* r0 the plane, r1 a weight; r8 hop, r9 columns, r10 back, r11 end of the row's blocks of four, r12 step,
     * lr end of its blocks of three. At the stack pointer: weights, gap, pairs, rows, start. */
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r4-r7}\n"
                     "adds r0, #28\n"
                     "ldmia r0!, {r2-r7}\n"
                     "push {r2-r7}\n"
                     "ldmia r0!, {r2-r7}\n"
                     "mov r8, r2\n"
                     "mov r9, r3\n"
                     "mov r10, r4\n"
                     "adds r5, r5, r1\n"
                     "mov r11, r5\n"
                     "mov r12, r6\n"
                     "adds r7, r7, r1\n"
                     "mov lr, r7\n"
                     "subs r0, #76\n"
                     "ldmia r0!, {r2-r7}\n"
                     "ldr r0, [r0]\n"
                     "push {r0}\n"
                     "push {r2-r7}\n"
                     "movs r0, r1\n"
                     ".macro brim_d16_tap4 at\n"
                     "ldr r1, [sp, #\\at]\n"
                     "ldmia r0!, {r2, r3}\n"
                     "muls r2, r1\n"
                     "muls r3, r1\n"
                     "adds r4, r4, r2\n"
                     "adds r5, r5, r3\n"
                     "ldmia r0!, {r2, r3}\n"
                     "muls r2, r1\n"
                     "muls r1, r3\n"
                     "adds r6, r6, r2\n"
                     "adds r7, r7, r1\n"
                     ".endm\n"
                     ".macro brim_d16_tap3 at\n"
                     "ldr r1, [sp, #\\at]\n"
                     "ldmia r0!, {r2, r3, r4}\n"
                     "muls r2, r1\n"
                     "muls r3, r1\n"
                     "muls r4, r1\n"
                     "adds r5, r5, r2\n"
                     "adds r6, r6, r3\n"
                     "adds r7, r7, r4\n"
                     ".endm\n"
                     ".macro brim_d16_tap2 at\n"
                     "ldr r1, [sp, #\\at]\n"
                     "ldmia r0!, {r2, r3}\n"
                     "muls r2, r1\n"
                     "muls r3, r1\n"
                     "adds r6, r6, r2\n"
                     "adds r7, r7, r3\n"
                     ".endm\n"
                     ".macro brim_d16_row width, first, second, third\n"
                     "brim_d16_tap\\width \\first\n"
                     "subs r0, #4 * \\width - 4\n"
                     "brim_d16_tap\\width \\second\n"
                     "subs r0, #4 * \\width\n"
                     "add r0, r8\n"
                     "brim_d16_tap\\width \\third\n"
                     "subs r0, #4 * \\width\n"
                     ".endm\n"
                     ".macro brim_d16_window width\n"
                     "brim_d16_row \\width, 0, 4, 8\n"
                     "add r0, r9\n"
                     "brim_d16_row \\width, 12, 16, 20\n"
                     "add r0, r9\n"
                     "brim_d16_row \\width, 24, 28, 32\n"
                     "add r0, r10\n"
                     ".endm\n"
                     "1:\n" /* a row of outputs */
                     "cmp r0, r11\n"
                     "bne 2f\n"
                     "b 3f\n"
                     "2:\n"
                     "ldr r4, [sp, #48]\n"
                     "movs r5, r4\n"
                     "movs r6, r4\n"
                     "movs r7, r4\n"
                     "brim_d16_window 4\n"
                     "stmia r0!, {r4, r5, r6, r7}\n"
                     "cmp r0, r11\n"
                     "beq 3f\n"
                     "b 2b\n"
                     "3:\n"
                     "cmp r0, lr\n"
                     "beq 5f\n"
                     "4:\n"
                     "ldr r5, [sp, #48]\n"
                     "movs r6, r5\n"
                     "movs r7, r5\n"
                     "brim_d16_window 3\n"
                     "stmia r0!, {r5, r6, r7}\n"
                     "cmp r0, lr\n"
                     "bne 4b\n"
                     "5:\n"
                     "ldr r1, [sp, #40]\n"
                     "cmp r1, #0\n"
                     "beq 6f\n"
                     "ldr r6, [sp, #48]\n"
                     "movs r7, r6\n"
                     "brim_d16_window 2\n"
                     "stmia r0!, {r6, r7}\n"
                     "6:\n"
                     ".purgem brim_d16_window\n"
                     ".purgem brim_d16_row\n"
                     ".purgem brim_d16_tap4\n"
                     ".purgem brim_d16_tap3\n"
                     ".purgem brim_d16_tap2\n"
                     "add r11, r12\n"
                     "add lr, r12\n"
                     "ldr r1, [sp, #36]\n"
                     "adds r0, r0, r1\n"
                     "ldr r1, [sp, #44]\n"
                     "subs r1, r1, #1\n"
                     "str r1, [sp, #44]\n"
                     "beq 7f\n"
                     "b 1b\n"
                     "7:\n"
                     "add sp, #52\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n");
}

/**
 * Codes of both lanes of a plane's sums.
 *
 * @param store  how
 * @param sums   the first row
 * @param to     the low lane's first code
 */
__attribute__((naked, noinline, unused)) static void
brim_lanes_plane_codes(const brim_lanes_plane_store *store __attribute__((unused)),
                       const uint32_t *sums __attribute__((unused)), uint8_t *to __attribute__((unused))) {
    /* r0 sums, r1 codes, r2 high, r3 low, r4 shift, r5 a word, r6 a code, r7; r8 add_low, r9 add, r10
     * greatest, r11 step, r12 distance, lr end of the row. At the stack pointer: columns, gap, rows, least.
     */
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r4-r7}\n"
                     "adds r0, #32\n"
                     "ldmia r0!, {r4-r7}\n"
                     "push {r4-r7}\n"
                     "subs r0, #36\n"
                     "ldmia r0!, {r3-r7}\n"
                     "mov r8, r3\n"
                     "mov r9, r4\n"
                     "mov r10, r5\n"
                     "mov r11, r6\n"
                     "mov r12, r7\n"
                     "subs r0, #32\n"
                     "movs r5, r1\n"
                     "movs r1, r2\n"
                     "ldmia r0!, {r2-r4}\n"
                     "movs r0, r5\n"
                     ".macro brim_d16_code\n"
                     "movs r7, r6\n"
                     "muls r7, r3\n"
                     "add r7, r8\n"
                     "lsrs r7, r7, #16\n"
                     "muls r6, r2\n"
                     "adds r6, r6, r7\n"
                     "add r6, r9\n"
                     "asrs r6, r4\n"
                     "asrs r7, r6, #31\n"
                     "bics r6, r7\n"
                     "cmp r6, r10\n"
                     ".endm\n"
                     /* Two columns; codes above the greatest are seldom. With and without a least code. */
                     ".macro brim_d16_columns least\n"
                     "2:\n"
                     "ldmia r0!, {r5}\n"
                     "lsrs r6, r5, #16\n"
                     "brim_d16_code\n"
                     "bgt 6f\n"
                     "3:\n"
                     ".if \\least\n"
                     "ldr r7, [sp, #12]\n"
                     "adds r6, r6, r7\n"
                     ".endif\n"
                     "mov r7, r12\n"
                     "strb r6, [r1, r7]\n"
                     "uxth r6, r5\n"
                     "brim_d16_code\n"
                     "bgt 7f\n"
                     "4:\n"
                     ".if \\least\n"
                     "ldr r7, [sp, #12]\n"
                     "adds r6, r6, r7\n"
                     ".endif\n"
                     "strb r6, [r1]\n"
                     "add r1, r11\n"
                     "cmp r0, lr\n"
                     "bne 2b\n"
                     "b 8f\n"
                     "6:\n"
                     "mov r6, r10\n"
                     "b 3b\n"
                     "7:\n"
                     "mov r6, r10\n"
                     "b 4b\n"
                     ".endm\n"
                     "1:\n" /* a row */
                     "ldr r5, [sp]\n"
                     "adds r5, r5, r0\n"
                     "mov lr, r5\n"
                     "ldr r5, [sp, #12]\n"
                     "cmp r5, #0\n"
                     "bne 5f\n"
                     "brim_d16_columns 0\n"
                     "5:\n"
                     "brim_d16_columns 1\n"
                     "8:\n"
                     ".purgem brim_d16_columns\n"
                     ".purgem brim_d16_code\n"
                     "ldr r5, [sp, #4]\n"
                     "adds r0, r0, r5\n"
                     "ldr r5, [sp, #8]\n"
                     "subs r5, r5, #1\n"
                     "str r5, [sp, #8]\n"
                     "bne 1b\n"
                     "add sp, #16\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n");
}
#else
BRIM_INLINE void brim_lanes_plane_pack(const brim_lanes_plane_rows *rows, const uint8_t *a, const uint8_t *b,
                                       uint32_t *to) {
    const uint32_t offset = rows->offset;
    const int32_t step_a = rows->step_a, step_b = rows->step_b, count = 2 * rows->pairs + rows->odd;
    const int32_t second = rows->second / 4, step = second == 1 ? 2 : 1;
    for (uint32_t r = rows->rows; r != 0; r--, a += rows->next_a, b += rows->next_b) {
        for (int32_t i = 0; i < count; i++, a += step_a, b += step_b)
            to[(i & 1) * second + (i >> 1) * step] =
                (uint32_t)(uint8_t)(*a + offset) | (uint32_t)(uint8_t)(*b + offset) << 16;
        to += rows->pairs * step + rows->gap / 4;
    }
}

BRIM_INLINE void brim_lanes_plane_sums(const brim_lanes_plane *plane, uint32_t *words) {
    const uint32_t *const w = plane->weights;
    const int32_t third = 1 + plane->hop / 4, row = third + plane->columns / 4;
    const int32_t columns = plane->columns / 4;
    for (uint32_t rows = plane->rows; rows != 0; rows--, words += plane->step / 4)
        for (uint32_t *at = words, *end = words + columns; at < end; at++) {
            const uint32_t *next = at + row, *last = at + 2 * row;
            uint32_t sum = plane->start;
            sum += at[0] * w[0] + at[1] * w[1] + at[third] * w[2];
            sum += next[0] * w[3] + next[1] * w[4] + next[third] * w[5];
            sum += last[0] * w[6] + last[1] * w[7] + last[third] * w[8];
            *at = sum;
        }
}

BRIM_INLINE uint8_t brim_lanes_plane_code(const brim_lanes_plane_store *s, uint32_t sum) {
    const uint32_t carry = (sum * s->low + s->add_low) >> 16;
    const int32_t code = brim_add32_wrap(s->add, (int32_t)(sum * s->high + carry)) >> s->shift;
    return (uint8_t)(brim_clamp32(code, 0, s->greatest) + s->least);
}

BRIM_INLINE void brim_lanes_plane_codes(const brim_lanes_plane_store *store, const uint32_t *sums,
                                        uint8_t *to) {
    const brim_lanes_plane_store s = *store;
    for (uint32_t rows = s.rows; rows != 0; rows--, sums += s.gap / 4)
        for (const uint32_t *end = sums + s.columns / 4; sums < end; sums++, to += s.step) {
            to[s.distance] = brim_lanes_plane_code(&s, *sums >> 16);
            to[0] = brim_lanes_plane_code(&s, *sums & 0xFFFFu);
        }
}
#endif

#endif
