/**
 * @file lanes_conv_quad.h
 * @brief Convolution of any kernel, stride and padding, two channels by two pixels per SMLAL.
 *
 * With z = 2^L, L = 12, 13 or 14, (w_a + w_b z) * (u_p + u_q z^2) has the products of two channels and two
 * pixels in lanes of L, L, L and 64 - 3 L bits. |w| <= 63; 0 <= u <= 255, 63 or 15: u_q reaches the sign
 * bit, so pixel words are stored less 2^31, which the starts give back (lanes_rows_tile.h). Per chunk and
 * channel: U * (|w| summed) <= 2^L - 1; whole sums have 2 L bits, those of channel b at pixel q 64 - 3 L.
 */
#ifndef BRIM_LANES_CONV_QUAD_H
#define BRIM_LANES_CONV_QUAD_H

#include "lanes_pairs.h"

/**
 * Parameters of brim_lanes_conv_quad. The stream of a tile are its chunks, of at most BRIM_LANES_ROWS_STEPS
 * steps (taps). Before a chunk come two words, of channels 0 and 1 and of channels 2 and 3: the starts of
 * their lanes, which are alike at both pixels, at bits 0 and 14; at bit 28 the steps less one, their low four
 * bits in the first word, the other two in the second; bit 30 of the second is 0, bit 31 set in the tile's
 * last chunk. Then per step the pairs of weights of channels 0, 1 and 2, 3.
 */
typedef brim_lanes_pairs_params brim_lanes_conv_quad_params;

/** Words of a block of four pixels. */
#define BRIM_LANES_QUAD_BLOCK(taps) (((taps) + 3) / 4 * 8)

/** Scratch words: a tile's weights, a strip of blocks, and four windows' codes. */
#define BRIM_LANES_CONV_QUAD_SCRATCH(taps, strip_blocks, tile_words)                                         \
    ((tile_words) + (strip_blocks) * BRIM_LANES_QUAD_BLOCK(taps) + ((taps) + 3) / 4 * 4)

/**
 * @param params   layer constants
 * @param input    [input_height][input_width][channels] codes of one byte, 4-byte aligned
 * @param output   [output_height][output_width][outputs]; may overlap the input if it starts a lead before
 * it, as computed by the compiler: the windows of a strip are read before its results are written
 * @param scratch  BRIM_LANES_CONV_QUAD_SCRATCH words
 */
BRIM_LAYER_KERNEL void brim_lanes_conv_quad(const brim_lanes_conv_quad_params *params, const uint8_t *input,
                                            uint8_t *output, uint32_t *scratch);

#endif
