/**
 * @file lanes_conv3x3_triple.h
 * @brief 3 x 3 convolution, stride 1, same padding, three multiplications per 32-bit MULS (Cortex-M0, M0+,
 * M23).
 *
 * A weight word holds the three taps of a filter row 10 bits apart: (w2 + w1 * 2^10 + w0 * 2^20) times one
 * pixel is what this pixel adds to the outputs left of it, at it and right of it, in lanes of 10, 10 and 12
 * bits.
 *
 * Bounds, per chunk: U * (|w2| summed) <= 1023, U * (|w1| summed) <= 1023, U * (|w0| summed) <= 4095.
 */
#ifndef BRIM_LANES_CONV3X3_TRIPLE_H
#define BRIM_LANES_CONV3X3_TRIPLE_H

#include "lanes_common.h"

/** Parameters of brim_lanes_conv3x3_triple. */
typedef struct {
    int32_t height;       /**< rows of input and output */
    int32_t width;        /**< columns of input and output */
    int32_t channels;     /**< input channels */
    int32_t outputs;      /**< output channels; the stream has tiles of three, the last filled with zeros */
    int32_t strip_rows;   /**< output rows computed from one packed strip */
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;      /**< u of a padding pixel */
    int32_t tile_words;   /**< longest expanded stream of three channels, words */
    /** Per three channels: length in words, then the stream of brim_lanes_triple_tile, but each two words of
     * a segment's weights are one, which is expanded in scratch: codes w + 8 of the first at bits 0, 10, 20,
     * of the second at bits 5, 15, 25. */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    const int32_t *left;  /**< [outputs] lane 2 of the padding left of column 0: start values and products */
    const int32_t *right; /**< [outputs] lane 0 of the padding right of the last column */
    brim_lanes_output output;
} brim_lanes_conv3x3_triple_params;

/** Scratch words: three rows of sums, the weights of a tile and the strip's bytes,
 * [column pair][row][channel][2]. */
#define BRIM_LANES_CONV3X3_TRIPLE_SCRATCH(width, channels, strip_rows, tile_words)                           \
    (3 * ((width) + 4) + (tile_words) + (((width) + 1) / 2 * ((strip_rows) + 2) * (channels) + 1) / 2)

/**
 * @param params   layer constants
 * @param input    [height][width][channels] codes of one byte
 * @param output   [height][width][outputs]; may overlap the input if it starts a lead before it, as computed
 * by the compiler: a strip is read as a whole before its results are written
 * @param scratch  BRIM_LANES_CONV3X3_TRIPLE_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_conv3x3_triple(const brim_lanes_conv3x3_triple_params *params,
                                                 const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
