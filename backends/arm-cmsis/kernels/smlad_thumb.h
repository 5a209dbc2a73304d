/**
 * @file smlad_thumb.h
 * @brief The blocks of smlad_dot.h by hand: all fourteen registers are in use, which no compiler tried here
 * allocates.
 *
 * A block keeps its state on the stack, in words from the stack pointer on:
 *   0 end of the activations   1 where the loop returns to   2 code bytes to skip   3 activations
 *   4 results                  5 channels to do              6 out_c                7 out_offset   8 channel
 * stream and the weight stream in r6. The loops over the taps end with a jump to word 1, so that all blocks
 * share them.
 *
 * ADR counts from a multiple of four: its .balign makes the linker keep the assembler's view of the address,
 * also where the compiler aligns functions to two bytes only (-O1, -Os).
 */
#ifndef SMLAD_THUMB_H
#define SMLAD_THUMB_H

/* One step of four taps, two channels, three pixels: 24 products in 17 instructions of 4 bytes each.
 * r0-r2 sums of channel a, r3-r5 joint sums, r6 weights, r7 activations. */
#define BRIM_SMLAD_STEP3                                                                                     \
    "ldrd r11, r12, [r6], #8\n"                                                                              \
    "ldmia.w r7!, {r8, r9, r10}\n"                                                                           \
    "sxtb16 lr, r11\n"                                                                                       \
    "smlad r0, lr, r8, r0\n"                                                                                 \
    "smlad r3, r11, r8, r3\n"                                                                                \
    "smlad r1, lr, r9, r1\n"                                                                                 \
    "smlad r4, r11, r9, r4\n"                                                                                \
    "smlad r2, lr, r10, r2\n"                                                                                \
    "smlad r5, r11, r10, r5\n"                                                                               \
    "ldmia.w r7!, {r8, r9, r10}\n"                                                                           \
    "sxtb16 lr, r12\n"                                                                                       \
    "smlad r0, lr, r8, r0\n"                                                                                 \
    "smlad r3, r12, r8, r3\n"                                                                                \
    "smlad r1, lr, r9, r1\n"                                                                                 \
    "smlad r4, r12, r9, r4\n"                                                                                \
    "smlad r2, lr, r10, r2\n"                                                                                \
    "smlad r5, r12, r10, r5\n"

/** Bytes of code to jump over in the first pass of 16 steps, so that whole passes remain of n steps. */
#define BRIM_SMLAD_SKIP3(n) ((0u - (uint32_t)(n)) % 16u * 68u)

/* One step of eight taps, two channels, one pixel: 16 products in 14 instructions of 4 bytes each.
 * r0 sum of channel a, r3 joint sum, r6 weights, r7 activations. */
#define BRIM_SMLAD_STEP1                                                                                     \
    "ldmia.w r6!, {r1, r2, r4, r5}\n"                                                                        \
    "ldmia.w r7!, {r8, r10, r11, r12}\n"                                                                     \
    "sxtb16 lr, r1\n"                                                                                        \
    "smlad r0, lr, r8, r0\n"                                                                                 \
    "smlad r3, r1, r8, r3\n"                                                                                 \
    "sxtb16 lr, r2\n"                                                                                        \
    "smlad r0, lr, r10, r0\n"                                                                                \
    "smlad r3, r2, r10, r3\n"                                                                                \
    "sxtb16 lr, r4\n"                                                                                        \
    "smlad r0, lr, r11, r0\n"                                                                                \
    "smlad r3, r4, r11, r3\n"                                                                                \
    "sxtb16 lr, r5\n"                                                                                        \
    "smlad r0, lr, r12, r0\n"                                                                                \
    "smlad r3, r5, r12, r3\n"

/** The same for one pixel, with passes of 8 steps of eight taps; bit 0 says that four taps come before. */
#define BRIM_SMLAD_SKIP1(n) ((0u - (uint32_t)(n) / 2u) % 8u * 56u + ((uint32_t)(n) & 1u))

#define BRIM_TWICE(code) code code
#define BRIM_FOUR_TIMES(code) BRIM_TWICE(code) BRIM_TWICE(code)
#define BRIM_EIGHT_TIMES(code) BRIM_FOUR_TIMES(code) BRIM_FOUR_TIMES(code)

/* In: sums r0-r5, weights r6, activations r7, code bytes to skip r9. Reached by a jump, left by a jump. */
__attribute__((naked, noinline, unused)) static void brim_smlad_loop3(void) {
    __asm__ volatile("add pc, r9\n"
                     "nop\n" /* pc reads as the address of label 1 */
                     "1:\n" BRIM_EIGHT_TIMES(BRIM_TWICE(BRIM_SMLAD_STEP3)) "ldr r8, [sp]\n"
                                                                           "cmp r7, r8\n"
                                                                           "bne.w 1b\n"
                                                                           "ldr pc, [sp, #4]\n");
}

/* In: sums r0 and r3, weights r6, activations r7, end of the activations r9, code bytes to skip r8. */
__attribute__((naked, noinline, unused)) static void brim_smlad_loop1(void) {
    __asm__ volatile("lsrs r1, r8, #1\n" /* carry = bit 0 */
                     "bcc 2f\n"
                     "ldrd r1, r2, [r6], #8\n"
                     "ldrd r4, r5, [r7], #8\n"
                     "sxtb16 lr, r1\n"
                     "smlad r0, lr, r4, r0\n"
                     "smlad r3, r1, r4, r3\n"
                     "sxtb16 lr, r2\n"
                     "smlad r0, lr, r5, r0\n"
                     "smlad r3, r2, r5, r3\n"
                     "sub.w r8, r8, #1\n"
                     "2:\n"
                     "add pc, r8\n"
                     "nop\n"
                     "1:\n" BRIM_EIGHT_TIMES(BRIM_SMLAD_STEP1) "cmp r7, r9\n"
                                                               "bne.w 1b\n"
                                                               "ldr pc, [sp, #4]\n");
}

/* x = code(x), by brim_smlad_code; t is a free register for kind LINEAR. */
#define BRIM_CODE_RELU(x, m, half, shift, t)                                                                 \
    "smmlar " x ", " x ", " m ", " half "\n"                                                                 \
    "asr " x ", " x ", " shift "\n"                                                                          \
    "ssat " x ", #8, " x ", asr #1\n"
#define BRIM_CODE_SINGLE(x, m, half, shift, t)                                                               \
    "smmla " x ", " x ", " m ", " half "\n"                                                                  \
    "asr " x ", " x ", " shift "\n"                                                                          \
    "ssat " x ", #8, " x ", asr #1\n"
#define BRIM_CODE_LINEAR(x, m, half, shift, t)                                                               \
    "add " t ", " half ", " x ", asr #31\n"                                                                  \
    "smmlar " x ", " x ", " m ", " t "\n"                                                                    \
    "asr " x ", " x ", " shift "\n"                                                                          \
    "ssat " x ", #8, " x ", asr #1\n"

/* Rescales the three sums of each channel, stores them, goes on with the next pair. */
#define BRIM_SMLAD_BLOCK3(CODE)                                                                              \
    "push {r0-r8}\n"                                                                                         \
    ".balign 4\n"                                                                                            \
    "adr.w lr, 2f\n"                                                                                         \
    "add.w lr, lr, #1\n"                                                                                     \
    "str lr, [sp, #4]\n"                                                                                     \
    "mov lr, r8\n"                                                                                           \
    "mov r6, r9\n"                                                                                           \
    "1:\n"                                                                                                   \
    "ldrd r0, r3, [lr], #8\n"                                                                                \
    "str lr, [sp, #32]\n"                                                                                    \
    "mov r1, r0\n"                                                                                           \
    "mov r2, r0\n"                                                                                           \
    "mov r4, r3\n"                                                                                           \
    "mov r5, r3\n"                                                                                           \
    "ldrd r9, r7, [sp, #8]\n"                                                                                \
    "b.w %c[loop]\n"                                                                                         \
    "2:\n"                                                                                                   \
    "ldr lr, [sp, #32]\n"                                                                                    \
    "ldr r7, [sp, #28]\n"                                                                                    \
    "ldmia.w lr!, {r8, r9, r10}\n"                                                                           \
    "subs r3, r3, r0\n"                                                                                      \
    "subs r4, r4, r1\n"                                                                                      \
    "subs r5, r5, r2\n"                                                                                      \
    "lsls r0, r0, #1\n"                                                                                      \
    "lsls r1, r1, #1\n"                                                                                      \
    "lsls r2, r2, #1\n"                                                                                      \
    "asrs r3, r3, #7\n"                                                                                      \
    "asrs r4, r4, #7\n"                                                                                      \
    "asrs r5, r5, #7\n"                                                                                      \
    "lsl r12, r7, r10\n" CODE("r0", "r8", "r12", "r10", "r11") CODE("r1", "r8", "r12", "r10", "r11")         \
        CODE("r2", "r8", "r12", "r10", "r11") "lsr r11, r10, #8\n"                                           \
                                              "lsl r7, r7, r11\n" CODE("r3", "r9", "r7", "r11", "r12")       \
                                                  CODE("r4", "r9", "r7", "r11", "r12")                       \
                                                      CODE("r5", "r9", "r7", "r11",                          \
                                                           "r12") "ldrd r10, r12, [sp, #16]\n"               \
                                                                  "ldr r11, [sp, #24]\n"                     \
                                                                  "subs.w r12, r12, #2\n"                    \
                                                                  "blt 3f\n"                                 \
                                                                  "bfi r0, r3, #8, #8\n"                     \
                                                                  "bfi r1, r4, #8, #8\n"                     \
                                                                  "bfi r2, r5, #8, #8\n"                     \
                                                                  "strh r1, [r10, r11]\n"                    \
                                                                  "strh r2, [r10, r11, lsl #1]\n"            \
                                                                  "strh r0, [r10], #2\n"                     \
                                                                  "strd r10, r12, [sp, #16]\n"               \
                                                                  "bne 1b\n"                                 \
                                                                  "b 4f\n"                                   \
                                                                  "3:\n"                                     \
                                                                  "strb r1, [r10, r11]\n"                    \
                                                                  "strb r2, [r10, r11, lsl #1]\n"            \
                                                                  "strb r0, [r10]\n"                         \
                                                                  "4:\n"                                     \
                                                                  "add sp, #36\n"

/* The same at one pixel; r9 keeps the end of the activations. */
#define BRIM_SMLAD_BLOCK1(CODE)                                                                              \
    "push {r0-r8}\n"                                                                                         \
    ".balign 4\n"                                                                                            \
    "adr.w lr, 2f\n"                                                                                         \
    "add.w lr, lr, #1\n"                                                                                     \
    "str lr, [sp, #4]\n"                                                                                     \
    "mov lr, r8\n"                                                                                           \
    "mov r6, r9\n"                                                                                           \
    "mov r9, r0\n"                                                                                           \
    "1:\n"                                                                                                   \
    "ldrd r0, r3, [lr], #8\n"                                                                                \
    "str lr, [sp, #32]\n"                                                                                    \
    "ldrd r8, r7, [sp, #8]\n"                                                                                \
    "b.w %c[loop]\n"                                                                                         \
    "2:\n"                                                                                                   \
    "ldr lr, [sp, #32]\n"                                                                                    \
    "ldr r7, [sp, #28]\n"                                                                                    \
    "ldmia.w lr!, {r4, r5, r8}\n"                                                                            \
    "subs r3, r3, r0\n"                                                                                      \
    "lsls r0, r0, #1\n"                                                                                      \
    "asrs r3, r3, #7\n"                                                                                      \
    "lsr r10, r8, #8\n"                                                                                      \
    "lsl r1, r7, r8\n"                                                                                       \
    "lsl r2, r7, r10\n" CODE("r0", "r4", "r1", "r8", "r11")                                                  \
        CODE("r3", "r5", "r2", "r10", "r11") "ldrd r10, r12, [sp, #16]\n"                                    \
                                             "subs.w r12, r12, #2\n"                                         \
                                             "blt 3f\n"                                                      \
                                             "bfi r0, r3, #8, #8\n"                                          \
                                             "strh r0, [r10], #2\n"                                          \
                                             "strd r10, r12, [sp, #16]\n"                                    \
                                             "bne 1b\n"                                                      \
                                             "b 4f\n"                                                        \
                                             "3:\n"                                                          \
                                             "strb r0, [r10]\n"                                              \
                                             "4:\n"                                                          \
                                             "add sp, #36\n"

#define BRIM_SMLAD_RUN(code, loop_name, skip_bytes, end)                                                     \
    register const uint32_t *r0 __asm__("r0") = (end);                                                       \
    register uint32_t r1 __asm__("r1") = 0;                                                                  \
    register uint32_t r2 __asm__("r2") = (skip_bytes);                                                       \
    register const uint32_t *r3 __asm__("r3") = x;                                                           \
    register int8_t *r4 __asm__("r4") = y;                                                                   \
    register int32_t r5 __asm__("r5") = f->out_c;                                                            \
    register int32_t r6 __asm__("r6") = f->out_c;                                                            \
    register int32_t r7 __asm__("r7") = f->out_offset;                                                       \
    register const int32_t *r8 __asm__("r8") = f->channels;                                                  \
    register const uint32_t *r9 __asm__("r9") = f->weights;                                                  \
    __asm__ volatile(code                                                                                    \
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7),       \
                       "+r"(r8), "+r"(r9)                                                                    \
                     : [loop] "i"(loop_name)                                                                 \
                     : "r10", "r11", "r12", "lr", "cc", "memory")

#define BRIM_SMLAD_CODE_BRIM_SMLAD_RELU BRIM_CODE_RELU
#define BRIM_SMLAD_CODE_BRIM_SMLAD_LINEAR BRIM_CODE_LINEAR
#define BRIM_SMLAD_CODE_BRIM_SMLAD_SINGLE BRIM_CODE_SINGLE
#define BRIM_SMLAD_BLOCKS(name, kind)                                                                        \
    BRIM_SHARED void brim_smlad_##name##3(const brim_smlad_filter *f, const uint32_t *x, int8_t *y) {        \
        BRIM_SMLAD_RUN(BRIM_SMLAD_BLOCK3(BRIM_SMLAD_CODE_##kind), brim_smlad_loop3,                          \
                       BRIM_SMLAD_SKIP3(f->steps), x + 6 * f->steps);                                        \
    }                                                                                                        \
    BRIM_SHARED void brim_smlad_##name##1(const brim_smlad_filter *f, const uint32_t *x, int8_t *y) {        \
        BRIM_SMLAD_RUN(BRIM_SMLAD_BLOCK1(BRIM_SMLAD_CODE_##kind), brim_smlad_loop1,                          \
                       BRIM_SMLAD_SKIP1(f->steps), x + 2 * f->steps);                                        \
    }
#endif
