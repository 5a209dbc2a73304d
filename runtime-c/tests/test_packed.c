/*
 * brim_packed.h: the portable definitions against lane-by-lane arithmetic. On a core with the DSP extension
 * the same program compares the instructions themselves. Prints nothing and returns 0 if all is well.
 */
#include "brim/brim_packed.h"

#include <stdio.h>

static int failures = 0;
static uint64_t state = 88172645463325252ULL;

static uint32_t random32(void) {
    static const uint32_t corners[] = {0u,          0x80008000u, 0x7FFF7FFFu, 0x80808080u,
                                       0x7F7F7F7Fu, 0xFFFFFFFFu, 0x80007FFFu, 0x00FF00FFu};
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (state & 7u) == 0 ? corners[(state >> 8) & 7u] : (uint32_t)(state >> 32);
}

static void expect(const char *what, int64_t got, int64_t want, uint32_t a, uint32_t b) {
    if (got != want && failures++ < 20)
        printf("%s(%08lx, %08lx) = %lld, not %lld\n", what, (unsigned long)a, (unsigned long)b,
               (long long)got, (long long)want);
}

/* Lane i of the given width, sign- or zero-extended, by division instead of shifts and casts. */
static int64_t lane(uint32_t x, int32_t width, int32_t i, bool is_signed) {
    int64_t v = (int64_t)x;
    const int64_t size = (int64_t)1 << width;
    for (int32_t k = 0; k < i; k++)
        v /= size;
    v %= size;
    return is_signed && v >= size / 2 ? v - size : v;
}

static int64_t clamp(int64_t x, int64_t lo, int64_t hi) {
    return x < lo ? lo : x > hi ? hi : x;
}

/* Modulo 2^32, as a signed number. */
static int64_t modular(int64_t x) {
    return lane((uint32_t)((uint64_t)x & 0xFFFFFFFFu), 32, 0, true);
}

static void test_halves(uint32_t x, uint32_t y, int32_t acc) {
    const int32_t a = (int32_t)x;
    const int32_t b = (int32_t)y;
    const int64_t a0 = lane(x, 16, 0, true);
    const int64_t a1 = lane(x, 16, 1, true);
    const int64_t b0 = lane(y, 16, 0, true);
    const int64_t b1 = lane(y, 16, 1, true);
    expect("SMULBB", BRIM_SMULBB(a, b), a0 * b0, x, y);
    expect("SMULBT", BRIM_SMULBT(a, b), a0 * b1, x, y);
    expect("SMULTB", BRIM_SMULTB(a, b), a1 * b0, x, y);
    expect("SMULTT", BRIM_SMULTT(a, b), a1 * b1, x, y);
    expect("SMLABB", BRIM_SMLABB(a, b, acc), modular(acc + a0 * b0), x, y);
    expect("SMLABT", BRIM_SMLABT(a, b, acc), modular(acc + a0 * b1), x, y);
    expect("SMLATB", BRIM_SMLATB(a, b, acc), modular(acc + a1 * b0), x, y);
    expect("SMLATT", BRIM_SMLATT(a, b, acc), modular(acc + a1 * b1), x, y);
    expect("SMUAD", BRIM_SMUAD(a, b), modular(a0 * b0 + a1 * b1), x, y);
    expect("SMUADX", BRIM_SMUADX(a, b), modular(a0 * b1 + a1 * b0), x, y);
    expect("SMUSD", BRIM_SMUSD(a, b), modular(a0 * b0 - a1 * b1), x, y);
    expect("SMLAD", BRIM_SMLAD(a, b, acc), modular(acc + a0 * b0 + a1 * b1), x, y);
    expect("SMLADX", BRIM_SMLADX(a, b, acc), modular(acc + a0 * b1 + a1 * b0), x, y);
    expect("SMLSD", BRIM_SMLSD(a, b, acc), modular(acc + a0 * b0 - a1 * b1), x, y);
    const int64_t big = (int64_t)acc * 1048573;
    expect("SMLALD", BRIM_SMLALD(a, b, big), big + a0 * b0 + a1 * b1, x, y);
    expect("SMLALDX", BRIM_SMLALDX(a, b, big), big + a0 * b1 + a1 * b0, x, y);
    expect("SMLAL", BRIM_SMLAL(a, b, acc), acc + (int64_t)a * b, x, y);
    expect("SMMUL", BRIM_SMMUL(a, b),
           ((int64_t)a * b - lane((uint32_t)((uint64_t)((int64_t)a * b) & 0xFFFFFFFFu), 32, 0, false)) /
               4294967296,
           x, y);
    expect("SMULWB", BRIM_SMULWB(a, b), (a * b0 - (a * b0 % 65536 + 65536) % 65536) / 65536, x, y);
    expect("SMLAWT", BRIM_SMLAWT(a, b, acc),
           modular(acc + (a * b1 - (a * b1 % 65536 + 65536) % 65536) / 65536), x, y);
    expect("QADD", BRIM_QADD(a, b), clamp((int64_t)a + b, INT32_MIN, INT32_MAX), x, y);
    expect("QSUB", BRIM_QSUB(a, b), clamp((int64_t)a - b, INT32_MIN, INT32_MAX), x, y);
    expect("SSAT 13", BRIM_SSAT(a, 13), clamp(a, -4096, 4095), x, y);
    expect("USAT 9", BRIM_USAT(a, 9), clamp(a, 0, 511), x, y);
    expect("PKHBT",
           lane((uint32_t)BRIM_PKHBT(a, b, 16), 16, 0, true) * 65536 +
               lane((uint32_t)BRIM_PKHBT(a, b, 16), 16, 1, true),
           a0 * 65536 + b0, x, y);
    expect("PKHTB",
           lane((uint32_t)BRIM_PKHTB(a, b, 16), 16, 0, true) * 65536 +
               lane((uint32_t)BRIM_PKHTB(a, b, 16), 16, 1, true),
           b1 * 65536 + a1, x, y);
}

static void test_half_lanes(uint32_t x, uint32_t y) {
    const int32_t a = (int32_t)x;
    const int32_t b = (int32_t)y;
    for (int32_t i = 0; i < 2; i++) {
        const int64_t p = lane(x, 16, i, true);
        const int64_t q = lane(y, 16, i, true);
        const int64_t sum = lane((uint32_t)((uint64_t)(p + q) & 0xFFFFu), 16, 0, true);
        const int64_t difference = lane((uint32_t)((uint64_t)(p - q) & 0xFFFFu), 16, 0, true);
        expect("SADD16", lane((uint32_t)BRIM_SADD16(a, b), 16, i, true), sum, x, y);
        expect("SSUB16", lane((uint32_t)BRIM_SSUB16(a, b), 16, i, true), difference, x, y);
        expect("QADD16", lane((uint32_t)BRIM_QADD16(a, b), 16, i, true), clamp(p + q, INT16_MIN, INT16_MAX),
               x, y);
        expect("QSUB16", lane((uint32_t)BRIM_QSUB16(a, b), 16, i, true), clamp(p - q, INT16_MIN, INT16_MAX),
               x, y);
        expect("SHADD16", lane((uint32_t)BRIM_SHADD16(a, b), 16, i, true), (p + q - ((p + q) & 1)) / 2, x, y);
        expect("SSAT16", lane((uint32_t)BRIM_SSAT16(a, 7), 16, i, true), clamp(p, -64, 63), x, y);
        expect("USAT16", lane((uint32_t)BRIM_USAT16(a, 7), 16, i, true), clamp(p, 0, 127), x, y);
        const int64_t s8 = lane(y, 8, 2 * i, true);
        const int64_t u8 = lane(y, 8, 2 * i, false);
        const int64_t s8_ror = lane(y, 8, 2 * i + 1, true);
        const int64_t u8_ror = lane(y, 8, 2 * i + 1, false);
        expect("SXTB16", lane((uint32_t)BRIM_SXTB16(y), 16, i, true), s8, x, y);
        expect("SXTB16_ROR8", lane((uint32_t)BRIM_SXTB16_ROR8(y), 16, i, true), s8_ror, x, y);
        expect("UXTB16", lane((uint32_t)BRIM_UXTB16(y), 16, i, true), u8, x, y);
        expect("UXTB16_ROR8", lane((uint32_t)BRIM_UXTB16_ROR8(y), 16, i, true), u8_ror, x, y);
        expect("SXTAB16", lane((uint32_t)BRIM_SXTAB16(a, y), 16, i, false), (p + s8 + 131072) % 65536, x, y);
        expect("SXTAB16_ROR8", lane((uint32_t)BRIM_SXTAB16_ROR8(a, y), 16, i, false),
               (p + s8_ror + 131072) % 65536, x, y);
        expect("UXTAB16", lane((uint32_t)BRIM_UXTAB16(a, y), 16, i, false), (p + u8 + 131072) % 65536, x, y);
        expect("UXTAB16_ROR8", lane((uint32_t)BRIM_UXTAB16_ROR8(a, y), 16, i, false),
               (p + u8_ror + 131072) % 65536, x, y);
    }
}

static void test_bytes(uint32_t x, uint32_t y) {
    uint32_t differences = 0;
    for (int32_t i = 0; i < 4; i++) {
        const int64_t s = lane(x, 8, i, true);
        const int64_t t = lane(y, 8, i, true);
        const int64_t u = lane(x, 8, i, false);
        const int64_t v = lane(y, 8, i, false);
        differences += (uint32_t)(u > v ? u - v : v - u);
        expect("SADD8", lane(BRIM_SADD8(x, y), 8, i, false), (u + v) % 256, x, y);
        expect("SSUB8", lane(BRIM_SSUB8(x, y), 8, i, false), (u - v + 256) % 256, x, y);
        expect("QADD8", lane(BRIM_QADD8(x, y), 8, i, true), clamp(s + t, -128, 127), x, y);
        expect("QSUB8", lane(BRIM_QSUB8(x, y), 8, i, true), clamp(s - t, -128, 127), x, y);
        expect("UQADD8", lane(BRIM_UQADD8(x, y), 8, i, false), clamp(u + v, 0, 255), x, y);
        expect("UQSUB8", lane(BRIM_UQSUB8(x, y), 8, i, false), clamp(u - v, 0, 255), x, y);
        expect("MAX_S8X4", lane(BRIM_MAX_S8X4(x, y), 8, i, true), s > t ? s : t, x, y);
        expect("MAX_U8X4", lane(BRIM_MAX_U8X4(x, y), 8, i, false), u > v ? u : v, x, y);
    }
    expect("USADA8", BRIM_USADA8(x, y, 77u), 77 + (int64_t)differences, x, y);
}

int main(void) {
    for (int32_t i = 0; i < 200000; i++) {
        const uint32_t x = random32();
        const uint32_t y = random32();
        test_halves(x, y, (int32_t)random32());
        test_half_lanes(x, y);
        test_bytes(x, y);
    }
    return failures == 0 ? 0 : 1;
}
