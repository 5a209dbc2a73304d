#include "lanes_conv_dual16.h"

#include "lanes_short.h"

/** Expands the weights of `steps` steps; codes are w + 8 or w + 16, so that the mask leaves no sign to
 * extend. With 5 bits up to two words more than needed are written. */
BRIM_INLINE const uint32_t *brim_lanes_dual16_expand(const uint32_t *from, int32_t steps, int32_t bits,
                                                     uint32_t *to) {
    uint32_t mask = bits == 4 ? 0x000F000Fu : 0x001F001Fu, offsets = bits == 4 ? 0x00080008u : 0x00100010u;
    BRIM_LANES_OPAQUE(mask); /* In registers, not loaded for each word. */
    BRIM_LANES_OPAQUE(offsets);
    const uint32_t *end = to + 4 * steps;
    for (; to < end; to += bits == 4 ? 4 : 3) {
        const uint32_t codes = *from++;
        to[0] = (codes & mask) - offsets;
        to[1] = (codes >> bits & mask) - offsets;
        to[2] = (codes >> 2 * bits & mask) - offsets;
        if (bits == 4)
            to[3] = (codes >> 12 & mask) - offsets;
    }
    return from;
}

/** Bytes of an image row or of padding into the strip. */
BRIM_INLINE uint8_t *brim_lanes_dual16_copy(const uint8_t *from, int32_t bytes, int32_t offset, uint8_t *to) {
    for (const uint8_t *end = from + bytes; from < end;)
        *to++ = (uint8_t)(*from++ + offset);
    return to;
}

BRIM_INLINE uint8_t *brim_lanes_dual16_fill(int32_t value, int32_t bytes, uint8_t *to) {
    for (const uint8_t *end = to + bytes; to < end;)
        *to++ = (uint8_t)value;
    return to;
}

/** The input rows and columns that the windows of a strip see, padding included. */
BRIM_INLINE void brim_lanes_dual16_pack(const brim_lanes_conv_dual16_params *p, const uint8_t *input,
                                        int32_t top, int32_t rows, int32_t columns, uint8_t *strip) {
    const int32_t left = p->pad_left < columns ? p->pad_left : columns;
    const int32_t inside = columns - left < p->input_width ? columns - left : p->input_width;
    for (int32_t y = top; y < top + rows; y++) {
        if (y < 0 || y >= p->input_height) {
            strip = brim_lanes_dual16_fill(p->padding, columns * p->channels, strip);
            continue;
        }
        strip = brim_lanes_dual16_fill(p->padding, left * p->channels, strip);
        strip = brim_lanes_dual16_copy(input + y * p->input_width * p->channels, inside * p->channels,
                                       p->input_offset, strip);
        strip = brim_lanes_dual16_fill(p->padding, (columns - left - inside) * p->channels, strip);
    }
}

/** Where the taps of a pass begin. */
typedef struct {
    int32_t tap;    /**< within its kernel row */
    int32_t offset; /**< in bytes, from the first tap of the window */
} brim_lanes_dual16_place;

/** The runs of the next `steps` taps: they end with the rows of the kernel. */
BRIM_INLINE void brim_lanes_dual16_runs(brim_lanes_dual16_place *place, int32_t steps, int32_t row_taps,
                                        int32_t row_bytes, brim_lanes_dual16_run *runs) {
    int32_t from = 0;
    while (steps != 0) {
        const int32_t taps = steps < row_taps - place->tap ? steps : row_taps - place->tap;
        runs->blocks = ((uint32_t)taps + BRIM_LANES_DUAL16_BLOCK - 1) / BRIM_LANES_DUAL16_BLOCK;
        runs->skipped = runs->blocks * BRIM_LANES_DUAL16_BLOCK - (uint32_t)taps;
        runs->advance = place->offset - from;
        runs++;
        from = place->offset + taps;
        place->offset += taps;
        place->tap += taps;
        if (place->tap == row_taps) {
            place->tap = 0;
            place->offset += row_bytes - row_taps;
        }
        steps -= taps;
    }
    runs->blocks = 0;
}

/** Adds the lanes of all pixels to their sums. */
BRIM_INLINE void brim_lanes_dual16_spill(const uint32_t *lanes, int32_t pixels, bool first, uint32_t *sums) {
    for (const uint32_t *end = lanes + 4 * pixels; lanes < end; lanes += 4, sums += 8)
        for (int i = 0; i < 4; i++) {
            sums[2 * i] = (first ? 0 : sums[2 * i]) + (lanes[i] & 0xFFFFu);
            sums[2 * i + 1] = (first ? 0 : sums[2 * i + 1]) + (lanes[i] >> 16);
        }
}

/** The products of a pass for all pixels of a strip. */
BRIM_INLINE void brim_lanes_dual16_pixels(const brim_lanes_conv_dual16_params *p, brim_lanes_dual16_job job,
                                          int32_t rows, int32_t row_bytes) {
    const uint8_t *strip = job.pixels;
    job.pixel_bytes = p->stride_x * p->channels;
    if (p->stride_y * row_bytes == p->output_width * job.pixel_bytes) {
        job.count = (uint32_t)(rows * p->output_width);
        brim_lanes_dual16_row(&job);
        return;
    }
    for (int32_t r = 0; r < rows; r++, strip += p->stride_y * row_bytes) {
        job.pixels = strip;
        job.count = (uint32_t)p->output_width;
        brim_lanes_dual16_row(&job);
    }
}

/** True if sums of 16 bits are rescaled by two multiplications: where there is no long one to take instead.
 */
BRIM_INLINE bool brim_lanes_dual16_is_short(const brim_lanes_conv_dual16_params *p) {
    return !BRIM_LANES_THUMB2 && !p->spills && brim_lanes_short_fits(&p->output);
}

/** Output codes of one channel whose sums are lanes of 16 bits. */
BRIM_INLINE void brim_lanes_dual16_codes(const brim_lanes_channel *channel, const brim_lanes_output *output,
                                         const uint32_t *lanes, bool odd, int32_t pixels, int32_t pixel_bytes,
                                         uint8_t *to) {
    const brim_lanes_short constants = brim_lanes_short_of(channel, output);
    for (const uint32_t *end = lanes + 4 * pixels; lanes < end; lanes += 4, to += pixel_bytes)
        *to = brim_lanes_short_code(&constants, output, odd ? *lanes >> 16 : *lanes & 0xFFFFu);
}

BRIM_LAYER_KERNEL void brim_lanes_conv_dual16(const brim_lanes_conv_dual16_params *params,
                                              const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    const int32_t row_taps = params->kernel_width * params->channels;
    const int32_t taps = params->kernel_height * row_taps;
    const int32_t columns = (params->output_width - 1) * params->stride_x + params->kernel_width;
    const int32_t row_bytes = columns * params->channels;
    const int32_t most = params->strip_rows * params->output_width;
    uint32_t *lanes = scratch, *sums = lanes + 4 * most;
    uint32_t *weights = sums + (params->spills ? 8 * most : 0);
    brim_lanes_dual16_run *runs =
        (brim_lanes_dual16_run *)(weights +
                                  4 * (taps < BRIM_LANES_DUAL16_PASS ? taps : BRIM_LANES_DUAL16_PASS) + 2);
    uint8_t *strip = (uint8_t *)(runs + params->kernel_height + 1);
    for (int32_t y0 = 0; y0 < params->output_height; y0 += params->strip_rows) {
        const int32_t rows =
            params->output_height - y0 < params->strip_rows ? params->output_height - y0 : params->strip_rows;
        const int32_t pixels = rows * params->output_width;
        brim_lanes_dual16_pack(params, input, y0 * params->stride_y - params->pad_top,
                               (rows - 1) * params->stride_y + params->kernel_height, columns, strip);
        const uint32_t *tile = params->stream;
        for (int32_t c = 0; c < params->outputs; c += 8) {
            const uint32_t *begin = tile + 1, *at = begin, *end = begin + tile[0];
            brim_lanes_dual16_place place = {0, 0};
            do {
                int32_t left = (int32_t)*at++;
                for (uint32_t *to = lanes, *last = lanes + 4 * pixels; to < last; to += 4) {
                    to[0] = at[0];
                    to[1] = at[1];
                    to[2] = at[2];
                    to[3] = at[3];
                }
                const bool first = at == begin + 1;
                at += 4;
                while (left != 0) {
                    const int32_t steps = left < BRIM_LANES_DUAL16_PASS ? left : BRIM_LANES_DUAL16_PASS;
                    at = brim_lanes_dual16_expand(at, steps, params->code_bits, weights);
                    brim_lanes_dual16_runs(&place, steps, row_taps, row_bytes, runs);
                    const brim_lanes_dual16_job job = {weights, runs, strip, lanes, 0, 0};
                    brim_lanes_dual16_pixels(params, job, rows, row_bytes);
                    left -= steps;
                }
                if (params->spills)
                    brim_lanes_dual16_spill(lanes, pixels, first, sums);
            } while (at != end);
            tile = end;
            const int32_t count = params->outputs - c < 8 ? params->outputs - c : 8;
            for (int32_t i = 0; i < count; i++) {
                const brim_lanes_channel constants = params->channel[c + i];
                uint8_t *to = output + y0 * params->output_width * params->outputs + c + i;
                if (brim_lanes_dual16_is_short(params)) {
                    if ((i & 1) != 0)
                        brim_lanes_dual16_codes(&constants, &params->output, lanes + i / 2, true, pixels,
                                                params->outputs, to);
                    else
                        brim_lanes_dual16_codes(&constants, &params->output, lanes + i / 2, false, pixels,
                                                params->outputs, to);
                    continue;
                }
                const uint32_t *sum = params->spills ? sums + i : lanes + i / 2;
                const uint32_t up = (i & 1) != 0 ? 0 : 16;
                for (int32_t x = 0; x < pixels; x++, to += params->outputs, sum += params->spills ? 8 : 4)
                    *to = brim_lanes_requantize((int32_t)(params->spills ? *sum : *sum << up >> 16),
                                                &constants, &params->output);
            }
        }
    }
}
