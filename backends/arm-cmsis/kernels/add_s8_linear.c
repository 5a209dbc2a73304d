/**
 * @file add_s8_linear.c
 * @brief Sum of two int8 tensors of one shape as a linear form of the two codes.
 *
 * TFLite's sum rescales both operands and then the sum, three roundings in all. There are only 65536 pairs of
 * codes, so the compiler looks for numbers A, B, C with result = saturate((A a + B b + C) >> 22) for every
 * pair, and uses this kernel only if it has found them. 22 is the most that cannot overflow where results
 * stay within about +-500 before saturation.
 */
#include "clamp_s8.h"
#include "mve.h"

/** Parameters of brim_add_s8_linear. */
typedef struct {
    int32_t elements; /**< elements of each tensor */
    int32_t factor_a; /**< A */
    int32_t factor_b; /**< B */
    int32_t constant; /**< C; every A a + B b and A a + B b + C fits 32 bits */
    int32_t act_min;  /**< least code */
    int32_t act_max;  /**< greatest code */
} brim_add_s8_linear_params;

/** x / 2^22, rounded down, saturated to int8: one SSAT with its shift. */
BRIM_INLINE int32_t brim_ssat8_shift22(int32_t x) {
#if defined(__thumb2__)
    int32_t code;
    __asm__("ssat %0, #8, %1, asr #22" : "=r"(code) : "r"(x));
    return code;
#else
    return BRIM_SSAT(x >> 22, 8);
#endif
}

/** A a + B b + C: two MLA, which GCC 12 splits into products and sums of its own accord. */
BRIM_INLINE int32_t brim_linear_form(const brim_add_s8_linear_params *p, int32_t a, int32_t b) {
#if defined(__thumb2__)
    int32_t sum;
    __asm__("mla %0, %1, %2, %3" : "=r"(sum) : "r"(p->factor_a), "r"(a), "r"(p->constant));
    __asm__("mla %0, %1, %2, %0" : "+r"(sum) : "r"(p->factor_b), "r"(b));
    return sum;
#else
    return brim_add32(brim_mac32(p->factor_a * a, p->factor_b, b), p->constant);
#endif
}

#if BRIM_MVE
/** Four sums, brought into low..high. */
BRIM_INLINE int32x4_t brim_linear_forms(const brim_add_s8_linear_params *p, int32x4_t a, int32x4_t b,
                                        int32x4_t low, int32x4_t high) {
    const int32x4_t sum =
        __arm_vaddq_n_s32(__arm_vmlaq_n_s32(__arm_vmulq_n_s32(a, p->factor_a), b, p->factor_b), p->constant);
    return __arm_vminq_s32(__arm_vmaxq_s32(__arm_vshrq_n_s32(sum, 22), low), high);
}

/** In place over either operand, or any distance before it. */
BRIM_KERNEL void brim_add_s8_linear(const brim_add_s8_linear_params *p, const int8_t *a, const int8_t *b,
                                    int8_t *y) {
    const brim_add_s8_linear_params form = *p;
    const int32x4_t low = __arm_vdupq_n_s32(form.act_min);
    const int32x4_t high = __arm_vdupq_n_s32(form.act_max);
    int32_t todo = form.elements;
    for (; todo >= 4; todo -= 4, a += 4, b += 4, y += 4)
        __arm_vstrbq_s32(y, brim_linear_forms(&form, __arm_vldrbq_s32(a), __arm_vldrbq_s32(b), low, high));
    if (todo > 0) {
        const mve_pred16_t some = __arm_vctp32q((uint32_t)todo);
        __arm_vstrbq_p_s32(
            y, brim_linear_forms(&form, __arm_vldrbq_z_s32(a, some), __arm_vldrbq_z_s32(b, some), low, high),
            some);
    }
}
#else
/** In place over either operand, or any distance before it. */
BRIM_KERNEL void brim_add_s8_linear(const brim_add_s8_linear_params *p, const int8_t *a, const int8_t *b,
                                    int8_t *y) {
    const brim_add_s8_linear_params form = *p;
    const int8_t *const end = a + p->elements;
    const int8_t *const end4 = a + (p->elements & ~3);
    for (; a != end4; a += 4, b += 4, y += 4) {
        const int32_t s0 = brim_linear_form(&form, a[0], b[0]);
        const int32_t s1 = brim_linear_form(&form, a[1], b[1]);
        const int32_t s2 = brim_linear_form(&form, a[2], b[2]);
        const int32_t s3 = brim_linear_form(&form, a[3], b[3]);
        y[0] = (int8_t)brim_ssat8_shift22(s0);
        y[1] = (int8_t)brim_ssat8_shift22(s1);
        y[2] = (int8_t)brim_ssat8_shift22(s2);
        y[3] = (int8_t)brim_ssat8_shift22(s3);
    }
    for (; a != end; a++, b++, y++)
        *y = (int8_t)brim_ssat8_shift22(brim_linear_form(&form, *a, *b));
    if (form.act_min > -128 || form.act_max < 127) {
        brim_clamp_s8(y - form.elements, form.elements, form.act_min, form.act_max);
    }
}
#endif
