#include "lanes_depthwise3x3_dual16.h"

#include "depthwise_align.h"
#include "lanes_depthwise_codes.h"
#include "lanes_dual16_plane.h"

/** Words of a row of the plane. */
BRIM_INLINE int32_t brim_lanes_depthwise_dual16_row_words(const brim_lanes_depthwise3x3_dual16_params *p) {
    return (BRIM_LANES_DEPTHWISE3X3_DUAL16_COLUMNS(p->output_width) - 1) * p->stride + 3;
}

/** Rows of the plane whose upper and lower codes both come from the image, or one or both from padding. */
typedef struct {
    brim_lanes_plane_rows rows;
    int32_t upper, lower; /**< bytes from the image's first code to the first of the rows; -1 for padding */
} brim_lanes_depthwise_dual16_run;

enum { BRIM_LANES_DEPTHWISE_DUAL16_RUNS = 5 }; /**< Each of both begins once and ends once at most. */

/** First byte of image row r, or -1 where it is padding. */
BRIM_INLINE int32_t brim_lanes_depthwise_dual16_place(const brim_lanes_depthwise3x3_dual16_params *p,
                                                      int32_t r) {
    return r < 0 || r >= p->input_height ? -1 : r * p->input_width * p->channels;
}

/** Cuts the plane's rows. @return the number of runs */
BRIM_INLINE int32_t brim_lanes_depthwise_dual16_runs(const brim_lanes_depthwise3x3_dual16_params *p,
                                                     brim_lanes_depthwise_dual16_run *runs) {
    const int32_t columns = BRIM_LANES_DEPTHWISE3X3_DUAL16_COLUMNS(p->output_width), stride = p->stride;
    const int32_t row_words = brim_lanes_depthwise_dual16_row_words(p);
    const int32_t pairs = (p->output_height + 1) / 2;
    const int32_t room = row_words - p->pad_left, inside = room < p->input_width ? room : p->input_width;
    const int32_t rest = (p->input_width - inside) * p->channels;
    /* For stride 2 an odd column's word may come first. */
    const int32_t second = stride == 1 ? 1 : (p->pad_left & 1) == 0 ? columns + 1 : -columns;
    int32_t count = 0;
    for (int32_t r = 0; r < stride * (pairs - 1) + 3; r++) {
        const int32_t upper = brim_lanes_depthwise_dual16_place(p, r - p->pad_top);
        const int32_t lower =
            brim_lanes_depthwise_dual16_place(p, r - p->pad_top + p->output_height / 2 * stride);
        const int32_t step_a = upper < 0 ? 0 : p->channels, step_b = lower < 0 ? 0 : p->channels;
        if (count != 0 && runs[count - 1].rows.step_a == step_a && runs[count - 1].rows.step_b == step_b) {
            runs[count - 1].rows.rows++;
            continue;
        }
        const brim_lanes_depthwise_dual16_run run = {
            {step_a, step_b, (uint32_t)p->input_offset, 4 * second, upper < 0 ? 0 : rest,
             lower < 0 ? 0 : rest, inside / 2, inside % 2,
             4 * (row_words - inside / 2 * (stride == 1 ? 2 : 1)), 1},
            upper,
            lower};
        runs[count++] = run;
    }
    return count;
}

/** Expands a channel's weights. @return the greatest sum of a lane */
BRIM_INLINE uint32_t brim_lanes_depthwise_dual16_weights(const brim_lanes_depthwise3x3_dual16_params *p,
                                                         int32_t channel, brim_lanes_plane *plane) {
    int32_t negative = 0, magnitude = 0;
    for (int32_t row = 0; row < 3; row++) {
        const uint32_t codes = brim_lanes_depthwise_codes(p->weights, p->code_bits, 3 * channel + row);
        for (int32_t column = 0; column < 3; column++) {
            const int32_t w = brim_lanes_depthwise_weight(codes, p->code_bits, column);
            /* For stride 2 the third column's word lies beside the first one's. */
            plane->weights[3 * row + (p->stride == 2 && column != 0 ? 3 - column : column)] = (uint32_t)w;
            negative -= w < 0 ? w : 0;
            magnitude += w < 0 ? -w : w;
        }
    }
    plane->start = (uint32_t)(negative * p->greatest) * 0x10001u;
    return (uint32_t)(magnitude * p->greatest);
}

/** True if the high word of every product and what is added to it keep to 16 bits, so that 32 bits hold it
 * with the 16 bits below. */
BRIM_INLINE bool brim_lanes_depthwise_dual16_is_narrow(const brim_lanes_short *s, int32_t least,
                                                       uint32_t most) {
    if (s->right > 15)
        return false;
    const int64_t low = (int64_t)s->top - least * (1 << s->right);
    const int64_t high = low + (most * s->high >> 16) + 2;
    return low >= INT16_MIN && high <= INT16_MAX;
}

/** Codes of both lanes where brim_lanes_plane_codes cannot make them. */
BRIM_SHARED void brim_lanes_depthwise_dual16_wide(const brim_lanes_depthwise3x3_dual16_params *p,
                                                  const brim_lanes_channel *channel, const uint32_t *sums,
                                                  int32_t row_words, uint8_t *to) {
    const brim_lanes_output output = p->output;
    const brim_lanes_short s = brim_lanes_short_of(channel, &output);
    const bool is_short = brim_lanes_short_fits(&output) && !BRIM_LANES_THUMB2;
    const int32_t distance = p->output_height / 2 * p->output_width * p->channels;
    for (int32_t y = (p->output_height + 1) / 2; y > 0; y--, sums += row_words - p->output_width)
        for (const uint32_t *end = sums + p->output_width; sums < end; sums++, to += p->channels)
            for (int32_t lane = 0; lane < 2; lane++) {
                const uint32_t sum = lane == 0 ? *sums & 0xFFFFu : *sums >> 16;
                to[lane == 0 ? 0 : distance] = is_short
                                                   ? brim_lanes_short_code(&s, &output, sum)
                                                   : brim_lanes_requantize((int32_t)sum, channel, &output);
            }
}

/** Codes of the rows of both lanes; `most` is the greatest sum. `store` has all that channels have in common.
 */
BRIM_INLINE void brim_lanes_depthwise_dual16_codes(const brim_lanes_depthwise3x3_dual16_params *p,
                                                   brim_lanes_plane_store *store, int32_t channel,
                                                   uint32_t most, const uint32_t *sums, uint8_t *to) {
    const brim_lanes_output *const output = &p->output;
    if (brim_lanes_short_fits(output) && !(output->two_roundings && !output->negative_clamped)) {
        const brim_lanes_short s = brim_lanes_short_of(&p->channel[channel], output);
        if (brim_lanes_depthwise_dual16_is_narrow(&s, output->low, most)) {
            const int32_t top = brim_sub32(s.top, output->low * (1 << s.right));
            store->high = s.high;
            store->low = s.low;
            store->shift = s.right + 16;
            store->add_low = s.add_low;
            store->add = brim_add32_wrap(top * 65536, (int32_t)s.add_high);
            brim_lanes_plane_codes(store, sums, to);
            return;
        }
    }
    brim_lanes_depthwise_dual16_wide(p, &p->channel[channel], sums, (store->columns + store->gap) / 4, to);
}

/** All channels of a layer. */
BRIM_SHARED void brim_lanes_depthwise_dual16_layer(const brim_lanes_depthwise3x3_dual16_params *params,
                                                   const uint8_t *from, uint8_t *output, uint32_t *words) {
    const int32_t stride = params->stride;
    const int32_t columns = BRIM_LANES_DEPTHWISE3X3_DUAL16_COLUMNS(params->output_width);
    const int32_t row_words = brim_lanes_depthwise_dual16_row_words(params);
    const int32_t pairs = (params->output_height + 1) / 2;
    /* Blocks of four columns, then one or two of three or one of two make up every width. */
    const int32_t rest = columns % 4;
    const int32_t behind = columns < 5 || rest == 0 || rest == 3 ? rest : rest + 4;
    const int32_t twos = behind == 2 || behind == 5 ? 2 : 0;
    brim_lanes_plane plane = {{0},
                              4 * (stride * row_words - columns),
                              twos != 0,
                              (uint32_t)pairs,
                              0,
                              stride == 2 ? 4 * columns : 4,
                              4 * columns,
                              -8 * row_words - (stride == 2 ? 4 * columns + 4 : 8),
                              4 * (columns - behind),
                              4 * stride * row_words,
                              4 * (columns - twos)};
    brim_lanes_depthwise_dual16_run runs[BRIM_LANES_DEPTHWISE_DUAL16_RUNS];
    const int32_t count = brim_lanes_depthwise_dual16_runs(params, runs);
    const uint8_t outside = (uint8_t)(params->padding - params->input_offset);
    const uint32_t padding = (uint32_t)params->padding * 0x10001u;
    for (int32_t i = (stride * (pairs - 1) + 3) * row_words; i > 0; i--)
        words[i - 1] = padding;
    /* Where the first code goes, and how many words before it sums take the place of padding. */
    const int32_t lead = stride == 1             ? params->pad_left
                         : params->pad_left == 1 ? columns + 1
                                                 : params->pad_left / 2;
    const int32_t spoilt = stride == 1 ? params->pad_left : (params->pad_left + 1) / 2;
    brim_lanes_plane_store store = {0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    params->output.high - params->output.low,
                                    params->channels,
                                    params->output_height / 2 * params->output_width * params->channels,
                                    4 * params->output_width,
                                    plane.step - 4 * params->output_width,
                                    (uint32_t)pairs,
                                    params->output.low};
    for (int32_t c = 0; c < params->channels; c++) {
        uint32_t *to = words + lead;
        for (int32_t i = 0; i < count; i++) {
            const brim_lanes_depthwise_dual16_run *run = &runs[i];
            brim_lanes_plane_pack(&run->rows, run->upper < 0 ? &outside : from + c + run->upper,
                                  run->lower < 0 ? &outside : from + c + run->lower, to);
            to += (int32_t)run->rows.rows * row_words;
        }
        const uint32_t most = brim_lanes_depthwise_dual16_weights(params, c, &plane);
        brim_lanes_plane_sums(&plane, words);
        brim_lanes_depthwise_dual16_codes(params, &store, c, most, words, output + c);
        if (spoilt != 0)
            for (uint32_t *at = words, *end = at + pairs * stride * row_words; at < end;
                 at += stride * row_words) {
                at[0] = padding;
                if (spoilt == 2)
                    at[1] = padding;
            }
    }
}

BRIM_KERNEL void brim_lanes_depthwise3x3_dual16(const brim_lanes_depthwise3x3_dual16_params *params,
                                                const uint8_t *input, uint8_t *output, uint32_t *scratch) {
    const int32_t channels = params->channels;
    const uint8_t *const from = (const uint8_t *)brim_depthwise_align(
        (const int8_t *)input, (int8_t *)output, params->input_height * params->input_width * channels,
        params->output_height * params->output_width * channels, channels);
    brim_lanes_depthwise_dual16_layer(params, from, output, scratch);
}
