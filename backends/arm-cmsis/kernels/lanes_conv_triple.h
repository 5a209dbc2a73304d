/**
 * @file lanes_conv_triple.h
 * @brief Convolution of any kernel, stride and padding, three channels a word, for cores without the DSP
 * extension (lanes_triple_tile.h).
 */
#ifndef BRIM_LANES_CONV_TRIPLE_H
#define BRIM_LANES_CONV_TRIPLE_H

#include "lanes_common.h"

/** Parameters of brim_lanes_conv_triple. */
typedef struct {
    int32_t input_height, input_width, channels;
    int32_t output_height, output_width, outputs;
    int32_t kernel_height, kernel_width;
    int32_t stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;      /**< u of a padding pixel */
    /** Per nine channels: length of their stream in words, then the stream; see brim_lanes_triple_tile. Word
     * i of a step holds channels 3i, 3i + 1, 3i + 2 of one tap; taps are ordered [kernel row][kernel
     * column][channel]. */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    brim_lanes_output output;
} brim_lanes_conv_triple_params;

/** Scratch words: the windows of two pixels, byte by byte. */
#define BRIM_LANES_CONV_TRIPLE_SCRATCH(taps) (((taps) + 1) / 2)

/**
 * @param params   layer constants
 * @param input    [input_height][input_width][channels] codes of one byte
 * @param output   [output_height][output_width][outputs]; may overlap the input if it starts a lead before
 * it, as computed by the compiler: the windows of a block are read before its results are written
 * @param scratch  BRIM_LANES_CONV_TRIPLE_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_conv_triple(const brim_lanes_conv_triple_params *params,
                                              const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
