#include "lanes_conv_triple.h"

#include "lanes_triple_tile.h"

/** The window of one output pixel into every second byte. */
BRIM_INLINE void brim_lanes_triple_window(const brim_lanes_conv_triple_params *p, const uint8_t *input,
                                          int32_t y, int32_t x, uint8_t *to) {
    const int32_t channels = p->channels, offset = p->input_offset;
    const int32_t left = x < 0 ? -x : 0;
    const int32_t over = x + p->kernel_width - p->input_width;
    const int32_t right = over > 0 ? over : 0;
    const int32_t inside = (p->kernel_width - left - right) * channels;
    for (int32_t ky = 0; ky < p->kernel_height; ky++, y++) {
        const bool outside = y < 0 || y >= p->input_height;
        const int32_t before = outside ? p->kernel_width * channels : left * channels;
        for (int32_t k = 0; k < before; k++, to += 2)
            *to = (uint8_t)p->padding;
        if (outside)
            continue;
        const uint8_t *row = input + (y * p->input_width + x + left) * channels;
        for (int32_t k = 0; k < inside; k++, to += 2)
            *to = (uint8_t)(row[k] + offset);
        for (int32_t k = 0; k < right * channels; k++, to += 2)
            *to = (uint8_t)p->padding;
    }
}

BRIM_LAYER_KERNEL void brim_lanes_conv_triple(const brim_lanes_conv_triple_params *params,
                                              const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    uint8_t *windows = (uint8_t *)scratch;
    const int32_t taps = params->kernel_height * params->kernel_width * params->channels;
    const int32_t all = params->output_height * params->output_width;
    int32_t y = 0, x = 0;
    for (int32_t first = 0; first < all; first += 2) {
        const int32_t pixels = all - first < 2 ? 1 : 2;
        for (int32_t i = 0; i < pixels; i++) {
            brim_lanes_triple_window(params, input, y * params->stride_y - params->pad_top,
                                     x * params->stride_x - params->pad_left, windows + i);
            if (++x == params->output_width) {
                x = 0;
                y++;
            }
        }
        if (pixels == 1)
            for (int32_t k = 0; k < taps; k++)
                windows[2 * k + 1] = 0;
        const uint32_t *tile = params->stream;
        for (int32_t c = 0; c < params->outputs; c += 9, tile += tile[0] + 1) {
            uint32_t sums[18];
            brim_lanes_triple_tile(tile + 1, windows, sums);
            const int32_t count = params->outputs - c < 9 ? params->outputs - c : 9;
            for (int32_t i = 0; i < count; i++) {
                const brim_lanes_channel *channel = &params->channel[c + i];
                uint8_t *to = output + c + i;
                to[0] = brim_lanes_requantize((int32_t)sums[i], channel, &params->output);
                if (pixels == 2)
                    to[params->outputs] =
                        brim_lanes_requantize((int32_t)sums[9 + i], channel, &params->output);
            }
        }
        output += 2 * params->outputs;
    }
}
