/**
 * @file lanes_common.h
 * @brief What the narrow-lane kernels share: channel constants, requantization, lane fields.
 *
 * A lane is a bit field of a machine word that holds one running sum. Every lane starts at the largest value
 * its negative products can take away (U * S-), so that it never borrows from its neighbour and reads as a
 * plain unsigned field: it is exact if U * (S+ + S-) <= 2^L - 1, S+ and S- being the sums of the positive and
 * of the absolute negative weights since the last start. The starts, a compile-time constant, are taken back
 * through the bias.
 */
#ifndef BRIM_LANES_COMMON_H
#define BRIM_LANES_COMMON_H

#include "brim/brim_arith.h"
#include "brim/brim_packed.h"

/**
 * Constants of one output channel, read with one LDM.
 *
 * bias holds everything constant: the bias, the input zero point times the weights' sum and the lanes' start
 * values; all of it times 2^left, or 2^(left + 1) for two roundings, so that scaling the sum and adding the
 * bias is one instruction. With right = left - shift - 1 for one rounding and left - shift for two (>= 1 in
 * both cases): rounding = 2^(right-1) + output zero point * 2^right.
 */
typedef struct {
    int32_t bias;
    int32_t multiplier; /**< Q31 in [2^30, 2^31), or 0 */
    int32_t rounding;   /**< half a unit and the output zero point, before the shift */
    int32_t right;      /**< 1..31 */
} brim_lanes_channel;

/** How sums become output codes; the same for all channels of a layer. */
typedef struct {
    bool two_roundings;    /**< TFLite's scheme; otherwise one rounding of the 64-bit product */
    bool negative_clamped; /**< with two roundings: low is the output zero point or more, as after ReLU */
    int32_t left;          /**< the sum is first multiplied by 2^left; 0 unless a scale is above 1/4 */
    int32_t low;           /**< least output code */
    int32_t high;          /**< greatest output code */
} brim_lanes_output;

#if defined(__thumb__) && !defined(__thumb2__)
/** High word of (a * b + carry * 2^31), 0 <= b < 2^31, on cores that multiply only 32 x 32 -> 32 bits. */
BRIM_INLINE int32_t brim_lanes_high(int32_t a, int32_t b, uint32_t carry) {
    const uint32_t a_low = (uint32_t)a & 0xFFFFu, b_low = (uint32_t)b & 0xFFFFu;
    const int32_t a_high = a >> 16, b_high = b >> 16;
    const uint32_t low = a_low * b_low;
    const int32_t middle = a_high * (int32_t)b_low + (int32_t)(low >> 16);
    const uint32_t cross = a_low * (uint32_t)b_high + ((uint32_t)middle & 0xFFFFu) + (carry << 15);
    return a_high * b_high + (middle >> 16) + (int32_t)(cross >> 16);
}
#endif

/** addend + the high word of a * b, to nearest, ties up: SMMLAR. */
BRIM_INLINE int32_t BRIM_SMMLAR(int32_t a, int32_t b, int32_t addend) {
#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
    int32_t high;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(high) : "r"(a), "r"(b), "r"(addend));
    return high;
#elif defined(__thumb__) && !defined(__thumb2__)
    return brim_add32_wrap(brim_lanes_high(a, b, 1), addend);
#else
    return brim_add32_wrap(BRIM_SMMULR(a, b), addend);
#endif
}

/** addend + the high word of a * b, rounded down: SMMLA. */
BRIM_INLINE int32_t BRIM_SMMLA(int32_t a, int32_t b, int32_t addend) {
#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
    int32_t high;
    __asm__("smmla %0, %1, %2, %3" : "=r"(high) : "r"(a), "r"(b), "r"(addend));
    return high;
#elif defined(__thumb__) && !defined(__thumb2__)
    return brim_add32_wrap(brim_lanes_high(a, b, 0), addend);
#else
    return brim_add32_wrap((int32_t)(((int64_t)a * b) >> 32), addend);
#endif
}

/** Saturated to int8. */
BRIM_INLINE int32_t brim_lanes_ssat8(int32_t x) {
#if defined(__thumb2__)
    int32_t code;
    __asm__("ssat %0, #8, %1" : "=r"(code) : "r"(x));
    return code;
#else
    return BRIM_SSAT(x, 8);
#endif
}

/** The output code of a rescaled sum, zero point included. */
BRIM_INLINE uint8_t brim_lanes_clamp(int32_t q, const brim_lanes_output *output) {
    /* GCC makes USAT of the limits of unsigned codes, but not SSAT of those of int8. */
    if (output->low == -128 && output->high == 127)
        return (uint8_t)brim_lanes_ssat8(q);
    return (uint8_t)brim_clamp32(q, output->low, output->high);
}

/**
 * One output code of a sum, four to six instructions.
 *
 * Two roundings take no left shift (left = 0): TFLite rounds the product at the bit that the factor says, and
 * a sum shifted before would be rounded at another.
 *
 * One rounding: ((x * m + 2^(31 + right)) >> (32 + right)) + zero point, and as the rounding term is a
 * multiple of 2^32 for right >= 1, only the product's high word is needed. Two roundings: the high word h of
 * 2x * m to nearest, then a shift with ties away from zero, which adding the sign of h turns into ties up.
 * The sign of x serves: where they differ h is 0, and (0 + 2^(right-1) - 1) >> right is 0, too. Results below
 * the zero point need no sign if they are clamped to it.
 */
BRIM_INLINE uint8_t brim_lanes_requantize(int32_t sum, const brim_lanes_channel *channel,
                                          const brim_lanes_output *output) {
    int32_t q;
    if (output->two_roundings) {
        const int32_t x = brim_add32_wrap(channel->bias, (int32_t)((uint32_t)sum << (output->left + 1)));
        const int32_t sign = output->negative_clamped ? 0 : x >> 31;
        q = BRIM_SMMLAR(x, channel->multiplier, brim_add32_wrap(channel->rounding, sign)) >> channel->right;
    } else {
        const int32_t x = brim_add32_wrap(channel->bias, (int32_t)((uint32_t)sum << output->left));
        q = BRIM_SMMLA(x, channel->multiplier, channel->rounding) >> channel->right;
    }
    return brim_lanes_clamp(q, output);
}

/** Hides a value's origin from the compiler, which then keeps it in a register. */
#define BRIM_LANES_OPAQUE(value) __asm__("" : "+r"(value))

/** The tile functions are written for ARMv7-M and ARMv8-M Mainline; every other target runs their C twins. */
#if defined(__thumb2__) && !defined(BRIM_LANES_PORTABLE)
#define BRIM_LANES_THUMB2 1
#else
#define BRIM_LANES_THUMB2 0
#endif

#if BRIM_LANES_THUMB2 && defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
#define BRIM_LANES_DSP 1
#else
#define BRIM_LANES_DSP 0
#endif

/** Armv6-M: 16-bit Thumb, eight registers for most instructions, products of 32 bits. */
#if defined(__thumb__) && !defined(__thumb2__) && !defined(BRIM_LANES_PORTABLE)
#define BRIM_LANES_THUMB1 1
#else
#define BRIM_LANES_THUMB1 0
#endif

#endif
