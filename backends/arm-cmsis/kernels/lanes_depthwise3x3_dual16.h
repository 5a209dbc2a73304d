/**
 * @file lanes_depthwise3x3_dual16.h
 * @brief Depthwise 3 x 3 convolution, stride 1 or 2, two pixels in lanes of 16 bits (Cortex-M0, M0+, M3).
 *
 * A word holds two codes of one channel, u[y][x] + u[y + d][x] * 2^16, d being half the output rows,
 * rounded down, times the stride: times one weight it is a product of each of two outputs, of which an odd
 * number of rows computes the middle one twice. Both lanes start at what the negative
 * products can take away and hold all nine products: U * (sum of |w|) <= 65535.
 */
#ifndef BRIM_LANES_DEPTHWISE3X3_DUAL16_H
#define BRIM_LANES_DEPTHWISE3X3_DUAL16_H

#include "lanes_common.h"

/** Parameters of brim_lanes_depthwise3x3_dual16. */
typedef struct {
    int32_t input_height, input_width, channels;
    int32_t output_height, output_width; /**< not more than those of the input */
    /** 1 or 2; pad_left + input_width must exceed (columns - 1) * stride */
    int32_t stride;
    int32_t pad_top, pad_left;         /**< 0 to 2 */
    int32_t code_bits;                 /**< bits of a stored weight, 2 to 8 */
    int32_t input_offset;              /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;                   /**< u of a padding pixel */
    int32_t greatest;                  /**< U: the greatest u, padding included */
    const uint32_t *weights;           /**< codes as in lanes_depthwise_codes.h */
    const brim_lanes_channel *channel; /**< [channels] */
    brim_lanes_output output;
} brim_lanes_depthwise3x3_dual16_params;

/** Columns of which sums are computed: of a single one two. */
#define BRIM_LANES_DEPTHWISE3X3_DUAL16_COLUMNS(output_width) ((output_width) < 2 ? 2 : (output_width))

/** Scratch words: one channel's pairs of pixels, padding included. */
#define BRIM_LANES_DEPTHWISE3X3_DUAL16_SCRATCH(output_height, output_width, stride)                          \
    (((((output_height) + 1) / 2 - 1) * (stride) + 3) *                                                      \
     ((BRIM_LANES_DEPTHWISE3X3_DUAL16_COLUMNS(output_width) - 1) * (stride) + 3))

/**
 * @param params   layer constants
 * @param input    [input_height][input_width][channels] codes of one byte
 * @param output   [output_height][output_width][channels]; may lie at the input, or any distance before it
 * and overlap it
 * @param scratch  BRIM_LANES_DEPTHWISE3X3_DUAL16_SCRATCH words
 */
BRIM_KERNEL void brim_lanes_depthwise3x3_dual16(const brim_lanes_depthwise3x3_dual16_params *params,
                                                const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
