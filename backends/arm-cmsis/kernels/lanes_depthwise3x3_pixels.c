#include "lanes_depthwise3x3_pixels.h"

#include "depthwise_align.h"

/** One channel of the image as pairs of pixels, padding included. */
BRIM_INLINE void brim_lanes_depthwise_pair(const brim_lanes_depthwise3x3_pixels_params *p,
                                           const uint8_t *input, uint32_t *words) {
    const int32_t channels = p->channels, pairs = BRIM_LANES_DEPTHWISE3X3_PAIRS(p->width);
    const uint32_t offset = (uint32_t)p->input_offset, padding = (uint32_t)p->padding;
    const uint32_t outside = padding | padding << 16;
    uint32_t *below = words + (p->height + 1) * pairs;
    for (int32_t i = 0; i < pairs; i++)
        *words++ = *below++ = outside;
    *below = outside;
    for (int32_t y = 0; y < p->height; y++) {
        *words++ = padding | (uint32_t)(uint8_t)(input[0] + offset) << 16;
        input += channels;
        for (int32_t x = 2; x < p->width; x += 2, input += 2 * channels) {
            const uint32_t u0 = (uint8_t)(input[0] + offset);
            const uint32_t u1 = (uint8_t)(input[channels] + offset);
            *words++ = u0 | u1 << 16;
        }
        if (p->width % 2 != 0)
            continue;
        *words++ = (uint8_t)(input[0] + offset) | padding << 16;
        input += channels;
    }
}

/** Makes what a channel's pairs are multiplied by from its stored weights. */
BRIM_INLINE void brim_lanes_depthwise_multipliers(const brim_lanes_depthwise3x3_pixels_params *p,
                                                  int32_t channel, brim_lanes_depthwise_pixels *weights) {
    uint32_t negative = 0;
    for (int32_t ky = 0; ky < 3; ky++) {
        const uint32_t codes = brim_lanes_depthwise_codes(p->weights, p->code_bits, 3 * channel + ky);
        int32_t w[3];
        for (int32_t i = 0; i < 3; i++) {
            w[i] = brim_lanes_depthwise_weight(codes, p->code_bits, i);
            negative -= (uint32_t)(w[i] & w[i] >> 31);
        }
        weights->inner[ky] = w[2] + w[1] * 65536;
        weights->outer[ky] = w[0];
    }
    weights->start = (uint32_t)p->greatest * negative * 0x10001u;
}

BRIM_LAYER_KERNEL void brim_lanes_depthwise3x3_pixels(const brim_lanes_depthwise3x3_pixels_params *params,
                                                      const uint8_t *input, uint8_t *output,
                                                      uint32_t *scratch) {
    const int32_t stride = params->channels, pairs = BRIM_LANES_DEPTHWISE3X3_PAIRS(params->width);
    const int32_t bytes = params->height * params->width * stride;
    const uint8_t *const from =
        (const uint8_t *)brim_depthwise_align((const int8_t *)input, (int8_t *)output, bytes, bytes, stride);
    const brim_lanes_output codes = params->output;
    const bool odd = params->width % 2 != 0;
    for (int32_t c = 0; c < params->channels; c++) {
        brim_lanes_depthwise_pixels weights;
        brim_lanes_depthwise_multipliers(params, c, &weights);
        brim_lanes_depthwise_pair(params, from + c, scratch);
        /* The last output of an odd row is the first of the pair that begins the next row. */
        brim_lanes_depthwise_pixels_tile(scratch, scratch + params->height * pairs + (odd ? 1 : 0),
                                         4 * (uint32_t)pairs, &weights);
        const brim_lanes_channel k = params->channel[c];
        const uint32_t *sums = scratch;
        uint8_t *to = output + c;
        for (int32_t y = 0; y < params->height; y++) {
            sums++;
            for (int32_t x = 1; x < params->width; x += 2, to += 2 * stride) {
                const uint32_t two = *sums++;
                to[0] = brim_lanes_requantize((int32_t)(two & 0xFFFFu), &k, &codes);
                to[stride] = brim_lanes_requantize((int32_t)(two >> 16), &k, &codes);
            }
            if (odd) {
                to[0] = brim_lanes_requantize((int32_t)(*sums & 0xFFFFu), &k, &codes);
                to += stride;
            }
        }
    }
}
