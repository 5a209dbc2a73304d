/**
 * @file lanes_conv_dual.h
 * @brief Convolution of any kernel, stride and padding, two channels a halfword (lanes_dual_tile.h).
 */
#ifndef BRIM_LANES_CONV_DUAL_H
#define BRIM_LANES_CONV_DUAL_H

#include "lanes_common.h"

/** Parameters of brim_lanes_conv_dual. */
typedef struct {
    int32_t input_height, input_width, channels;
    int32_t output_height, output_width, outputs;
    int32_t kernel_height, kernel_width;
    int32_t stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;      /**< u of a padding pixel */
    int32_t strip_blocks; /**< blocks of four pixels that are gathered at a time */
    int32_t tail_words;   /**< longest expanded tail of a tile, words */
    /** Tiles of four channels, lanes_dual_stream.h. Taps are ordered [kernel row][kernel column][channel],
     * filled with zeros to a multiple of four, and each four form the pairs (0, 2), (1, 3). */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    brim_lanes_output output;
} brim_lanes_conv_dual_params;

/** Words of a block of four pixels: their expanded windows. */
#define BRIM_LANES_DUAL_BLOCK(taps) (((taps) + 3) / 4 * 8)

/** Scratch words: a tile's tail, a strip of blocks and their sums, and one window's bytes where channels % 4
 * != 0. */
#define BRIM_LANES_CONV_DUAL_SCRATCH(taps, strip_blocks, tail_words)                                         \
    ((tail_words) + (strip_blocks) * (BRIM_LANES_DUAL_BLOCK(taps) + 16) + ((taps) + 3) / 4)

/**
 * @param params   layer constants
 * @param input    [input_height][input_width][channels] codes of one byte, 4-byte aligned
 * @param output   [output_height][output_width][outputs]; may overlap the input if it starts a lead before
 * it, as computed by the compiler: the windows of a strip are read before its results are written
 * @param scratch  BRIM_LANES_CONV_DUAL_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_conv_dual(const brim_lanes_conv_dual_params *params, const uint8_t *input,
                                            uint8_t *output, uint32_t *scratch);

#endif
