#include "lanes_dense_dual16.h"

/** Unrolled steps of the tile function: a block. */
#define BRIM_LANES_DENSE_DUAL16_BLOCK 8

/** What codes exceed the weights by. */
#define BRIM_LANES_DENSE_DUAL16_OFFSET 7

/**
 * Lanes of eight channels after one chunk.
 *
 * @param weights  two words a step
 * @param pixels   two bytes a step
 * @param steps    at least one
 * @param lanes    out: four words, word i with channel 2i in its low and channel 2i + 1 in its high half
 */
#if BRIM_LANES_THUMB2
__attribute__((naked, noinline, unused)) static void brim_lanes_dense_dual16_chunk(
    const uint32_t *weights __attribute__((unused)), const uint8_t *pixels __attribute__((unused)),
    uint32_t steps __attribute__((unused)), uint32_t *lanes __attribute__((unused))) {
    __asm__ volatile(
        ".syntax unified\n"
        "push {r4-r11, lr}\n"
        "mov lr, r3\n"
        "adds r7, r2, #7\n"
        "lsrs r7, r7, #3\n"
        "rsb r3, r2, r7, lsl #3\n"
        "sub r1, r1, r3, lsl #1\n"
        /* Enter the block behind the steps it leaves out; each is 70 bytes and two pixel bytes. */
        "adr.w r4, 1f\n"
        "movs r5, #70\n"
        "mla r3, r3, r5, r4\n"
        "mov r2, #0x000F000F\n"
        "mov r8, #0\n"
        "mov r9, #0\n"
        "mov r10, #0\n"
        "mov r11, #0\n"
        "mov pc, r3\n"
        ".balign 4\n"
        "1:\n"
        ".macro brim_dense16_tap word\n"
        "and.w r6, r2, \\word\n"
        "mla r8, r6, r5, r8\n"
        "and.w r6, r2, \\word, lsr #4\n"
        "mla r9, r6, r5, r9\n"
        "and.w r6, r2, \\word, lsr #8\n"
        "mla r10, r6, r5, r10\n"
        "and.w r6, r2, \\word, lsr #12\n"
        "mla r11, r6, r5, r11\n"
        ".endm\n"
        ".irp brim_at, 0, 2, 4, 6, 8, 10, 12, 14\n"
        "ldmia.n r0!, {r3, r4}\n"
        "ldrb.n r5, [r1, #\\brim_at]\n"
        "brim_dense16_tap r3\n"
        "ldrb.n r5, [r1, #\\brim_at + 1]\n"
        "brim_dense16_tap r4\n"
        ".endr\n"
        ".purgem brim_dense16_tap\n"
        "adds r1, r1, #16\n"
        "subs r7, r7, #1\n"
        "bne.w 1b\n"
        "stmia.w lr, {r8-r11}\n"
        "pop {r4-r11, pc}\n");
}
#elif defined(__thumb__) && !defined(BRIM_LANES_PORTABLE)
__attribute__((naked, noinline, unused)) static void brim_lanes_dense_dual16_chunk(
    const uint32_t *weights __attribute__((unused)), const uint8_t *pixels __attribute__((unused)),
    uint32_t steps __attribute__((unused)), uint32_t *lanes __attribute__((unused))) {
    __asm__ volatile(
        ".syntax unified\n"
        "push {r3-r7, lr}\n"
        "mov r4, r8\n"
        "mov r5, r9\n"
        "mov r6, r10\n"
        "mov r7, r11\n"
        "push {r4-r7}\n"
        "adds r7, r2, #7\n"
        "lsrs r7, r7, #3\n"
        "lsls r3, r7, #3\n"
        "subs r3, r3, r2\n"
        "subs r1, r1, r3\n"
        "subs r1, r1, r3\n"
        /* Enter the block behind the steps it leaves out; each is 66 bytes and two pixel bytes. */
        "movs r4, #66\n"
        "muls r3, r4\n"
        "adr r4, 1f\n"
        "adds r3, r3, r4\n"
        "movs r4, #0\n"
        "mov r8, r4\n"
        "mov r9, r4\n"
        "mov r10, r4\n"
        "mov r11, r4\n"
        "movs r2, #15\n"
        "lsls r4, r2, #16\n"
        "orrs r2, r4\n"
        "mov pc, r3\n"
        ".balign 4\n"
        "1:\n"
        /* The last of a word's four products goes without the mask: what stands between and above
         * its two channels is 2^4, 2^8 and 2^12 times the channels in the other three's high
         * halves, and is taken off at the end. */
        ".macro brim_dense16_tap word\n"
        "movs r6, \\word\n"
        "ands r6, r2\n"
        "muls r6, r5, r6\n"
        "add r8, r6\n"
        "lsrs r6, \\word, #4\n"
        "ands r6, r2\n"
        "muls r6, r5, r6\n"
        "add r9, r6\n"
        "lsrs r6, \\word, #8\n"
        "ands r6, r2\n"
        "muls r6, r5, r6\n"
        "add r10, r6\n"
        "lsrs \\word, \\word, #12\n"
        "muls \\word, r5, \\word\n"
        "add r11, \\word\n"
        ".endm\n"
        ".irp brim_at, 0, 2, 4, 6, 8, 10, 12, 14\n"
        "ldmia r0!, {r3, r4}\n"
        "ldrb r5, [r1, #\\brim_at]\n"
        "brim_dense16_tap r3\n"
        "ldrb r5, [r1, #\\brim_at + 1]\n"
        "brim_dense16_tap r4\n"
        ".endr\n"
        ".purgem brim_dense16_tap\n"
        "adds r1, #16\n"
        "subs r7, #1\n"
        "beq 2f\n"
        "b 1b\n"
        "2:\n"
        "mov r3, r8\n"
        "mov r4, r9\n"
        "mov r5, r10\n"
        "mov r6, r11\n"
        "lsrs r1, r3, #16\n"
        "lsls r1, r1, #4\n"
        "subs r6, r6, r1\n"
        "lsrs r1, r4, #16\n"
        "lsls r1, r1, #8\n"
        "subs r6, r6, r1\n"
        "lsrs r1, r5, #16\n"
        "lsls r1, r1, #12\n"
        "subs r6, r6, r1\n"
        "ldr r0, [sp, #16]\n"
        "stmia r0!, {r3-r6}\n"
        "pop {r4-r7}\n"
        "mov r8, r4\n"
        "mov r9, r5\n"
        "mov r10, r6\n"
        "mov r11, r7\n"
        "pop {r3-r7, pc}\n");
}
#else
BRIM_INLINE void brim_lanes_dense_dual16_chunk(const uint32_t *weights, const uint8_t *pixels, uint32_t steps,
                                               uint32_t *lanes) {
    for (uint32_t i = 0; i < 4; i++) {
        lanes[i] = 0;
        for (uint32_t k = 0; k < 2 * steps; k++)
            lanes[i] += (weights[k] >> (4 * i) & 0x000F000Fu) * pixels[k];
    }
}
#endif

BRIM_LAYER_KERNEL void brim_lanes_dense_dual16(const brim_lanes_dense_dual16_params *params,
                                               const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    uint8_t *pixels = (uint8_t *)scratch;
    for (int32_t batch = 0; batch < params->batches; batch++) {
        int32_t all = 0;
        for (int32_t k = 0; k < params->taps; k++) {
            const uint8_t u = (uint8_t)(input[k] + params->input_offset);
            pixels[k] = u;
            all += u;
        }
        pixels[params->taps] = 0; /* The other half of the last step. */
        all *= BRIM_LANES_DENSE_DUAL16_OFFSET;
        const uint32_t *tile = params->stream;
        for (int32_t c = 0; c < params->outputs; c += 8) {
            const uint32_t *at = tile + 1, *end = at + tile[0];
            const uint8_t *from = pixels;
            int32_t sums[8];
            for (int i = 0; i < 8; i++)
                sums[i] = -all;
            do {
                const uint32_t steps = *at++;
                uint32_t lanes[4];
                brim_lanes_dense_dual16_chunk(at, from, steps, lanes);
                at += 2 * steps;
                from += 2 * steps;
                for (int i = 0; i < 4; i++) {
                    sums[2 * i] += (int32_t)(lanes[i] & 0xFFFFu);
                    sums[2 * i + 1] += (int32_t)(lanes[i] >> 16);
                }
            } while (at != end);
            tile = end;
            const int32_t count = params->outputs - c < 8 ? params->outputs - c : 8;
            for (int32_t i = 0; i < count; i++)
                output[c + i] = brim_lanes_requantize(sums[i], &params->channel[c + i], &params->output);
        }
        input += params->taps;
        output += params->outputs;
    }
}
