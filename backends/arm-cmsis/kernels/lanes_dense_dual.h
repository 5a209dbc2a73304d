/**
 * @file lanes_dense_dual.h
 * @brief Fully connected layer, two channels a halfword; the bounds of lanes_dual_tile.h hold for all 16
 * channels.
 */
#ifndef BRIM_LANES_DENSE_DUAL_H
#define BRIM_LANES_DENSE_DUAL_H

#include "lanes_common.h"

/** Parameters of brim_lanes_dense_dual. */
typedef struct {
    int32_t batches;
    int32_t taps;
    int32_t outputs;
    int32_t input_offset; /**< u = (code + input_offset) mod 256 is what the lanes multiply */
    int32_t tail_words;   /**< longest expanded tail of a tile, words */
    /** Tiles of 16 channels, lanes_dual_stream.h. Taps are filled with zeros to a multiple of four, and each
     * four form the pairs (0, 2), (1, 3). */
    const uint32_t *stream;
    const brim_lanes_channel *channel; /**< [outputs] */
    brim_lanes_output output;
} brim_lanes_dense_dual_params;

/** Scratch words: a tile's tail, and the expanded input. */
#define BRIM_LANES_DENSE_DUAL_SCRATCH(taps, tail_words) ((tail_words) + ((taps) + 3) / 4 * 2)

/**
 * @param params   layer constants
 * @param input    [batches][taps] codes of one byte
 * @param output   [batches][outputs]; may be the input's memory if batches == 1
 * @param scratch  BRIM_LANES_DENSE_DUAL_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_dense_dual(const brim_lanes_dense_dual_params *params, const uint8_t *input,
                                             uint8_t *output, uint32_t *scratch);

#endif
