/* A whole fully connected layer on a bare-metal board; instructions are counted outside. */
#define BRIM_KERNEL __attribute__((noinline, unused)) static
#include "lanes_dense_dual.c"
#include "lanes_model.h"

void report(const char *name, uint32_t value);

static int8_t weights[C_OUT * C_IN];
static int32_t bias[C_OUT], multiplier[C_OUT], shift[C_OUT];
static uint32_t stream[C_OUT * C_IN + 1000];
static brim_lanes_channel channel[C_OUT];
static uint8_t input[C_IN] __attribute__((aligned(4))), output[C_OUT];
static uint32_t scratch[BRIM_LANES_DENSE_DUAL_SCRATCH(C_IN)];
static const brim_lanes_dense_dual_params params = {
    1, C_IN, C_OUT, 0, stream, channel, {TWO, true, 0, 0, UMAX}};

int main(void) {
    for (unsigned i = 0; i < sizeof weights; i++)
        weights[i] = (int8_t)lanes_gaussian(7);
    for (int c = 0; c < C_OUT; c++) {
        bias[c] = (int32_t)lanes_random(2000) - 1000;
        multiplier[c] = (int32_t)(0x40000000u + lanes_random(0x3FFFFF) * 256u);
        shift[c] = C_IN >= 256 ? -5 : -4;
    }
    const lanes_layer l = {1, 1, C_IN, C_OUT,   1,    UMAX,       ZERO, TWO,
                           0, 0, UMAX, weights, bias, multiplier, shift};
    int chunks;
    const int words = lanes_pack_dual(&l, 8, 32, (1 << 20) - 1, stream, channel, &chunks);
    report("chunks per tile x100 ", (uint32_t)(chunks * 1600 / C_OUT));
    report("flash bytes ", (uint32_t)words * 4);
    report("int8 flash bytes ", sizeof weights);
    uint32_t bad = 0, clipped = 0;
    for (int kind = 0; kind < KINDS; kind++) {
        lanes_input(&l, kind, input);
        brim_lanes_dense_dual(&params, input, output, scratch);
        for (int c = 0; c < C_OUT; c++) {
            const uint8_t expected = lanes_reference_code(&l, lanes_reference_sum(&l, input, 0, 0, c), c);
            bad += output[c] != expected;
            clipped += expected == 0 || expected == UMAX;
        }
    }
    report("mismatches ", bad);
    report("clipped % ", (uint32_t)((uint64_t)clipped * 100 / (KINDS * C_OUT)));
    return 0;
}
