/*
 * brim_arith.h against the formulas of its documentation in 128 bits, on limits, ties and random numbers.
 * Compiled with BRIM_CHECKED and sanitizers by the tests of the compiler. Prints nothing and returns 0 if all
 * is well.
 */
#include "brim/brim_arith.h"

#include <stdio.h>

typedef __int128 wide;

static int failures = 0;
static uint64_t state = 88172645463325252ULL;

static uint64_t random64(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Any magnitude alike often; limits and neighbours of powers of two now and then. */
static int32_t random32(void) {
    const uint64_t r = random64();
    const int32_t bits = (int32_t)(r & 31u);
    const int32_t power = (int32_t)((uint32_t)1 << bits);
    if (((r >> 8) & 7u) == 0)
        return (int32_t)((uint32_t)power + (uint32_t)((r >> 16) & 3u) - 2u) * ((r & 256u) != 0 ? 1 : 0) +
               (int32_t)((r >> 20) & 1u);
    if (((r >> 8) & 63u) == 1)
        return (r & (1u << 20)) != 0 ? INT32_MIN : INT32_MAX;
    return (int32_t)(uint32_t)(r >> 32) >> bits;
}

static void expect(const char *what, wide got, wide want, int64_t a, int64_t b, int64_t c) {
    if (got != want && failures++ < 20)
        printf("%s(%lld, %lld, %lld) = %lld, not %lld\n", what, (long long)a, (long long)b, (long long)c,
               (long long)got, (long long)want);
}

static wide clamp(wide x, wide lo, wide hi) {
    return x < lo ? lo : x > hi ? hi : x;
}

/* The quotient rounded down. */
static wide floor_shift(wide x, int32_t n) {
    const wide d = (wide)1 << n;
    return x >= 0 ? x / d : -((-x + d - 1) / d);
}

/* gemmlowp's definition: the nudge follows the product's sign, the division truncates. */
static wide high_mul(int32_t a, int32_t b) {
    const wide product = (wide)a * b;
    const wide nudge = product >= 0 ? (wide)1 << 30 : 1 - ((wide)1 << 30);
    return clamp((product + nudge) / ((wide)1 << 31), INT32_MIN, INT32_MAX);
}

/* To nearest, ties away from zero. */
static wide nearest_away(wide x, int32_t n) {
    const wide half = n == 0 ? 0 : (wide)1 << (n - 1);
    return x >= 0 ? floor_shift(x + half, n) : -floor_shift(-x + half, n);
}

static wide nearest_up(wide x, int32_t n) {
    return n == 0 ? x : floor_shift(x + ((wide)1 << (n - 1)), n);
}

static void test_shifts(int32_t x, int32_t n) {
    expect("rshift_away", brim_rshift_away(x, n), nearest_away(x, n), x, n, 0);
    expect("rshift_up", brim_rshift_up(x, n), nearest_up(x, n), x, n, 0);
    expect("rshift64_up", brim_rshift64_up((int64_t)x * 65537, n), nearest_up((wide)x * 65537, n), x, n, 0);
}

static void test_products(int32_t a, int32_t b) {
    expect("mulq31", brim_mulq31(a, b), high_mul(a, b), a, b, 0);
    expect("smmulr", BRIM_SMMULR(a, b), (int32_t)nearest_up((wide)a * b, 32), a, b, 0);
    expect("sat32", brim_sat32((int64_t)a * b), clamp((wide)a * b, INT32_MIN, INT32_MAX), a, b, 0);
    expect("sat16", brim_sat16(a), clamp(a, INT16_MIN, INT16_MAX), a, 0, 0);
    expect("add wrap", brim_add32_wrap(a, b),
           (int32_t)(uint32_t)((uint64_t)(int64_t)a + (uint64_t)(int64_t)b), a, b, 0);
    expect("mac wrap", brim_mac32_wrap(a, a, b),
           (int32_t)(uint32_t)((uint64_t)((wide)a * b) + (uint64_t)(int64_t)a), a, b, 0);
}

/* multiplier in [2^30, 2^31). */
static void test_requantization(int32_t acc, int32_t multiplier, int32_t shift) {
    const int32_t left = shift > 0 ? shift : 0;
    const wide shifted = (wide)acc * ((wide)1 << left);
    if (shifted >= INT32_MIN && shifted <= INT32_MAX) {
        const wide two_steps = nearest_away(high_mul((int32_t)shifted, multiplier), left - shift);
        expect("tflite", brim_requantize_tflite(acc, multiplier, shift), two_steps, acc, multiplier, shift);
        if (shift <= 30 && shifted > -((wide)1 << 30) && shifted < (wide)1 << 30)
            expect("tflite small", brim_requantize_tflite_small(acc, multiplier, shift), two_steps, acc,
                   multiplier, shift);
    }
    const wide single = nearest_up((wide)acc * multiplier, 31 - shift);
    if (shift <= 30 && single >= INT32_MIN && single <= INT32_MAX)
        expect("single", brim_requantize_single(acc, multiplier, shift), single, acc, multiplier, shift);
    const wide pow2 = nearest_up((wide)acc * ((wide)1 << 30), 31 - shift);
    if (shift >= -30 && shift <= 30 && pow2 >= INT32_MIN && pow2 <= INT32_MAX)
        expect("pow2", brim_requantize_pow2(acc, shift), pow2, acc, shift, 0);
    const int64_t acc64 = (int64_t)acc * 65521;
    const int32_t reduced = multiplier >= 0x7FFF0000 ? 0x7FFF : (multiplier + 0x8000) / 0x10000;
    if (shift <= 7) {
        const wide wide_sum = nearest_up((wide)acc64 * reduced, 15 - shift);
        if (wide_sum >= INT32_MIN && wide_sum <= INT32_MAX)
            expect("tflite64", brim_requantize64_tflite(acc64, multiplier, shift), wide_sum, acc64,
                   multiplier, shift);
    }
}

/* Three binary32 operations by the host's floating point unit; 1.5 * 2^k rounds a float to an integer, ties
 * to even. */
static wide float_product(int64_t acc, float factor) {
    const float product = (float)acc * factor;
    const double exact = (double)product;
    if (exact >= 2147483647.0)
        return INT32_MAX;
    if (exact <= -2147483648.0)
        return INT32_MIN;
    const double magic = 6755399441055744.0;
    volatile double moved = exact + magic;
    return (wide)(moved - magic);
}

static void test_float(int64_t acc, int32_t fraction, int32_t exponent) {
    float factor = (float)fraction;
    for (int32_t i = exponent; i < 0; i++)
        factor *= 0.5f;
    expect("float", brim_requantize_float(acc, fraction, exponent), float_product(acc, factor), acc, fraction,
           exponent);
}

int main(void) {
    static const int32_t limits[] = {INT32_MIN, INT32_MIN + 1, -(1 << 30),    -3,       -2, -1, 0, 1, 2,
                                     3,         1 << 30,       INT32_MAX - 1, INT32_MAX};
    const size_t count = sizeof limits / sizeof limits[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++)
            test_products(limits[i], limits[k]);
        for (int32_t n = 0; n <= 31; n++) {
            test_shifts(limits[i], n);
            test_requantization(limits[i], 1 << 30, n);
            test_requantization(limits[i], INT32_MAX, -n);
        }
    }
    for (int32_t i = 0; i < 400000; i++) {
        const int32_t a = random32();
        const int32_t n = (int32_t)(random64() & 31u);
        const int32_t multiplier = (int32_t)((uint32_t)(random64() & 0x3FFFFFFFu) | 0x40000000u);
        test_shifts(a, n);
        test_products(a, random32());
        test_requantization(a, multiplier, n);
        test_requantization(a, multiplier, -n);
        test_float(((i & 1) != 0 ? (int64_t)a : (int64_t)a * 32749),
                   (int32_t)((random64() & 0x7FFFFFu) | 0x800000u), -(int32_t)(random64() % 60u));
    }
    return failures == 0 ? 0 : 1;
}
