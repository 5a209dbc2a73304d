/**
 * @file lanes_dual16_tile.h
 * @brief Two multiplications per 32-bit multiply: lanes of 16 bits (cores without the DSP extension).
 *
 * A weight word holds the weights of two channels 16 bits apart; times one activation they land in two lanes.
 * The activation is one byte, loaded where it lies, and the four weight words of a step are used up by their
 * multiplications: on Armv6-M a step is one LDM, one LDRB and four times MULS and ADD, for eight products.
 *
 * Bounds, per chunk: U * (|w| summed) <= 65535.
 */
#ifndef BRIM_LANES_DUAL16_TILE_H
#define BRIM_LANES_DUAL16_TILE_H

#include "lanes_common.h"

/** Unrolled steps: a block. */
#define BRIM_LANES_DUAL16_BLOCK 32

/** Consecutive taps whose activations lie side by side. */
typedef struct {
    int32_t advance;  /**< bytes that the pixel pointer moves by before the run */
    uint32_t skipped; /**< steps of the first block that are left out: 0..31 */
    uint32_t blocks;  /**< blocks of 32 steps, the first included; 0 ends a list of runs */
} brim_lanes_dual16_run;

/** What brim_lanes_dual16_row works on. */
typedef struct {
    const uint32_t *weights;           /**< four words a step */
    const brim_lanes_dual16_run *runs; /**< the steps of every pixel */
    const uint8_t *pixels;             /**< first pixel; moves on */
    uint32_t *lanes;                   /**< accumulators, four words a pixel, in and out; moves on */
    int32_t pixel_bytes;               /**< distance of pixels */
    uint32_t count;                    /**< pixels, at least one; counts down */
} brim_lanes_dual16_job;

/** Adds to the accumulators of neighbouring pixels the products of some taps with eight channels. */
#if BRIM_LANES_THUMB2
__attribute__((naked, noinline, unused)) static void brim_lanes_dual16_row(brim_lanes_dual16_job *job
                                                                           __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r11, lr}\n"
                     "mov lr, r0\n"
                     "1:\n"
                     "ldr r2, [lr, #12]\n"
                     "ldmia r2, {r8-r11}\n"
                     "ldr r0, [lr]\n"
                     "ldr r12, [lr, #4]\n"
                     "ldr r1, [lr, #8]\n"
                     "2:\n"
                     "ldmia r12!, {r3, r4, r7}\n"
                     "add r1, r1, r3\n"
                     "subs r1, r1, r4\n"
                     /* Enter the block behind the steps it leaves out; each is 20 bytes and a pixel byte. */
                     "adr.w r5, 3f\n"
                     "movs r6, #20\n"
                     "mla r5, r4, r6, r5\n"
                     "mov pc, r5\n"
                     ".balign 4\n"
                     "3:\n"
                     ".irp brim_at, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, "
                     "20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
                     "ldmia.n r0!, {r2, r3, r4, r5}\n"
                     "ldrb.n r6, [r1, #\\brim_at]\n"
                     "mla r8, r2, r6, r8\n"
                     "mla r9, r3, r6, r9\n"
                     "mla r10, r4, r6, r10\n"
                     "mla r11, r5, r6, r11\n"
                     ".endr\n"
                     "adds r1, r1, #32\n"
                     "subs r7, r7, #1\n"
                     "bne.w 3b\n"
                     "ldr r3, [r12, #8]\n"
                     "cmp r3, #0\n"
                     "bne.w 2b\n"
                     "ldr r2, [lr, #12]\n"
                     "stmia r2!, {r8-r11}\n"
                     "str r2, [lr, #12]\n"
                     "ldr r1, [lr, #8]\n"
                     "ldr r3, [lr, #16]\n"
                     "add r1, r1, r3\n"
                     "str r1, [lr, #8]\n"
                     "ldr r3, [lr, #20]\n"
                     "subs r3, r3, #1\n"
                     "str r3, [lr, #20]\n"
                     "bne.w 1b\n"
                     "pop {r4-r11, pc}\n");
}
#elif defined(__thumb__) && !defined(BRIM_LANES_PORTABLE)
__attribute__((naked, noinline, unused)) static void brim_lanes_dual16_row(brim_lanes_dual16_job *job
                                                                           __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r7, lr}\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "push {r4-r7}\n"
                     "mov lr, r0\n"
                     "1:\n"
                     "ldr r2, [r0, #12]\n"
                     "ldmia r2!, {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "ldr r1, [r0, #8]\n"
                     "ldr r2, [r0, #4]\n"
                     "ldr r0, [r0]\n"
                     "2:\n"
                     "ldmia r2!, {r3, r4, r7}\n"
                     "mov r12, r2\n"
                     "adds r1, r1, r3\n"
                     "subs r1, r1, r4\n"
                     /* Enter the block behind the steps it leaves out; each is 20 bytes and a pixel byte. */
                     "movs r5, #20\n"
                     "muls r4, r5\n"
                     "adr r5, 3f\n"
                     "adds r4, r4, r5\n"
                     "mov pc, r4\n"
                     ".balign 4\n"
                     "3:\n"
                     ".irp brim_at, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, "
                     "20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
                     "ldmia r0!, {r2, r3, r4, r5}\n"
                     "ldrb r6, [r1, #\\brim_at]\n"
                     "muls r2, r6, r2\n"
                     "add r8, r2\n"
                     "muls r3, r6, r3\n"
                     "add r9, r3\n"
                     "muls r4, r6, r4\n"
                     "add r10, r4\n"
                     "muls r5, r6, r5\n"
                     "add r11, r5\n"
                     ".endr\n"
                     "adds r1, #32\n"
                     "subs r7, #1\n"
                     "beq 4f\n"
                     "b 3b\n"
                     "4:\n"
                     "mov r2, r12\n"
                     "ldr r3, [r2, #8]\n"
                     "cmp r3, #0\n"
                     "beq 5f\n"
                     "b 2b\n"
                     "5:\n"
                     "mov r0, lr\n"
                     "ldr r2, [r0, #12]\n"
                     "mov r4, r8\n"
                     "mov r5, r9\n"
                     "mov r6, r10\n"
                     "mov r7, r11\n"
                     "stmia r2!, {r4-r7}\n"
                     "str r2, [r0, #12]\n"
                     "ldr r1, [r0, #8]\n"
                     "ldr r3, [r0, #16]\n"
                     "adds r1, r1, r3\n"
                     "str r1, [r0, #8]\n"
                     "ldr r3, [r0, #20]\n"
                     "subs r3, #1\n"
                     "str r3, [r0, #20]\n"
                     "beq 6f\n"
                     "b 1b\n"
                     "6:\n"
                     "pop {r4-r7}\n"
                     "mov r8, r4\n"
                     "mov r9, r5\n"
                     "mov r10, r6\n"
                     "mov r11, r7\n"
                     "pop {r4-r7, pc}\n");
}
#else
BRIM_INLINE void brim_lanes_dual16_row(brim_lanes_dual16_job *job) {
    for (; job->count != 0; job->count--, job->pixels += job->pixel_bytes, job->lanes += 4) {
        const uint32_t *weights = job->weights;
        const uint8_t *pixel = job->pixels;
        for (const brim_lanes_dual16_run *run = job->runs; run->blocks != 0; run++) {
            pixel += run->advance;
            for (uint32_t step = run->skipped; step < run->blocks * BRIM_LANES_DUAL16_BLOCK;
                 step++, weights += 4, pixel++)
                for (int i = 0; i < 4; i++)
                    job->lanes[i] += weights[i] * *pixel;
        }
    }
}
#endif

#endif
