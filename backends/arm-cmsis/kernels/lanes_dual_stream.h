/**
 * @file lanes_dual_stream.h
 * @brief Streams of kernels with two channels in a halfword: how a tile lies in flash.
 *
 * A tile of 2 R channels is a list of segments. A segment is a header; start values, R words where whole
 * accumulators start and R / 2 words of two low lanes each where only those do; and the weights of its steps.
 * The steps of a tile's head are the R words that SMLAD multiplies and are read in place, a byte a weight.
 * Those of its tail take half of that, eight weights of 4 bits in a word, and are expanded to memory once for
 * all pixels that the tile then runs over. By the length of the tails the compiler keeps a stream to the
 * bytes it may take: as many as int8 weights, or, without heads, the fewest.
 *
 * A word of two words w and v of a step, R / 2 of them a step: halves hold the fields a + 2^12 * b, stored
 * are a + 8 and b modulo 16: those of w at bits 0, 12, 16 and 28, those of v at bits 8, 20, 24 and 4.
 */
#ifndef BRIM_LANES_DUAL_STREAM_H
#define BRIM_LANES_DUAL_STREAM_H

#include "lanes_common.h"

/* The word before a tile: the words of its tail, and whether a head stands before that, behind a word that
 * counts its words and with JUMP at its end. FIRST and HIGH_FIRST are those of the tile's end. */
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

/**
 * Expands words of 4-bit codes, two words each.
 *
 * @param from  the codes
 * @param end   behind them
 * @param to    out
 * @return behind what was written
 */
#if BRIM_LANES_DSP
__attribute__((naked, noinline, unused)) static uint32_t *
brim_lanes_dual_expand_codes(const uint32_t *from __attribute__((unused)),
                             const uint32_t *end __attribute__((unused)),
                             uint32_t *to __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r11, lr}\n"
                     "movw r3, #0xF00F\n"
                     "movt r3, #0xF00F\n"
                     "mov.w r12, #0x00080008\n"
                     "subs r1, r1, r0\n"
                     "subs r1, r1, #16\n"
                     "blt 2f\n"
                     ".macro brim_dual_codes a, b\n"
                     "and r8, r3, \\a\n"
                     "and r9, r3, \\a, ror #8\n"
                     "and r10, r3, \\b\n"
                     "and r11, r3, \\b, ror #8\n"
                     "ssub16 r8, r8, r12\n"
                     "ssub16 r9, r9, r12\n"
                     "ssub16 r10, r10, r12\n"
                     "ssub16 r11, r11, r12\n"
                     "stmia r2!, {r8-r11}\n"
                     ".endm\n"
                     "1:\n"
                     "ldmia r0!, {r4-r7}\n"
                     "brim_dual_codes r4, r5\n"
                     "brim_dual_codes r6, r7\n"
                     "subs r1, r1, #16\n"
                     "bge 1b\n"
                     ".purgem brim_dual_codes\n"
                     "2:\n" /* Up to three words are left. */
                     "adds r1, r1, #16\n"
                     "beq 4f\n"
                     "3:\n"
                     "ldr r4, [r0], #4\n"
                     "and r8, r3, r4\n"
                     "and r9, r3, r4, ror #8\n"
                     "ssub16 r8, r8, r12\n"
                     "ssub16 r9, r9, r12\n"
                     "stmia r2!, {r8, r9}\n"
                     "subs r1, r1, #4\n"
                     "bne 3b\n"
                     "4:\n"
                     "mov r0, r2\n"
                     "pop {r4-r11, pc}\n");
}
#else
BRIM_INLINE uint32_t *brim_lanes_dual_expand_codes(const uint32_t *from, const uint32_t *end, uint32_t *to) {
    for (; from != end; from++, to += 2) {
        const uint32_t second = *from >> 8 | *from << 24;
        to[0] = (uint32_t)BRIM_SSUB16((int32_t)(*from & 0xF00FF00Fu), 0x00080008);
        to[1] = (uint32_t)BRIM_SSUB16((int32_t)(second & 0xF00FF00Fu), 0x00080008);
    }
    return to;
}
#endif

/** A tile as its function reads it. */
typedef struct {
    const uint32_t *begin; /**< its first segment, of the head or the tail */
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
    uint32_t *to = expanded;
    do {
        const uint32_t header = *from++;
        *to++ = header;
        if ((header & BRIM_LANES_DUAL_SPILL) != 0)
            starts = (header & BRIM_LANES_DUAL_HIGH) != 0 ? rows : rows / 2;
        for (; starts != 0; starts--)
            *to++ = *from++;
        const uint32_t *last = from + (header & BRIM_LANES_DUAL_COUNT) * (uint32_t)(rows / 2);
        to = brim_lanes_dual_expand_codes(from, last, to);
        from = last;
    } while (from != end);
    *to = word & (BRIM_LANES_DUAL_FIRST | BRIM_LANES_DUAL_HIGH_FIRST);
    return parts;
}

#endif
