/**
 * @file lanes_conv3x3_rows.h
 * @brief 3 x 3 convolution, stride 1, same padding, by polynomial products of rows (lanes_rows_tile.h).
 */
#ifndef BRIM_LANES_CONV3X3_ROWS_H
#define BRIM_LANES_CONV3X3_ROWS_H

#include "lanes_common.h"

/** Parameters of brim_lanes_conv3x3_rows. */
typedef struct {
    int32_t height;       /**< rows of input and output */
    int32_t width;        /**< columns of input and output */
    int32_t channels;     /**< input channels */
    int32_t outputs;      /**< output channels, even */
    int32_t strip_rows;   /**< output rows computed from one packed strip, even */
    int32_t spacing;      /**< bits from field to field, 12 or 13; see lanes_rows_tile.h for its limits */
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;      /**< u of a padding pixel */
    bool compact;         /**< weights are stored in 16 bits a row of three and expanded in scratch */
    int32_t pair_words;   /**< longest expanded stream of a channel pair, words */
    /** Per pair of channels: length of its stream in words, then the stream; see brim_lanes_rows_tile.
     * Compact steps are one word: codes w + 8 of channel 0 at bits 0, spacing, 2 spacing, of channel 1 four
     * bits above; for spacing 13 the highest of these at bit 8.
     */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    /** [outputs] what lane 4 of the pixels left of column 0 would hold: its start values and padding * sum of
     * w[., 0, .]. */
    const int32_t *left;
    brim_lanes_output output;
} brim_lanes_conv3x3_rows_params;

/** Blocks of three pixels in a row: the last always holds column `width`, which is padding. */
#define BRIM_LANES_ROWS_BLOCKS(width) ((width) / 3 + 1)

/** Scratch words: the weights of one pair (if compact, else 0 pair_words) and the packed strip. */
#define BRIM_LANES_CONV3X3_ROWS_SCRATCH(width, channels, strip_rows, pair_words)                             \
    ((pair_words) + BRIM_LANES_ROWS_BLOCKS(width) * ((strip_rows) + 4) * (channels))

/**
 * @param params   layer constants
 * @param input    [height][width][channels] codes of one byte
 * @param output   [height][width][outputs]; may overlap the input if it starts a lead before it, as computed
 * by the compiler: a strip is read as a whole before its results are written
 * @param scratch  BRIM_LANES_CONV3X3_ROWS_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_conv3x3_rows(const brim_lanes_conv3x3_rows_params *params,
                                               const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
