/**
 * @file mla_dot.h
 * @brief The dot products of smlad_dot.h on cores without SMLAD: one multiplication a tap and sum.
 *
 * The streams of weights and channels are the same. A word of the activation stream holds one tap, so that a
 * load gives it extended, and a multiple load gives that of three pixels.
 */
#ifndef MLA_DOT_H
#define MLA_DOT_H

#include "brim/brim_packed.h"

/** Sums of two channels at three pixels, as the assembly reads them. */
typedef struct {
    int32_t a[3];  /**< sum_a */
    int32_t ab[3]; /**< sum_ab */
} brim_mla_sums;

#if defined(__thumb2__) && defined(__OPTIMIZE__)

/* One tap at three pixels: r0-r2 sums of a, r3-r5 joint sums, r6 weights, r7 activations. */
#define BRIM_MLA_TAP                                                                                         \
    "ldmia.w r7!, {r8, r9, r10}\n"                                                                           \
    "ldrsb r11, [r6]\n"                                                                                      \
    "ldrsh r12, [r6], #2\n"                                                                                  \
    "mla r0, r11, r8, r0\n"                                                                                  \
    "mla r3, r12, r8, r3\n"                                                                                  \
    "mla r1, r11, r9, r1\n"                                                                                  \
    "mla r4, r12, r9, r4\n"                                                                                  \
    "mla r2, r11, r10, r2\n"                                                                                 \
    "mla r5, r12, r10, r5\n"

/** Adds the taps of two channels at three pixels to the sums; steps >= 1 times four taps. */
static __attribute__((noinline, unused)) void brim_mla_dot3(const uint32_t *w, const uint32_t *x,
                                                            int32_t steps, brim_mla_sums *sums) {
    register const uint32_t *weights __asm__("r6") = w;
    register const uint32_t *taps __asm__("r7") = x;
    register const uint32_t *end __asm__("lr") = x + 12 * steps;
    register brim_mla_sums *at __asm__("r12") = sums;
    __asm__ volatile("push {r12}\n"
                     "ldmia.w r12, {r0-r5}\n"
                     "1:\n" BRIM_MLA_TAP BRIM_MLA_TAP BRIM_MLA_TAP BRIM_MLA_TAP "cmp r7, lr\n"
                     "bne 1b\n"
                     "pop {r12}\n"
                     "stmia.w r12, {r0-r5}\n"
                     : "+r"(weights), "+r"(taps), "+r"(at)
                     : "r"(end)
                     : "r0", "r1", "r2", "r3", "r4", "r5", "r8", "r9", "r10", "r11", "cc", "memory");
}

#elif defined(__thumb__) && defined(__OPTIMIZE__)

/* One channel's tap at three pixels: the weight in a low register, which is lost, activations r2-r4, r7 free.
 */
#define BRIM_MLA_CHANNEL(weight, sum0, sum1, sum2)                                                           \
    "movs r7, " weight "\n"                                                                                  \
    "muls r7, r2, r7\n"                                                                                      \
    "add " sum0 ", r7\n"                                                                                     \
    "movs r7, " weight "\n"                                                                                  \
    "muls r7, r3, r7\n"                                                                                      \
    "add " sum1 ", r7\n"                                                                                     \
    "muls " weight ", r4, " weight "\n"                                                                      \
    "add " sum2 ", " weight "\n"

/* Two taps of both channels: r0 weights, r1 activations, r8-r10 sums of a, r11, r12 and lr joint sums. */
#define BRIM_MLA_WORD                                                                                        \
    "ldmia r0!, {r5}\n"                                                                                      \
    "ldmia r1!, {r2, r3, r4}\n"                                                                              \
    "sxtb r6, r5\n" BRIM_MLA_CHANNEL("r6", "r8", "r9", "r10") "sxth r6, r5\n" BRIM_MLA_CHANNEL(              \
        "r6", "r11", "r12", "lr") "ldmia r1!, {r2, r3, r4}\n"                                                \
                                  "asrs r5, r5, #16\n"                                                       \
                                  "sxtb r6, r5\n" BRIM_MLA_CHANNEL("r6", "r8", "r9", "r10")                  \
                                      BRIM_MLA_CHANNEL("r5", "r11", "r12", "lr")

/* Multiplications reach the low registers only and sums may lie in the high ones: with all fourteen in use,
 * the six sums stay in registers. Arguments as of the C definition below, by the calling convention. */
__attribute__((naked, noinline, unused)) static void
brim_mla_loop3(const uint32_t *w __attribute__((unused)), const uint32_t *x __attribute__((unused)),
               const uint32_t *end __attribute__((unused)), brim_mla_sums *sums __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r2-r7}\n" /* end, sums, r8-r11 */
                     "ldmia r3!, {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "ldmia r3!, {r4, r5}\n"
                     "mov r12, r4\n"
                     "mov lr, r5\n"
                     "1:\n" BRIM_MLA_WORD BRIM_MLA_WORD "ldr r2, [sp]\n"
                     "cmp r1, r2\n"
                     "bne 1b\n"
                     "pop {r2, r3}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "stmia r3!, {r4-r7}\n"
                     "mov r4, r12\n"
                     "mov r5, lr\n"
                     "stmia r3!, {r4, r5}\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n");
}

/** Adds the taps of two channels at three pixels to the sums; steps >= 1 times four taps. */
BRIM_INLINE void brim_mla_dot3(const uint32_t *w, const uint32_t *x, int32_t steps, brim_mla_sums *sums) {
    brim_mla_loop3(w, x, x + 12 * steps, sums);
}

#else

/** Adds the taps of two channels at three pixels to the sums; steps >= 1 times four taps. */
BRIM_INLINE void brim_mla_dot3(const uint32_t *w, const uint32_t *x, int32_t steps, brim_mla_sums *sums) {
    for (int32_t i = 0; i < 4 * steps; i++, x += 3) {
        const int32_t h = (int16_t)(w[i >> 1] >> (16 * (i & 1)));
        for (int32_t p = 0; p < 3; p++) {
            sums->a[p] = brim_mac32_wrap(sums->a[p], (int8_t)h, (int32_t)x[p]);
            sums->ab[p] = brim_mac32_wrap(sums->ab[p], h, (int32_t)x[p]);
        }
    }
}
#endif

#if defined(__thumb2__) && defined(__OPTIMIZE__)
#define BRIM_MLA_TAP1(x)                                                                                     \
    "ldrsb r4, [%[w]]\n"                                                                                     \
    "ldrsh r5, [%[w]], #2\n"                                                                                 \
    "mla %[a], r4, " x ", %[a]\n"                                                                            \
    "mla %[ab], r5, " x ", %[ab]\n"

/** Adds the taps of two channels at one pixel to the sums. */
BRIM_INLINE void brim_mla_dot1(const uint32_t *w, const uint32_t *x, int32_t steps, int32_t *a, int32_t *ab) {
    const uint32_t *const end = x + 4 * steps;
    int32_t sum_a = *a;
    int32_t sum_ab = *ab;
    __asm__ volatile("1:\n"
                     "ldmia.w %[x]!, {r0, r1, r2, r3}\n" BRIM_MLA_TAP1("r0") BRIM_MLA_TAP1("r1")
                         BRIM_MLA_TAP1("r2") BRIM_MLA_TAP1("r3") "cmp %[x], %[end]\n"
                                                                 "bne 1b\n"
                     : [w] "+r"(w), [x] "+r"(x), [a] "+r"(sum_a), [ab] "+r"(sum_ab)
                     : [end] "r"(end)
                     : "r0", "r1", "r2", "r3", "r4", "r5", "cc", "memory");
    *a = sum_a;
    *ab = sum_ab;
}
#elif defined(__thumb__) && defined(__OPTIMIZE__)
#define BRIM_MLA_WORD1                                                                                       \
    "ldmia r0!, {r5}\n"                                                                                      \
    "ldmia r1!, {r2, r3}\n"                                                                                  \
    "sxtb r6, r5\n"                                                                                          \
    "muls r6, r2, r6\n"                                                                                      \
    "adds r4, r4, r6\n"                                                                                      \
    "sxth r6, r5\n"                                                                                          \
    "muls r6, r2, r6\n"                                                                                      \
    "adds r7, r7, r6\n"                                                                                      \
    "asrs r5, r5, #16\n"                                                                                     \
    "sxtb r6, r5\n"                                                                                          \
    "muls r6, r3, r6\n"                                                                                      \
    "adds r4, r4, r6\n"                                                                                      \
    "muls r5, r3, r5\n"                                                                                      \
    "adds r7, r7, r5\n"

/** Adds the taps of two channels at one pixel to the sums. */
BRIM_INLINE void brim_mla_dot1(const uint32_t *w, const uint32_t *x, int32_t steps, int32_t *a, int32_t *ab) {
    register const uint32_t *weights __asm__("r0") = w;
    register const uint32_t *taps __asm__("r1") = x;
    register const uint32_t *end __asm__("r12") = x + 4 * steps;
    register int32_t sum_a __asm__("r4") = *a;
    register int32_t sum_ab __asm__("r7") = *ab;
    __asm__ volatile(".syntax unified\n"
                     "1:\n" BRIM_MLA_WORD1 BRIM_MLA_WORD1 "cmp r1, r12\n"
                     "bne 1b\n"
                     : "+r"(weights), "+r"(taps), "+r"(sum_a), "+r"(sum_ab)
                     : "r"(end)
                     : "r2", "r3", "r5", "r6", "cc", "memory");
    *a = sum_a;
    *ab = sum_ab;
}
#else
/** Two taps of two channels at one pixel. */
#define BRIM_MLA_WORD1(i)                                                                                    \
    do {                                                                                                     \
        const int32_t h0 = (int16_t)w[i];                                                                    \
        const int32_t h1 = (int32_t)w[i] >> 16;                                                              \
        sum_a = brim_mac32_wrap(sum_a, (int8_t)h0, (int32_t)x[2 * (i)]);                                     \
        sum_ab = brim_mac32_wrap(sum_ab, h0, (int32_t)x[2 * (i)]);                                           \
        sum_a = brim_mac32_wrap(sum_a, (int8_t)h1, (int32_t)x[2 * (i) + 1]);                                 \
        sum_ab = brim_mac32_wrap(sum_ab, h1, (int32_t)x[2 * (i) + 1]);                                       \
    } while (0)

/** Adds the taps of two channels at one pixel to the sums. */
BRIM_INLINE void brim_mla_dot1(const uint32_t *w, const uint32_t *x, int32_t steps, int32_t *a, int32_t *ab) {
    int32_t sum_a = *a;
    int32_t sum_ab = *ab;
    for (; steps >= 2; steps -= 2, w += 4, x += 8) {
        BRIM_MLA_WORD1(0);
        BRIM_MLA_WORD1(1);
        BRIM_MLA_WORD1(2);
        BRIM_MLA_WORD1(3);
    }
    if (steps > 0) {
        BRIM_MLA_WORD1(0);
        BRIM_MLA_WORD1(1);
    }
    *a = sum_a;
    *ab = sum_ab;
}
#endif
#endif
