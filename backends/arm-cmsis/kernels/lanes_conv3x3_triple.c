#include "lanes_conv3x3_triple.h"

#include "lanes_triple_tile.h"

/** Expands a tile's stream of `words` words; codes are w + 8, so that the mask leaves no sign to
 * extend. */
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
BRIM_INLINE void brim_lanes_triple_pack(const brim_lanes_conv3x3_triple_params *p, const uint8_t *row,
                                        uint8_t *to, int32_t pair_bytes) {
    const int32_t channels = p->channels, offset = p->input_offset;
    for (int32_t x = 0; x < p->width; x++, row += channels, to += (x & 1) != 0 ? 1 : pair_bytes - 1)
        for (int32_t c = 0; c < channels; c++)
            to[2 * c] = (uint8_t)(row[c] + offset);
}

BRIM_INLINE void brim_lanes_triple_pack_strip(const brim_lanes_conv3x3_triple_params *p, const uint8_t *input,
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

BRIM_LAYER_KERNEL void brim_lanes_conv3x3_triple(const brim_lanes_conv3x3_triple_params *params,
                                                 const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    const int32_t width = params->width, row_bytes = 2 * params->channels;
    const int32_t row_words = width + 4;
    uint32_t *expanded = scratch + 3 * row_words;
    uint8_t *strip = (uint8_t *)(expanded + params->tile_words);
    for (int32_t y0 = 0; y0 < params->height; y0 += params->strip_rows) {
        const int32_t rows =
            params->height - y0 < params->strip_rows ? params->height - y0 : params->strip_rows;
        brim_lanes_triple_pack_strip(params, input, y0, strip);
        const uint32_t *tile = params->stream;
        for (int32_t c = 0; c < params->outputs; c += 3, tile += tile[0] + 1) {
            brim_lanes_triple_expand(tile + 1, (int32_t)tile[0], expanded);
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
                    brim_lanes_triple_tile(expanded, pixels, sums);
                    uint32_t *row = scratch + x;
                    for (int32_t i = 0; i < 9; i += 3, row += row_words) {
                        row[0] += sums[i];
                        row[1] += sums[i + 1] + sums[i + 9];
                        row[2] = sums[i + 2] + sums[i + 10];
                        row[3] = sums[i + 11];
                        if (x + 2 > width)
                            row[1] -=
                                sums[i + 9]; /* The second pixel of the pair is not part of the image. */
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
