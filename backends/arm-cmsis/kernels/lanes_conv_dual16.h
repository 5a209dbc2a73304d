/**
 * @file lanes_conv_dual16.h
 * @brief Convolution of any kernel, stride and padding, two channels a word in lanes of 16 bits, for cores
 * without the DSP extension (lanes_dual16_tile.h).
 *
 * Weights are expanded for eight channels and up to 192 taps at a time and then used for all pixels of a
 * strip of output rows; meanwhile the pixels' accumulators wait in scratch as they are, lanes and all.
 */
#ifndef BRIM_LANES_CONV_DUAL16_H
#define BRIM_LANES_CONV_DUAL16_H

#include "lanes_dual16_tile.h"

/** Most taps that are expanded at a time: a pass. */
#define BRIM_LANES_DUAL16_PASS 192

/** Parameters of brim_lanes_conv_dual16. */
typedef struct {
    int32_t input_height, input_width, channels;
    int32_t output_height, output_width, outputs;
    int32_t kernel_height, kernel_width;
    int32_t stride_y, stride_x;
    int32_t pad_top, pad_left;
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t padding;      /**< u of a padding pixel */
    int32_t strip_rows;   /**< output rows computed from one packed strip */
    int32_t code_bits;    /**< 4 or 5: width of the stored weights */
    bool spills;          /**< false if every tile is a single chunk, whose lanes are the sums */
    /** Per eight channels: length in words, then chunks: the number of their steps, which are taps in the
     * order [kernel row][kernel column][channel]; four words with the lanes' start values; the weights.
     * Accumulator i of a step holds channel 2i in bits 0..15 and channel 2i + 1 in bits 16..31. A word of
     * weights holds four accumulators' weights of 4 bits, one step, or three of 5 bits: codes w + 8 or w + 16
     * of the first accumulator at bits 0 and 16, of the next 4 or 5 bits higher, and so on; accumulators of
     * steps follow each other without gaps within a chunk. */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    brim_lanes_output output;
} brim_lanes_conv_dual16_params;

/** Scratch words: accumulators and, if chunks spill, sums of a strip's pixels, the weights of a pass, its
 * runs, and the strip's bytes, padding included. */
#define BRIM_LANES_CONV_DUAL16_SCRATCH(pixels, spills, taps, kernel_height, strip_bytes)                     \
    ((pixels) * ((spills) ? 12 : 4) +                                                                        \
     ((taps) < BRIM_LANES_DUAL16_PASS ? (taps) : BRIM_LANES_DUAL16_PASS) * 4 + 2 +                           \
     3 * ((kernel_height) + 1) + ((strip_bytes) + 3) / 4)

/**
 * @param params   layer constants
 * @param input    [input_height][input_width][channels] codes of one byte
 * @param output   [output_height][output_width][outputs]; may overlap the input if it starts a lead before
 * it, as computed by the compiler: a strip is read as a whole before its results are written
 * @param scratch  BRIM_LANES_CONV_DUAL16_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_conv_dual16(const brim_lanes_conv_dual16_params *params,
                                              const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
