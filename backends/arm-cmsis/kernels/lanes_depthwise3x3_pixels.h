/**
 * @file lanes_depthwise3x3_pixels.h
 * @brief Depthwise 3 x 3 convolution, stride 1, same padding, two pixels a word in lanes of 16 bits.
 *
 * For weights and activations whose sums are too long for the lanes of lanes_depthwise3x3_rows.h; the
 * arithmetic is that of lanes_depthwise_pixels_tile.h. A channel's image is packed into pairs of pixels, the
 * pairs are replaced by pairs of sums, and these are rescaled.
 */
#ifndef BRIM_LANES_DEPTHWISE3X3_PIXELS_H
#define BRIM_LANES_DEPTHWISE3X3_PIXELS_H

#include "lanes_depthwise_codes.h"
#include "lanes_depthwise_pixels_tile.h"

/** Parameters of brim_lanes_depthwise3x3_pixels. */
typedef struct {
    int32_t height, width, channels;
    int32_t code_bits;                 /**< bits of a stored weight, 2 to 8 */
    int32_t greatest;                  /**< U: no u is greater, padding included */
    int32_t input_offset;              /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;                   /**< u of a padding pixel */
    const uint32_t *weights;           /**< [channels][3][3], as lanes_depthwise_codes.h has it */
    const brim_lanes_channel *channel; /**< [channels] */
    brim_lanes_output output;
} brim_lanes_depthwise3x3_pixels_params;

/** Pairs of a row: a pixel of padding, the row, and padding up to a whole pair, at least one pixel. */
#define BRIM_LANES_DEPTHWISE3X3_PAIRS(width) ((width) / 2 + 1)

/** Scratch words: one channel's rows with one of padding above and below, and a pair of padding after them.
 */
#define BRIM_LANES_DEPTHWISE3X3_PIXELS_SCRATCH(height, width)                                                \
    (BRIM_LANES_DEPTHWISE3X3_PAIRS(width) * ((height) + 2) + 1)

/**
 * @param params   layer constants
 * @param input    [height][width][channels] codes of one byte
 * @param output   the same shape; may lie at the input, or any distance before it and overlap it
 * @param scratch  BRIM_LANES_DEPTHWISE3X3_PIXELS_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_depthwise3x3_pixels(const brim_lanes_depthwise3x3_pixels_params *params,
                                                      const uint8_t *input, uint8_t *output,
                                                      uint32_t *scratch);

#endif
