/**
 * @file lanes_dense_dual16.h
 * @brief Fully connected layer, two channels a word in lanes of 16 bits, for cores without the DSP extension.
 *
 * Each weight is used once, so that it is expanded where it is multiplied: a word holds the weights of eight
 * channels in 4 bits, and masking it, shifted by 0, 4, 8 or 12, leaves those of two channels 16 bits apart.
 * Codes are w + 7 and need no sign. What this adds to every sum, seven times the sum of the activations, is
 * taken back at the end.
 *
 * Bounds, per chunk: U * (w + 7 summed) <= 65535. The lanes start at 0.
 */
#ifndef BRIM_LANES_DENSE_DUAL16_H
#define BRIM_LANES_DENSE_DUAL16_H

#include "lanes_common.h"

/** Parameters of brim_lanes_dense_dual16. */
typedef struct {
    int32_t batches;
    int32_t taps;
    int32_t outputs;
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    /** Per eight channels: length in words, then chunks: the number of their steps, which are two taps; a
     * word a tap: codes w + 7 of channel 2i at bits 4i .. 4i + 3, of channel 2i + 1 16 bits higher. A tap
     * that fills up the last step and channels that fill up the last tile have codes 0. */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    brim_lanes_output output;
} brim_lanes_dense_dual16_params;

/** Scratch words: the activations, a byte each, filled up to whole steps. */
#define BRIM_LANES_DENSE_DUAL16_SCRATCH(taps) (((taps) + 4) / 4)

/**
 * @param params   layer constants
 * @param input    [batches][taps] codes of one byte
 * @param output   [batches][outputs]; may be the input's memory if batches == 1
 * @param scratch  BRIM_LANES_DENSE_DUAL16_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_dense_dual16(const brim_lanes_dense_dual16_params *params,
                                               const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
