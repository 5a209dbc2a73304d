/* Whole convolution layers by im2col on a bare-metal board; instructions are counted outside. */
#define BRIM_KERNEL __attribute__((noinline, unused)) static
#include "lanes_conv_dual.c"
#include "lanes_model.h"

void report(const char *name, uint32_t value);

#define TAPS (KERNEL * KERNEL * C_IN)
static int8_t weights[C_OUT * TAPS];
static int32_t bias[C_OUT], multiplier[C_OUT], shift[C_OUT];
static uint32_t stream[C_OUT * TAPS + 1000];
static brim_lanes_channel channel[C_OUT];
static uint8_t input[H * W * C_IN] __attribute__((aligned(4))), output[H * W * C_OUT];
static uint32_t scratch[BRIM_LANES_CONV_DUAL_SCRATCH(TAPS)];
static const brim_lanes_conv_dual_params params = {H,
                                                   W,
                                                   C_IN,
                                                   H,
                                                   W,
                                                   C_OUT,
                                                   KERNEL,
                                                   KERNEL,
                                                   1,
                                                   1,
                                                   KERNEL / 2,
                                                   KERNEL / 2,
                                                   0,
                                                   ZERO,
                                                   stream,
                                                   channel,
                                                   {TWO, true, 0, 0, UMAX}};

int main(void) {
    for (unsigned i = 0; i < sizeof weights; i++)
        weights[i] = (int8_t)lanes_gaussian(7);
    for (int c = 0; c < C_OUT; c++) {
        bias[c] = (int32_t)lanes_random(2000) - 1000;
        multiplier[c] = (int32_t)(0x40000000u + lanes_random(0x3FFFFF) * 256u);
        shift[c] = TAPS >= 256 ? -5 : -4;
    }
    const lanes_layer l = {H, W, C_IN, C_OUT,   KERNEL, UMAX,       ZERO, TWO,
                           0, 0, UMAX, weights, bias,   multiplier, shift};
    int chunks;
    const int words = lanes_pack_dual(&l, 2, 48, (1 << 20) - 1, stream, channel, &chunks);
    report("chunks per tile x100 ", (uint32_t)(chunks * 400 / C_OUT));
    report("flash bytes ", (uint32_t)words * 4);
    report("int8 flash bytes ", sizeof weights);
    report("scratch bytes ", sizeof scratch);
    uint32_t bad = 0, clipped = 0;
    for (int kind = 0; kind < KINDS; kind++) {
        lanes_input(&l, kind, input);
        brim_lanes_conv_dual(&params, input, output, scratch);
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
