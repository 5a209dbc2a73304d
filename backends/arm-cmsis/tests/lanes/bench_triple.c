/* Whole 3 x 3 convolution layers on a bare-metal board; instructions are counted outside. */
#define BRIM_KERNEL __attribute__((noinline, unused)) static
#include "lanes_conv3x3_triple.c"
#include "lanes_model.h"

void report(const char *name, uint32_t value);

static int8_t weights[C_OUT * 9 * C_IN];
static int32_t bias[C_OUT], multiplier[C_OUT], shift[C_OUT], left[C_OUT], right[C_OUT];
static uint32_t stream[(C_OUT + 2) * (C_IN * 3 + 100)];
static brim_lanes_channel channel[C_OUT];
static uint8_t input[H * W * C_IN], output[H * W * C_OUT];
#define TILE_WORDS (C_IN * 9 + 400)
static uint32_t scratch[BRIM_LANES_CONV3X3_TRIPLE_SCRATCH(W, C_IN, STRIP, TILE_WORDS)];
static const brim_lanes_conv3x3_triple_params params = {
    H, W, C_IN, C_OUT, STRIP, 0, ZERO, TILE_WORDS, stream, channel, left, right, {TWO, true, 0, 0, UMAX}};

int main(void) {
    for (unsigned i = 0; i < sizeof weights; i++)
        weights[i] = (int8_t)lanes_gaussian(7);
    for (int c = 0; c < C_OUT; c++) {
        bias[c] = (int32_t)lanes_random(2000) - 1000;
        multiplier[c] = (int32_t)(0x40000000u + lanes_random(0x3FFFFF) * 256u);
        shift[c] = C_IN >= 64 ? -5 : -4;
    }
    const lanes_layer l = {H, W, C_IN, C_OUT,   3,    UMAX,       ZERO, TWO,
                           0, 0, UMAX, weights, bias, multiplier, shift};
    int32_t tile_words;
    int chunks;
    const int words = lanes_pack_triple(&l, stream, channel, left, right, &tile_words, &chunks);
    report("chunks per tile x100 ", (uint32_t)(chunks * 300 / C_OUT));
    report("flash bytes ", (uint32_t)words * 4);
    report("int8 flash bytes ", sizeof weights);
    report("scratch bytes ", (uint32_t)sizeof scratch - 4u * (TILE_WORDS - (uint32_t)tile_words));
    uint32_t bad = 0, clipped = 0;
    for (int kind = 0; kind < KINDS; kind++) {
        lanes_input(&l, kind, input);
        brim_lanes_conv3x3_triple(&params, input, output, scratch);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                for (int c = 0; c < C_OUT; c++) {
                    const uint8_t expected =
                        lanes_reference_code(&l, lanes_reference_sum(&l, input, y, x, c), c);
                    bad += output[(y * W + x) * C_OUT + c] != expected;
                    clipped += expected == 0 || expected == UMAX;
                }
    }
    report("mismatches ", bad);
    report("clipped % ", (uint32_t)((uint64_t)clipped * 100 / (KINDS * H * W * C_OUT)));
    return 0;
}
