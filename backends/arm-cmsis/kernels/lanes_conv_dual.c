#include "lanes_conv_dual.h"

#include "lanes_dual_tile.h"

/** Four bytes into two words of a pixel's column; a panel row holds four pixels. */
BRIM_INLINE uint32_t *brim_lanes_dual_expand(const uint8_t *from, int32_t bytes, uint32_t offset,
                                             uint32_t *to) {
    uint32_t mask = 0x00FF00FFu;
    BRIM_LANES_OPAQUE(mask);
    const uint32_t offsets = (offset & 0xFFu) * 0x00010001u;
    for (const uint8_t *end = from + bytes; from != end; from += 4, to += 8) {
        const uint32_t codes = brim_load32(from);
        uint32_t even = codes & mask, odd = codes >> 8 & mask;
        if (offset != 0) {
            even = (even + offsets) & mask;
            odd = (odd + offsets) & mask;
        }
        to[0] = even;
        to[4] = odd;
    }
    return to;
}

BRIM_INLINE uint32_t *brim_lanes_dual_fill(uint32_t pair, int32_t bytes, uint32_t *to) {
    for (int32_t i = 0; i < bytes; i += 4, to += 8)
        to[0] = to[4] = pair;
    return to;
}

/** The window of one output pixel, whose rows are whole words. */
BRIM_INLINE void brim_lanes_dual_window(const brim_lanes_conv_dual_params *p, const uint8_t *input, int32_t y,
                                        int32_t x, uint32_t *to) {
    const int32_t channels = p->channels;
    const uint32_t padding = (uint32_t)p->padding * 0x00010001u;
    const int32_t left = x < 0 ? -x : 0;
    const int32_t over = x + p->kernel_width - p->input_width;
    const int32_t right = over > 0 ? over : 0;
    const int32_t inside = p->kernel_width - left - right;
    for (int32_t ky = 0; ky < p->kernel_height; ky++, y++) {
        if (y < 0 || y >= p->input_height) {
            to = brim_lanes_dual_fill(padding, p->kernel_width * channels, to);
            continue;
        }
        const uint8_t *row = input + (y * p->input_width + x + left) * channels;
        to = brim_lanes_dual_fill(padding, left * channels, to);
        to = brim_lanes_dual_expand(row, inside * channels, (uint32_t)p->input_offset, to);
        to = brim_lanes_dual_fill(padding, right * channels, to);
    }
}

/** The window of one output pixel by single bytes, for channels that do not fill words. */
BRIM_INLINE void brim_lanes_dual_window_bytes(const brim_lanes_conv_dual_params *p, const uint8_t *input,
                                              int32_t y0, int32_t x0, uint8_t *bytes, uint32_t *to) {
    uint8_t *at = bytes;
    for (int32_t y = y0; y < y0 + p->kernel_height; y++)
        for (int32_t x = x0; x < x0 + p->kernel_width; x++) {
            const bool inside = y >= 0 && x >= 0 && y < p->input_height && x < p->input_width;
            const uint8_t *pixel = input + (inside ? (y * p->input_width + x) * p->channels : 0);
            for (int32_t c = 0; c < p->channels; c++)
                *at++ = (uint8_t)(inside ? pixel[c] + p->input_offset : p->padding);
        }
    const int32_t taps = (int32_t)(at - bytes);
    while ((at - bytes) % 4 != 0)
        *at++ = 0;
    brim_lanes_dual_expand(bytes, (taps + 3) & ~3, 0, to);
}

/** Output codes of a tile at a strip; sums of each block are [channel][pixel]. */
BRIM_INLINE void brim_lanes_dual_store(const brim_lanes_conv_dual_params *p, const int32_t *sums,
                                       int32_t channel, int32_t pixels, uint8_t *output) {
    const int32_t end = channel + 4 < p->outputs ? channel + 4 : p->outputs;
    for (; channel < end; channel++, sums += 4) {
        const brim_lanes_channel constants = p->channel[channel];
        const int32_t *sum = sums;
        uint8_t *to = output + channel;
        for (const int32_t *last = sum + pixels / 4 * 16; sum != last; sum += 16, to += 4 * p->outputs) {
            to[0] = brim_lanes_requantize(sum[0], &constants, &p->output);
            to[p->outputs] = brim_lanes_requantize(sum[1], &constants, &p->output);
            to[2 * p->outputs] = brim_lanes_requantize(sum[2], &constants, &p->output);
            to[3 * p->outputs] = brim_lanes_requantize(sum[3], &constants, &p->output);
        }
        for (int32_t i = 0; i < pixels % 4; i++)
            to[i * p->outputs] = brim_lanes_requantize(sum[i], &constants, &p->output);
    }
}

BRIM_LAYER_KERNEL void brim_lanes_conv_dual(const brim_lanes_conv_dual_params *params, const uint8_t *input,
                                            uint8_t *output, uint32_t *scratch) {
    const int32_t taps = params->kernel_height * params->kernel_width * params->channels;
    const int32_t block_words = BRIM_LANES_DUAL_BLOCK(taps);
    const int32_t most = 4 * params->strip_blocks;
    uint32_t *const tail = scratch, *const strip = tail + params->tail_words;
    int32_t *const sums = (int32_t *)(strip + params->strip_blocks * block_words);
    uint8_t *const bytes = (uint8_t *)(sums + 16 * params->strip_blocks);
    const int32_t all = params->output_height * params->output_width;
    int32_t y = 0, x = 0;
    for (int32_t first = 0; first < all; first += most) {
        const int32_t rest = all - first < most ? all - first : most;
        uint32_t *block = strip;
        for (int32_t pixel = 0; pixel < rest; pixel += 4, block += block_words) {
            const int32_t pixels = rest - pixel < 4 ? rest - pixel : 4;
            for (int32_t i = 0; i < pixels; i++) {
                const int32_t top = y * params->stride_y - params->pad_top;
                const int32_t left = x * params->stride_x - params->pad_left;
                if (params->channels % 4 == 0)
                    brim_lanes_dual_window(params, input, top, left, block + i);
                else
                    brim_lanes_dual_window_bytes(params, input, top, left, bytes, block + i);
                if (++x == params->output_width) {
                    x = 0;
                    y++;
                }
            }
            for (int32_t i = pixels; i < 4; i++)
                brim_lanes_dual_fill(0, (taps + 3) & ~3, block + i);
        }
        const uint32_t *tile = params->stream;
        for (int32_t c = 0; c < params->outputs; c += 4) {
            const brim_lanes_dual_parts parts = brim_lanes_dual_open(&tile, 2, tail);
            int32_t *to = sums;
            for (const uint32_t *pixels = strip; pixels != block; pixels += block_words, to += 16)
                brim_lanes_dual_tile(parts.begin, pixels, to, parts.tail);
            brim_lanes_dual_store(params, sums, c, rest, output + first * params->outputs);
        }
    }
}
