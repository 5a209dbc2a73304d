/**
 * @file lanes_depthwise3x3_rows.h
 * @brief Depthwise 3 x 3 convolution, stride 1, same padding, by polynomial products of rows.
 *
 * The arithmetic is that of lanes_rows_tile.h: three taps times three pixels in one SMLAL. With nine taps a
 * channel a single chunk holds the whole sum: U * (sum of all |w|) <= 2^L - 1, fields being L bits apart.
 * Where that is too much, weights are split in two parts, w = low + 2^split_bits * high, that have lanes of
 * their own.
 */
#ifndef BRIM_LANES_DEPTHWISE3X3_ROWS_H
#define BRIM_LANES_DEPTHWISE3X3_ROWS_H

#include "lanes_rows_tile.h"

/** Weights of one part of a channel. */
typedef struct {
    int32_t row[3];      /**< w[ky][2] + w[ky][1] * 2^L + w[ky][0] * 2^(2 L) */
    uint32_t start_low;  /**< lanes 0 and 1 and the low bits of lane 2 */
    uint32_t start_high; /**< the high bits of lane 2, and lanes 3 and 4 */
    uint32_t left;  /**< what lanes 3 and 4 of the padding left of column 0 would hold, at bits 0 and L */
    uint32_t right; /**< what lane 0 of the padding right of the last column would hold */
} brim_lanes_depthwise_rows;

/** Parameters of brim_lanes_depthwise3x3_rows. */
typedef struct {
    int32_t height, width, channels; /**< width >= 3 */
    int32_t spacing;                 /**< L, 12 or 13 */
    int32_t split_bits;              /**< 0: whole weights, in one part a channel */
    int32_t input_offset;            /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;                 /**< u of a padding pixel */
    const brim_lanes_depthwise_rows *weights; /**< [channels][parts] */
    const brim_lanes_channel *channel;        /**< [channels] */
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
