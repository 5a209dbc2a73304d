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
    int32_t code_bits;    /**< 4, 5 or 6 bits that a weight is stored in */
    int32_t pair_words;   /**< longest expanded stream of a channel pair, words */
    /**
     * Per pair of channels its chunks, which are expanded in scratch to what brim_lanes_rows_tile reads. A
     * chunk is three words and its steps, at most BRIM_LANES_ROWS_STEPS. Every tap of a channel has a start,
     * U times what its negative weights sum up to in the chunk, in 13 bits; the starts of the lanes are their
     * sums:
     *     bits 0 to 12               bits 13 to 25             bits 26 to 31
     *     tap w2 of channel 0        tap w1 of channel 0       steps less 1
     *     tap w2 of channel 1        tap w1 of channel 1       bit 31 in the pair's last chunk, else 0
     *     tap w0 of channel 0        tap w0 of channel 1       see below
     * The sum of a channel's weight words, as brim_lanes_rows_tile reads them, is what the products lack if
     * pixel words are stored less 2^31. For spacing 13 bits 26 and 27 of the third word are bit 32 of these
     * sums, for channel 0 and 1; all other bits are 0.
     * A step is one word of six weights:
     *     4 bits: codes w + 8 of channel 0's w2, w1, w0 at bits 0, spacing, 2 spacing, of channel 1's four
     *         bits above; for spacing 13 the highest of these at bit 8
     *     5 bits: w2, w1, w0 of channel 0, then of channel 1, as signed fields from bit 0 on
     *     6 bits: the same, of the last weight the upper two bits; the lower four of eight steps, or of fewer
     *         at the end of a chunk, are in a word before them, the first step's lowest
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

/** Scratch words: the weights of one pair and the packed strip. */
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
