/**
 * @file lanes_short.h
 * @brief Rescaling of sums of 16 bits without 64-bit products.
 */
#ifndef BRIM_LANES_SHORT_H
#define BRIM_LANES_SHORT_H

#include "lanes_common.h"

/**
 * A channel's constants for brim_lanes_requantize by two multiplications.
 *
 * With S a sum, F the factor shifted as S would be and B = bias * multiplier (with half a unit, if rounded
 * twice) in words B1, B0, the high word of B + S * F is B1 + ((S * Fh + (B0 >> 16) + ((S * Fl + (B0 &
 * 0xFFFF)) >> 16)) >> 16), Fh and Fl being F's halves: no step exceeds 32 bits. The bias is what the least
 * sum, S = 0, is rescaled from, and is no remainder modulo 2^32.
 */
typedef struct {
    uint32_t low, high;         /**< Fl, Fh */
    uint32_t add_low, add_high; /**< halves of B0 */
    int32_t top;                /**< B1 and the rounding */
    int32_t bias, right;        /**< of brim_lanes_channel */
} brim_lanes_short;

/** True if the factor, shifted as the sums would be, still has 32 bits. */
BRIM_INLINE bool brim_lanes_short_fits(const brim_lanes_output *output) {
    return output->left + (output->two_roundings ? 1 : 0) <= 1;
}

BRIM_INLINE brim_lanes_short brim_lanes_short_of(const brim_lanes_channel *channel,
                                                 const brim_lanes_output *output) {
    const uint32_t factor = (uint32_t)channel->multiplier << (output->left + (output->two_roundings ? 1 : 0));
    const int64_t constant =
        (int64_t)channel->bias * channel->multiplier + (output->two_roundings ? INT64_C(1) << 31 : 0);
    const brim_lanes_short s = {factor & 0xFFFFu,
                                factor >> 16,
                                (uint32_t)constant & 0xFFFFu,
                                (uint32_t)constant >> 16,
                                brim_add32_wrap((int32_t)(constant >> 32), channel->rounding),
                                channel->bias,
                                channel->right};
    return s;
}

/** The output code of a sum of 16 bits. */
BRIM_INLINE uint8_t brim_lanes_short_code(const brim_lanes_short *s, const brim_lanes_output *output,
                                          uint32_t sum) {
    const uint32_t carry = (sum * s->low + s->add_low) >> 16;
    int32_t q = brim_add32_wrap(s->top, (int32_t)((sum * s->high + s->add_high + carry) >> 16));
    if (output->two_roundings && !output->negative_clamped)
        q = brim_add32_wrap(q, brim_add32_wrap(s->bias, (int32_t)(sum << 1)) >> 31);
    return brim_lanes_clamp(q >> s->right, output);
}

#endif
