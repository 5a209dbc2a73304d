/* A whole depthwise layer on a bare-metal board; instructions are counted outside. */
#define BRIM_KERNEL __attribute__((noinline, unused)) static
#include "lanes_depthwise3x3_rows.c"
#include "lanes_model.h"

void report(const char *name, uint32_t value);

static int8_t weights[C_IN * 9];
static int32_t bias[C_IN], multiplier[C_IN], shift[C_IN];
static uint32_t stream[(C_IN * 9 * 4 + 31) / 32];
static brim_lanes_channel channel[C_IN];
static uint8_t input[H * W * C_IN], plane[H * W], output[H * W * C_IN];
static uint32_t scratch[BRIM_LANES_DEPTHWISE3X3_ROWS_SCRATCH(H, W)];
static const brim_lanes_depthwise3x3_rows_params params = {
    H, W, C_IN, SPACING, 4, UMAX, 0, ZERO, stream, channel, {TWO, true, 0, 0, UMAX}};

int main(void) {
    for (unsigned i = 0; i < sizeof weights; i++)
        weights[i] = (int8_t)lanes_gaussian(7);
    for (int c = 0; c < C_IN; c++) {
        bias[c] = (int32_t)lanes_random(200) - 100;
        multiplier[c] = (int32_t)(0x40000000u + lanes_random(0x3FFFFF) * 256u);
        shift[c] = -3;
    }
    const lanes_layer all = {H, W, 1, C_IN, 3, UMAX, ZERO, TWO, 0, 0, UMAX, weights, bias, multiplier, shift};
    lanes_pack_depthwise(&all, 4, stream, channel);
    uint32_t bad = 0, clipped = 0;
    for (int kind = 0; kind < KINDS; kind++) {
        for (int c = 0; c < C_IN; c++) {
            lanes_input(&all, kind < 3 ? kind : 3 + 2 * c + (kind & 1), plane);
            for (int i = 0; i < H * W; i++)
                input[i * C_IN + c] = plane[i];
        }
        brim_lanes_depthwise3x3_rows(&params, input, output, scratch);
        for (int c = 0; c < C_IN; c++) {
            for (int i = 0; i < H * W; i++)
                plane[i] = input[i * C_IN + c];
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++) {
                    const uint8_t expected =
                        lanes_reference_code(&all, lanes_reference_sum(&all, plane, y, x, c), c);
                    bad += output[(y * W + x) * C_IN + c] != expected;
                    clipped += expected == 0 || expected == UMAX;
                }
        }
    }
    report("mismatches ", bad);
    report("clipped % ", (uint32_t)((uint64_t)clipped * 100 / (KINDS * H * W * C_IN)));
    return 0;
}
