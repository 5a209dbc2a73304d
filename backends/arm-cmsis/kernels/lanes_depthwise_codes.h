/**
 * @file lanes_depthwise_codes.h
 * @brief Stored weights of the depthwise lane kernels.
 *
 * [channels][3][3] codes of 2 to 8 bits in two's complement, one after the other from bit 0 of the first word
 * on; what is left of the last word is 0.
 */
#ifndef BRIM_LANES_DEPTHWISE_CODES_H
#define BRIM_LANES_DEPTHWISE_CODES_H

#include "lanes_common.h"

/** The codes of three weights, those of kernel row `row` counted over all channels, from bit 0 on; above them
 * stands anything. */
BRIM_INLINE uint32_t brim_lanes_depthwise_codes(const uint32_t *weights, int32_t code_bits, int32_t row) {
    const uint32_t count = 3 * (uint32_t)code_bits, at = (uint32_t)row * count, skip = at % 32;
    const uint32_t *const word = weights + at / 32;
    return skip + count <= 32 ? word[0] >> skip : word[0] >> skip | word[1] << (32 - skip);
}

/** Weight `i` of three. */
BRIM_INLINE int32_t brim_lanes_depthwise_weight(uint32_t codes, int32_t code_bits, int32_t i) {
    return (int32_t)(codes << (32 - code_bits * (i + 1))) >> (32 - code_bits);
}

#endif
