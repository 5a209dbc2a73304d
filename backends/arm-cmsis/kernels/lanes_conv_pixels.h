/**
 * @file lanes_conv_pixels.h
 * @brief Convolution of any kernel, stride and padding, two pixels a halfword (lanes_pixels_tile.h).
 */
#ifndef BRIM_LANES_CONV_PIXELS_H
#define BRIM_LANES_CONV_PIXELS_H

#include "lanes_pairs.h"

/**
 * Parameters of brim_lanes_conv_pixels; spacing is 12. Taps are filled with zeros to a multiple of four, and
 * each four form the pairs (0, 2), (1, 3), which are the steps. The stream of a tile are its chunks:
 *     a word: steps, BRIM_LANES_PIXELS_ALL, BRIM_LANES_PIXELS_LAST, and in the upper half 0 or the upper
 *         sixteen bits of the starts
 *     if BRIM_LANES_PIXELS_ALL: four words that the accumulators of the channels start at, else the lower 32
 *         of 48 bits, which are the starts of the four channels' low lanes, the first lowest
 *     per step the pairs of weights of channels 0 to 3
 */
typedef brim_lanes_pairs_params brim_lanes_conv_pixels_params;

/** Fields of the word before a chunk: its steps; all lanes start anew, as in the first chunk, and not only
 * the low ones; the tile's last. */
#define BRIM_LANES_PIXELS_STEPS 0x3FFFu
#define BRIM_LANES_PIXELS_ALL 0x4000u
#define BRIM_LANES_PIXELS_LAST 0x8000u

/** Words of a block of four pixels. */
#define BRIM_LANES_PIXELS_BLOCK(taps) (((taps) + 3) / 4 * 4)

/** Scratch words: a tile's weights, a strip of blocks, and four windows' codes. */
#define BRIM_LANES_CONV_PIXELS_SCRATCH(taps, strip_blocks, tile_words)                                       \
    ((tile_words) + ((strip_blocks) + 1) * BRIM_LANES_PIXELS_BLOCK(taps))

/**
 * @param params   layer constants
 * @param input    [input_height][input_width][channels] codes of one byte, 4-byte aligned
 * @param output   [output_height][output_width][outputs]; may overlap the input if it starts a lead before
 * it, as computed by the compiler: the windows of a strip are read before its results are written
 * @param scratch  BRIM_LANES_CONV_PIXELS_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_conv_pixels(const brim_lanes_conv_pixels_params *params,
                                              const uint8_t *input, uint8_t *output, uint32_t *scratch);

#endif
