#include "lanes_conv3x3_triple.h"

/* Headers of a segment: its steps, and what happens before them. */
#define BRIM_LANES_TRIPLE_SPILL 0x80000000u /**< add the lanes to the sums, restart them */
#define BRIM_LANES_TRIPLE_FIRST 0x40000000u /**< with SPILL: store the lanes in the sums */

/**
 * Sums of three channels at two pixels.
 *
 * @param stream  words: steps; the starts of three channels; per step their words; then headers: SPILL without a
 *                count: the end; SPILL with a count: three starts follow; otherwise the chunk goes on
 * @param pixels  two bytes a step
 * @param sums    out: [pixel][channel][lane], start values included
 */
#if defined(__thumb__) && !defined(__thumb2__) && !defined(BRIM_LANES_PORTABLE)
__attribute__((naked, noinline, unused)) static void
brim_lanes_triple_tile(const uint32_t *stream __attribute__((unused)),
                       const uint8_t *pixels __attribute__((unused)), uint32_t *sums __attribute__((unused))) {
    __asm__ volatile(
        ".syntax unified\n"
        "push {r4-r7, lr}\n"
        "mov r4, r8\n"
        "mov r5, r9\n"
        "mov r6, r10\n"
        "mov r7, r11\n"
        "push {r4-r7}\n"
        "mov r4, r12\n"
        "push {r2-r4}\n" /* sums, a place for r1, and r12 to keep the stack aligned */
        "ldmia r0!, {r5}\n"
        "1:\n"
        "ldmia r0!, {r2, r3, r4}\n"
        "mov r8, r2\n"
        "mov r9, r3\n"
        "mov r10, r4\n"
        "mov r11, r2\n"
        "mov r12, r3\n"
        "mov lr, r4\n"
        "2:\n"
        /* Enter the unrolled steps so that r5 of them remain: each is 34 bytes of code and two pixels. */
        "movs r3, #16\n"
        "subs r3, r3, r5\n"
        "subs r1, r1, r3\n"
        "subs r1, r1, r3\n"
        "movs r4, #34\n"
        "muls r3, r4\n"
        "adr r4, 3f\n"
        "adds r3, r3, r4\n"
        "mov pc, r3\n"
        ".balign 4\n"
        "3:\n"
        ".macro brim_triple_step at\n"
        "ldmia r0!, {r2, r3, r4}\n"
        "ldrb r5, [r1, #\\at]\n"
        "ldrb r6, [r1, #\\at + 1]\n"
        "movs r7, r2\n"
        "muls r7, r5, r7\n"
        "add r8, r7\n"
        "muls r2, r6, r2\n"
        "add r11, r2\n"
        "movs r7, r3\n"
        "muls r7, r5, r7\n"
        "add r9, r7\n"
        "muls r3, r6, r3\n"
        "add r12, r3\n"
        "muls r5, r4, r5\n"
        "add r10, r5\n"
        "muls r6, r4, r6\n"
        "add lr, r6\n"
        ".endm\n"
        "brim_triple_step 0\n"
        "brim_triple_step 2\n"
        "brim_triple_step 4\n"
        "brim_triple_step 6\n"
        "brim_triple_step 8\n"
        "brim_triple_step 10\n"
        "brim_triple_step 12\n"
        "brim_triple_step 14\n"
        "brim_triple_step 16\n"
        "brim_triple_step 18\n"
        "brim_triple_step 20\n"
        "brim_triple_step 22\n"
        "brim_triple_step 24\n"
        "brim_triple_step 26\n"
        "brim_triple_step 28\n"
        "brim_triple_step 30\n"
        ".purgem brim_triple_step\n"
        "adds r1, #32\n"
        "ldmia r0!, {r5}\n"
        "cmp r5, #0\n"
        "blt 4f\n"
        "b 2b\n"
        "4:\n"
        "ldr r7, [sp]\n"
        "str r1, [sp, #4]\n"
        "push {r0, r5}\n"
        "lsls r5, r5, #1\n"
        "bmi 5f\n"
        ".macro brim_triple_lanes acc\n"
        "mov r2, \\acc\n"
        "lsrs r4, r2, #20\n"
        "lsls r3, r2, #12\n"
        "lsrs r3, r3, #22\n"
        "lsls r2, r2, #22\n"
        "lsrs r2, r2, #22\n"
        ".endm\n"
        ".macro brim_triple_add acc\n"
        "brim_triple_lanes \\acc\n"
        "ldmia r7!, {r0, r1, r5}\n"
        "adds r2, r2, r0\n"
        "adds r3, r3, r1\n"
        "adds r4, r4, r5\n"
        "subs r7, #12\n"
        "stmia r7!, {r2, r3, r4}\n"
        ".endm\n"
        ".macro brim_triple_put acc\n"
        "brim_triple_lanes \\acc\n"
        "stmia r7!, {r2, r3, r4}\n"
        ".endm\n"
        "brim_triple_add r8\n"
        "brim_triple_add r9\n"
        "brim_triple_add r10\n"
        "brim_triple_add r11\n"
        "brim_triple_add r12\n"
        "brim_triple_add lr\n"
        "b 6f\n"
        "5:\n"
        "brim_triple_put r8\n"
        "brim_triple_put r9\n"
        "brim_triple_put r10\n"
        "brim_triple_put r11\n"
        "brim_triple_put r12\n"
        "brim_triple_put lr\n"
        ".purgem brim_triple_add\n"
        ".purgem brim_triple_put\n"
        ".purgem brim_triple_lanes\n"
        "6:\n"
        "pop {r0, r5}\n"
        "ldr r1, [sp, #4]\n"
        "lsls r5, r5, #2\n"
        "lsrs r5, r5, #2\n"
        "beq 7f\n"
        "b 1b\n"
        "7:\n"
        "pop {r2-r4}\n"
        "mov r12, r4\n"
        "pop {r4-r7}\n"
        "mov r8, r4\n"
        "mov r9, r5\n"
        "mov r10, r6\n"
        "mov r11, r7\n"
        "pop {r4-r7, pc}\n");
}
#else
BRIM_INLINE void brim_lanes_triple_tile(const uint32_t *stream, const uint8_t *pixels, uint32_t *sums) {
    uint32_t steps = *stream++;
    uint32_t header;
    do {
        uint32_t acc[6];
        for (int i = 0; i < 6; i++)
            acc[i] = stream[i % 3];
        stream += 3;
        do {
            for (; steps != 0; steps--, pixels += 2, stream += 3)
                for (int i = 0; i < 6; i++)
                    acc[i] += stream[i % 3] * pixels[i / 3];
            header = *stream++;
            steps = header & ~(BRIM_LANES_TRIPLE_SPILL | BRIM_LANES_TRIPLE_FIRST);
        } while ((header & BRIM_LANES_TRIPLE_SPILL) == 0);
        if ((header & BRIM_LANES_TRIPLE_FIRST) != 0)
            for (int i = 0; i < 18; i++)
                sums[i] = 0;
        for (int i = 0; i < 6; i++) {
            sums[3 * i] += acc[i] & 0x3FFu;
            sums[3 * i + 1] += acc[i] >> 10 & 0x3FFu;
            sums[3 * i + 2] += acc[i] >> 20;
        }
    } while (steps != 0);
}
#endif

/** Expands a tile's compact stream of `words` words; codes are w + 8, so that the mask leaves no sign to extend. */
static inline void brim_lanes_triple_expand(const uint32_t *from, int32_t words, uint32_t *to) {
    uint32_t mask = 0x00F03C0Fu, eights = 0x00802008u;
    BRIM_LANES_OPAQUE(mask); /* In registers, not loaded for each word. */
    BRIM_LANES_OPAQUE(eights);
    bool starts = true;
    for (const uint32_t *end = from + words;;) {
        const uint32_t header = *from++;
        *to++ = header;
        if (from == end)
            break;
        for (int i = 0; starts && i < 3; i++)
            *to++ = *from++;
        uint32_t left = (header & ~(BRIM_LANES_TRIPLE_SPILL | BRIM_LANES_TRIPLE_FIRST)) * 3;
        for (; left >= 2; left -= 2, to += 2) {
            const uint32_t codes = *from++;
            to[0] = (codes & mask) - eights;
            to[1] = (codes >> 5 & mask) - eights;
        }
        if (left != 0)
            *to++ = (*from++ & mask) - eights;
        starts = (*from & BRIM_LANES_TRIPLE_SPILL) != 0;
    }
}

/** Bytes of one image row into the strip, two columns side by side. */
static inline void brim_lanes_triple_pack(const brim_lanes_conv3x3_triple_params *p, const uint8_t *row,
                                          uint8_t *to, int32_t pair_bytes) {
    const int32_t channels = p->channels, offset = p->input_offset;
    for (int32_t x = 0; x < p->width; x++, row += channels, to += (x & 1) != 0 ? 1 : pair_bytes - 1)
        for (int32_t c = 0; c < channels; c++)
            to[2 * c] = (uint8_t)(row[c] + offset);
}

static inline void brim_lanes_triple_pack_strip(const brim_lanes_conv3x3_triple_params *p, const uint8_t *input,
                                                int32_t y0, uint8_t *strip) {
    const int32_t row_bytes = 2 * p->channels, pairs = (p->width + 1) / 2;
    const int32_t pair_bytes = (p->strip_rows + 2) * row_bytes;
    for (int32_t r = 0; r < p->strip_rows + 2; r++, strip += row_bytes) {
        const int32_t y = y0 + r - 1;
        const bool inside = y >= 0 && y < p->height;
        if (inside)
            brim_lanes_triple_pack(p, input + y * p->width * p->channels, strip, pair_bytes);
        /* An odd width leaves half of the last pair, whose sums nobody reads but which must be defined. */
        for (int32_t b = inside ? p->width / 2 : 0; b < pairs; b++)
            for (int32_t c = 0; c < p->channels; c++) {
                strip[b * pair_bytes + 2 * c + 1] = (uint8_t)p->padding;
                if (!inside)
                    strip[b * pair_bytes + 2 * c] = (uint8_t)p->padding;
            }
    }
}

BRIM_KERNEL void brim_lanes_conv3x3_triple(const brim_lanes_conv3x3_triple_params *params, const uint8_t *input,
                                           uint8_t *output, uint32_t *scratch) {
    const int32_t width = params->width, row_bytes = 2 * params->channels;
    const int32_t row_words = width + 4;
    uint32_t *expanded = scratch + 3 * row_words;
    uint8_t *strip = (uint8_t *)(expanded + (params->compact ? params->tile_words : 0));
    for (int32_t y0 = 0; y0 < params->height; y0 += params->strip_rows) {
        const int32_t rows = params->height - y0 < params->strip_rows ? params->height - y0 : params->strip_rows;
        brim_lanes_triple_pack_strip(params, input, y0, strip);
        const uint32_t *tile = params->stream;
        for (int32_t c = 0; c < params->outputs; c += 3, tile += tile[0] + 1) {
            const uint32_t *weights = tile + 1;
            if (params->compact) {
                brim_lanes_triple_expand(weights, (int32_t)tile[0], expanded);
                weights = expanded;
            }
            const int32_t count = params->outputs - c < 3 ? params->outputs - c : 3;
            for (int32_t r = 0; r < rows; r++) {
                const uint8_t *pixels = strip + r * row_bytes;
                /* Row of sums: column x at [x + 1]. */
                for (int32_t i = 0; i < 3; i++) {
                    scratch[i * row_words] = 0;
                    scratch[i * row_words + 1] = i < count ? (uint32_t)params->left[c + i] : 0;
                }
                for (int32_t x = 0; x < width; x += 2, pixels += (params->strip_rows + 2) * row_bytes) {
                    uint32_t sums[18];
                    brim_lanes_triple_tile(weights, pixels, sums);
                    uint32_t *row = scratch + x;
                    for (int32_t i = 0; i < 9; i += 3, row += row_words) {
                        row[0] += sums[i];
                        row[1] += sums[i + 1] + sums[i + 9];
                        row[2] = sums[i + 2] + sums[i + 10];
                        row[3] = sums[i + 11];
                        if (x + 2 > width)
                            row[1] -= sums[i + 9]; /* The second pixel of the pair is not part of the image. */
                    }
                }
                for (int32_t i = 0; i < count; i++) {
                    const uint32_t *row = scratch + i * row_words + 1;
                    const brim_lanes_channel constants = params->channel[c + i];
                    uint8_t *to = output + (y0 + r) * width * params->outputs + c + i;
                    const uint32_t last = row[width - 1] + (uint32_t)params->right[c + i];
                    for (int32_t x = 0; x < width - 1; x++, to += params->outputs)
                        *to = brim_lanes_requantize((int32_t)row[x], &constants, &params->output);
                    *to = brim_lanes_requantize((int32_t)last, &constants, &params->output);
                }
            }
        }
    }
}
