#include "lanes_dense_dual.h"

#include "lanes_dual_stream.h"

/*
 * brim_lanes_dense_tile: sums of 16 channels: eight accumulators, one pair of activations a step. Segments
 * have at most 32 steps.
 *
 * stream   words: steps; eight starts; per step eight words, word i holding channels 2i and 2i + 1; then
 *          headers: SPILL: starts and steps follow, of low lanes only and two in a word unless HIGH; JUMP;
 *          none of these nor a count: the end
 * pixels   one activation pair a step
 * sums     out: channels 0, 2, .. 14, then 1, 3, .. 15, start values included
 * tail     where the stream goes on at JUMP
 */
#if BRIM_LANES_DSP
__attribute__((naked, noinline, unused)) static void
brim_lanes_dense_tile(const uint32_t *stream __attribute__((unused)),
                      const uint32_t *pixels __attribute__((unused)), int32_t *sums __attribute__((unused)),
                      const uint32_t *tail __attribute__((unused))) {
    __asm__ volatile(".syntax unified\n"
                     "push {r4-r11, lr}\n"
                     "sub sp, #16\n"
                     "strd r2, r3, [sp, #8]\n"
                     "ldr r4, [r0], #4\n"
                     "ldmia r0!, {r6-r12, lr}\n"
                     "1:\n"
                     "adr.w r3, 2f\n"
                     "movs r5, #40\n"
                     "mls r3, r4, r5, r3\n"
                     "mov pc, r3\n"
                     ".balign 4\n"
                     ".rept 32\n"
                     "ldmia.n r1!, {r5}\n"
                     "ldmia.n r0!, {r2, r3, r4}\n"
                     "smlad r6, r2, r5, r6\n"
                     "smlad r7, r3, r5, r7\n"
                     "smlad r8, r4, r5, r8\n"
                     "ldmia.n r0!, {r2, r3, r4}\n"
                     "smlad r9, r2, r5, r9\n"
                     "smlad r10, r3, r5, r10\n"
                     "smlad r11, r4, r5, r11\n"
                     "ldmia.n r0!, {r2, r3}\n"
                     "smlad r12, r2, r5, r12\n"
                     "smlad lr, r3, r5, lr\n"
                     ".endr\n"
                     "2:\n"
                     "ldr r4, [r0], #4\n"
                     "cmp r4, #0\n"
                     "blt 3f\n"
                     "lsls r5, r4, #24\n"
                     "bne 1b\n"
                     "lsls r5, r4, #5\n"
                     "itt cs\n"
                     "ldrcs r0, [sp, #12]\n"
                     "bcs 2b\n"
                     "ldr r2, [sp, #8]\n"
                     "lsls r5, r4, #2\n"
                     ".macro brim_dense_add a, b, c, d\n"
                     "ldmia r2, {r0, r1, r3, r4}\n"
                     "ubfx r5, \\a, #0, #12\n"
                     "add r0, r0, r5\n"
                     "ubfx r5, \\b, #0, #12\n"
                     "add r1, r1, r5\n"
                     "ubfx r5, \\c, #0, #12\n"
                     "add r3, r3, r5\n"
                     "ubfx r5, \\d, #0, #12\n"
                     "add r4, r4, r5\n"
                     "stmia r2!, {r0, r1, r3, r4}\n"
                     ".endm\n"
                     ".macro brim_dense_low a, b, c, d\n"
                     "ubfx r0, \\a, #0, #12\n"
                     "ubfx r1, \\b, #0, #12\n"
                     "ubfx r3, \\c, #0, #12\n"
                     "ubfx r4, \\d, #0, #12\n"
                     "stmia r2!, {r0, r1, r3, r4}\n"
                     ".endm\n"
                     ".macro brim_dense_high_add a, b, c, d\n"
                     "ldmia r2, {r0, r1, r3, r4}\n"
                     "add r0, r0, \\a, lsr #12\n"
                     "add r1, r1, \\b, lsr #12\n"
                     "add r3, r3, \\c, lsr #12\n"
                     "add r4, r4, \\d, lsr #12\n"
                     "stmia r2!, {r0, r1, r3, r4}\n"
                     ".endm\n"
                     ".macro brim_dense_high a, b, c, d\n"
                     "lsr r0, \\a, #12\n"
                     "lsr r1, \\b, #12\n"
                     "lsr r3, \\c, #12\n"
                     "lsr r4, \\d, #12\n"
                     "stmia r2!, {r0, r1, r3, r4}\n"
                     ".endm\n"
                     "bcs 5f\n"
                     "lsls r5, r4, #4\n"
                     "bcc 9f\n"
                     "brim_dense_add r6, r7, r8, r9\n"
                     "brim_dense_add r10, r11, r12, lr\n"
                     "b 7f\n"
                     "5:\n"
                     "brim_dense_low r6, r7, r8, r9\n"
                     "brim_dense_low r10, r11, r12, lr\n"
                     "7:\n"
                     "brim_dense_high r6, r7, r8, r9\n"
                     "brim_dense_high r10, r11, r12, lr\n"
                     "add sp, #16\n"
                     "pop {r4-r11, pc}\n"
                     "9:\n"
                     "brim_dense_add r6, r7, r8, r9\n"
                     "brim_dense_add r10, r11, r12, lr\n"
                     "brim_dense_high_add r6, r7, r8, r9\n"
                     "brim_dense_high_add r10, r11, r12, lr\n"
                     "add sp, #16\n"
                     "pop {r4-r11, pc}\n"
                     /* A spill. */
                     "3:\n"
                     "ldr r2, [sp, #8]\n"
                     "strd r0, r1, [sp]\n"
                     "push {r4}\n"
                     "lsls r5, r4, #2\n"
                     "bcs 4f\n"
                     "brim_dense_add r6, r7, r8, r9\n"
                     "brim_dense_add r10, r11, r12, lr\n"
                     "6:\n"
                     "ldr r4, [sp]\n"
                     "lsls r5, r4, #3\n"
                     "bcs 8f\n"
                     "ldrd r0, r1, [sp, #4]\n"
                     "ldmia r0!, {r2, r3, r4, r5}\n"
                     ".macro brim_dense_restart starts, a, b\n"
                     "bfi \\a, \\starts, #0, #12\n"
                     "lsrs \\starts, \\starts, #16\n"
                     "bfi \\b, \\starts, #0, #12\n"
                     ".endm\n"
                     "brim_dense_restart r2, r6, r7\n"
                     "brim_dense_restart r3, r8, r9\n"
                     "brim_dense_restart r4, r10, r11\n"
                     "brim_dense_restart r5, r12, lr\n"
                     ".purgem brim_dense_restart\n"
                     "pop {r4}\n"
                     "uxtb r4, r4\n"
                     "b 1b\n"
                     "4:\n"
                     "brim_dense_low r6, r7, r8, r9\n"
                     "brim_dense_low r10, r11, r12, lr\n"
                     "b 6b\n"
                     /* High lanes, too. */
                     "8:\n"
                     "lsls r5, r4, #4\n"
                     "bcs 10f\n"
                     "brim_dense_high_add r6, r7, r8, r9\n"
                     "brim_dense_high_add r10, r11, r12, lr\n"
                     "b 11f\n"
                     "10:\n"
                     "brim_dense_high r6, r7, r8, r9\n"
                     "brim_dense_high r10, r11, r12, lr\n"
                     "11:\n"
                     "pop {r4}\n"
                     "uxtb r4, r4\n"
                     "ldrd r0, r1, [sp]\n"
                     "ldmia r0!, {r6-r12, lr}\n"
                     "b 1b\n"
                     ".purgem brim_dense_add\n"
                     ".purgem brim_dense_high_add\n"
                     ".purgem brim_dense_low\n"
                     ".purgem brim_dense_high\n");
}
#else
BRIM_INLINE void brim_lanes_dense_tile(const uint32_t *stream, const uint32_t *pixels, int32_t *sums,
                                       const uint32_t *tail) {
    uint32_t header = *stream++;
    uint32_t acc[8];
    for (int i = 0; i < 8; i++)
        acc[i] = *stream++;
    for (;;) {
        for (uint32_t steps = header & BRIM_LANES_DUAL_COUNT; steps != 0; steps--, pixels++)
            for (int i = 0; i < 8; i++)
                acc[i] = (uint32_t)BRIM_SMLAD((int32_t)*stream++, (int32_t)*pixels, (int32_t)acc[i]);
        header = *stream++;
        if ((header & BRIM_LANES_DUAL_JUMP) != 0) {
            stream = tail;
            header = *stream++;
        }
        const uint32_t kind = header & (BRIM_LANES_DUAL_SPILL | BRIM_LANES_DUAL_COUNT);
        if (kind != 0 && (header & BRIM_LANES_DUAL_SPILL) == 0)
            continue;
        for (int i = 0; i < 8; i++)
            sums[i] = ((header & BRIM_LANES_DUAL_FIRST) != 0 ? 0 : sums[i]) + (int32_t)(acc[i] & 0xFFFu);
        if (kind == 0)
            break;
        const bool high = (header & BRIM_LANES_DUAL_HIGH) != 0;
        for (int i = 0; i < 8; i++) {
            if (high)
                sums[8 + i] =
                    ((header & BRIM_LANES_DUAL_HIGH_FIRST) != 0 ? 0 : sums[8 + i]) + (int32_t)(acc[i] >> 12);
            acc[i] = high ? stream[i] : (acc[i] & ~0xFFFu) | (stream[i >> 1] >> (i & 1) * 16 & 0xFFFu);
        }
        stream += high ? 8 : 4;
    }
    for (int i = 0; i < 8; i++)
        sums[8 + i] =
            ((header & BRIM_LANES_DUAL_HIGH_FIRST) != 0 ? 0 : sums[8 + i]) + (int32_t)(acc[i] >> 12);
}
#endif

BRIM_LAYER_KERNEL void brim_lanes_dense_dual(const brim_lanes_dense_dual_params *params, const uint8_t *input,
                                             uint8_t *output, uint32_t *scratch) {
    uint32_t mask = 0x00FF00FFu;
    BRIM_LANES_OPAQUE(mask);
    const uint32_t offset = (uint32_t)(params->input_offset & 0xFF) * 0x00010001u;
    uint32_t *const tail = scratch, *const pixels = tail + params->tail_words;
    for (int32_t batch = 0; batch < params->batches; batch++) {
        uint32_t *to = pixels;
        const int32_t whole = params->taps & ~3;
        for (int32_t k = 0; k < whole; k += 4, to += 2) {
            const uint32_t codes = brim_load32(input + k);
            to[0] = ((codes & mask) + offset) & mask;
            to[1] = ((codes >> 8 & mask) + offset) & mask;
        }
        if (whole != params->taps) {
            uint32_t codes = 0; /* The weights of the missing taps are zero. */
            for (int32_t k = whole; k < params->taps; k++)
                codes |= (uint32_t)input[k] << (8 * (k & 3));
            to[0] = ((codes & mask) + offset) & mask;
            to[1] = ((codes >> 8 & mask) + offset) & mask;
        }
        const uint32_t *tile = params->stream;
        for (int32_t first = 0; first < params->outputs; first += 16) {
            const brim_lanes_dual_parts parts = brim_lanes_dual_open(&tile, 8, tail);
            int32_t sums[16];
            brim_lanes_dense_tile(parts.begin, pixels, sums, parts.tail);
            const int32_t count = params->outputs - first < 16 ? params->outputs - first : 16;
            for (int32_t i = 0; i < count; i++)
                output[first + i] = brim_lanes_requantize(sums[(i & 1) * 8 + (i >> 1)],
                                                          &params->channel[first + i], &params->output);
        }
        input += params->taps;
        output += params->outputs;
    }
}
