/**
 * @file lanes_dual_stream.h
 * @brief Streams of kernels with two channels in a halfword: how a tile lies in flash.
 *
 * A tile of 2 R channels is a list of segments. A segment is a header; start values, R words where whole
 * accumulators start and R / 2 words of two low lanes each where only those do; and the weights of its steps.
 * Where flash allows, steps are the R words that SMLAD multiplies and are read in place: the head of a tile.
 * The others, its tail, take half of that, eight weights of 4 bits in a word, and are expanded to memory once
 * for all pixels that the tile then runs over. By the length of the tails the compiler keeps a stream to the
 * bytes it may take: as many as int8 weights, or the fewest.
 *
 * A word of two words w and v of a step, R / 2 of them a step: halves hold the fields a + 2^12 * b, stored
 * are a + 8 and b modulo 16: those of w at bits 0, 12, 16 and 28, those of v at bits 8, 20, 24 and 4.
 */
#ifndef BRIM_LANES_DUAL_STREAM_H
#define BRIM_LANES_DUAL_STREAM_H

#include "lanes_common.h"

/* The word before a tile: whether a head follows it, whose first word counts its words; then the words of the
 * tail, if there are any. FIRST and HIGH_FIRST are those of the tile's end. */
#define BRIM_LANES_DUAL_HEAD 0x80000000u
#define BRIM_LANES_DUAL_TAIL 0x00FFFFFFu

/* Headers of a segment: its steps, and how the accumulators pass to it. */
#define BRIM_LANES_DUAL_COUNT 0xFFu
#define BRIM_LANES_DUAL_SPILL 0x80000000u /**< move the low lanes to the sums, restart them */
#define BRIM_LANES_DUAL_FIRST 0x40000000u /**< with SPILL or at the end: nothing was moved before */
#define BRIM_LANES_DUAL_HIGH 0x20000000u  /**< with SPILL: the high lanes, too; whole accumulators restart */
/** With HIGH or at the end: no high lane was moved before. */
#define BRIM_LANES_DUAL_HIGH_FIRST 0x10000000u
#define BRIM_LANES_DUAL_JUMP 0x08000000u /**< instead of steps: the stream goes on with the tail */

/** A tile as its function reads it. */
typedef struct {
    const uint32_t *begin; /**< its first segment */
    const uint32_t *tail;  /**< what follows JUMP */
} brim_lanes_dual_parts;

/**
 * Makes a tile ready: expands its tail.
 *
 * @param tile      in: where the tile lies; out: the next one
 * @param rows      R, an even number
 * @param expanded  out: the tail, ended as the tile is
 */
BRIM_INLINE brim_lanes_dual_parts brim_lanes_dual_open(const uint32_t **tile, int rows, uint32_t *expanded) {
    uint32_t mask = 0xF00FF00Fu, offsets = 0x00080008u;
    BRIM_LANES_OPAQUE(mask); /* In registers, not loaded for each word. */
    BRIM_LANES_OPAQUE(offsets);
    const uint32_t *from = *tile;
    const uint32_t word = *from++;
    brim_lanes_dual_parts parts = {expanded, expanded};
    int starts = rows;
    if ((word & BRIM_LANES_DUAL_HEAD) != 0) {
        const uint32_t count = *from++;
        parts.begin = from;
        from += count;
        starts = 0;
    }
    const uint32_t *end = from + (word & BRIM_LANES_DUAL_TAIL);
    *tile = end;
    for (uint32_t *to = expanded; from != end;) {
        const uint32_t header = *from++;
        *to++ = header;
        if ((header & BRIM_LANES_DUAL_SPILL) != 0)
            starts = (header & BRIM_LANES_DUAL_HIGH) != 0 ? rows : rows / 2;
        for (; starts != 0; starts--)
            *to++ = *from++;
        for (const uint32_t *last = from + (header & BRIM_LANES_DUAL_COUNT) * (uint32_t)(rows / 2);
             from != last; from++, to += 2) {
            const uint32_t codes = *from;
            to[0] = (uint32_t)BRIM_SSUB16((int32_t)(codes & mask), (int32_t)offsets);
            to[1] = (uint32_t)BRIM_SSUB16((int32_t)((codes >> 8 | codes << 24) & mask), (int32_t)offsets);
        }
        if (from == end)
            *to = word & (BRIM_LANES_DUAL_FIRST | BRIM_LANES_DUAL_HIGH_FIRST);
    }
    return parts;
}

#endif
