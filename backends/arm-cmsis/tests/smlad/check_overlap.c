/*
 * Runs the depthwise kernel apart from its input and then with the result at every small distance before the
 * input's start, over the same memory: the results must be the same bytes.
 */
#include <stdio.h>
#include <string.h>

#include "backends/arm-cmsis/kernels/depthwise3x3_s8_smlad.c"

enum { CHANNELS = 7, ROWS = 9, COLUMNS = 6, PIXELS = ROWS * COLUMNS, MAX_DISTANCE = 3 * CHANNELS };

static int8_t weights[9 * CHANNELS + 3];
static int32_t channels[2 * CHANNELS];
static uint8_t shifts[CHANNELS];
static int8_t input[PIXELS * CHANNELS];
static int8_t apart[PIXELS * CHANNELS];
static int8_t shared[PIXELS * CHANNELS + MAX_DISTANCE];
static uint32_t scratch[1024];

static int32_t next(void) {
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return (int32_t)(state >> 24) - 128;
}

static int check(int32_t stride, int32_t strip_rows) {
    const int32_t out_h = (ROWS - 1) / stride + 1;
    const int32_t out_w = (COLUMNS + 1 - 3 + (stride == 1)) / stride + 1;
    const brim_depthwise3x3_s8_smlad_params p = {
        .weights = weights,
        .channels = channels,
        .shifts = shifts,
        .in_h = ROWS,
        .in_w = COLUMNS,
        .channel_count = CHANNELS,
        .out_h = out_h,
        .out_w = out_w,
        .stride = stride,
        .pad_top = 1,
        .pad_left = stride == 1,
        .strip_rows = strip_rows,
        .plane_words = stride == 1 ? (out_w + 1) / 2 + 1 : out_w + 1,
        .in_zero_point = 5,
        .out_offset = 1,
        .act_min = -128,
        .act_max = 127,
    };
    void (*const run)(const brim_depthwise3x3_s8_smlad_params *, const int8_t *, int8_t *, void *) =
        stride == 1 ? BRIM_PAIR_KERNEL(depthwise3x3_s8, ) : BRIM_PAIR_KERNEL(depthwise3x3_stride2_s8, );
    run(&p, input, apart, scratch);
    int failures = 0;
    for (int32_t distance = 0; distance <= MAX_DISTANCE; distance++) {
        memcpy(shared + distance, input, sizeof input);
        run(&p, shared + distance, shared, scratch);
        if (memcmp(shared, apart, (size_t)(out_h * out_w * CHANNELS)) != 0) {
            printf("stride %d, strips of %d rows, distance %d\n", (int)stride, (int)strip_rows,
                   (int)distance);
            failures++;
        }
    }
    return failures;
}

int main(void) {
    for (int32_t i = 0; i < 9 * CHANNELS; i++)
        weights[i] = (int8_t)next();
    for (int32_t i = 0; i < PIXELS * CHANNELS; i++)
        input[i] = (int8_t)next();
    for (int32_t c = 0; c < CHANNELS; c++) {
        channels[2 * c] = 16 * next();
        channels[2 * c + 1] = 1500000000 + next();
        shifts[c] = 8;
    }
    int failures = 0;
    for (int32_t rows = 1; rows <= ROWS; rows += 2)
        failures += check(1, rows) + check(2, rows <= 5 ? rows : 5);
    return failures != 0;
}
