/**
 * @file lanes_depthwise3x3_rows.h
 * @brief Depthwise 3 x 3 convolution, stride 1, same padding, by polynomial products of rows.
 *
 * The arithmetic is that of lanes_rows_tile.h: three taps times three pixels in one SMLAL. With nine taps a
 * channel a single chunk holds the whole sum: U * (sum of all |w|) <= 2^L - 1, fields being L bits apart.
 * Where that is too much there is lanes_depthwise3x3_pixels.h.
 *
 * The words and starts of the lanes are made from the weights' codes when a channel begins. What a lane
 * starts at, U times the magnitudes of the negative weights that meet in it, is itself a lane of a product:
 * that of the negative weights with three pixels of U.
 */
#ifndef BRIM_LANES_DEPTHWISE3X3_ROWS_H
#define BRIM_LANES_DEPTHWISE3X3_ROWS_H

#include "lanes_depthwise_codes.h"
#include "lanes_rows_tile.h"

/** Parameters of brim_lanes_depthwise3x3_rows. */
typedef struct {
    int32_t height, width, channels;   /**< width >= 3 */
    int32_t spacing;                   /**< L, 12 or 13 */
    int32_t code_bits;                 /**< bits of a stored weight, 2 to 8 */
    int32_t greatest;                  /**< U: no u is greater, padding included */
    int32_t input_offset;              /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;                   /**< u of a padding pixel */
    const uint32_t *weights;           /**< [channels][3][3], as lanes_depthwise_codes.h has it */
    const brim_lanes_channel *channel; /**< [channels] */
    brim_lanes_output output;
} brim_lanes_depthwise3x3_rows_params;

/** Scratch words: one channel's packed column of blocks. */
#define BRIM_LANES_DEPTHWISE3X3_ROWS_SCRATCH(height, width) (((width) + 2) / 3 * ((height) + 2))

/**
 * @param params   layer constants
 * @param input    [height][width][channels] codes of one byte
 * @param output   the same shape; may lie at the input, or any distance before it and overlap it
 * @param scratch  BRIM_LANES_DEPTHWISE3X3_ROWS_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_depthwise3x3_rows(const brim_lanes_depthwise3x3_rows_params *params,
                                                    const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
