/**
 * @file brim_arith.h
 * @brief Integer arithmetic of every kernel: requantization, saturation, memory access.
 *
 * Two things are assumed of the compiler, both true of GCC and Clang: a right shift of a negative number is
 * arithmetic, and a conversion to a narrower signed type keeps the low bits. Targets are little-endian.
 *
 * With BRIM_CHECKED defined (host tests), an overflow that no kernel intends traps; without it these checks
 * cost nothing. Names: Q31 is a fraction in two's complement with 31 bits after the point.
 */
#ifndef BRIM_ARITH_H
#define BRIM_ARITH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Brim kernels read packed words in little-endian order"
#endif

/**
 * Storage class and attributes of kernel functions. Empty, so that a kernel file compiles on its own; a
 * generated model defines it (static, unused) before it includes the files, so that each call is specialised
 * to its parameters.
 */
#ifndef BRIM_KERNEL
#define BRIM_KERNEL
/** Kernels have external linkage; a generated library makes them static and wants no prototypes of those it
 * lacks. */
#define BRIM_PROTOTYPES
#endif

/**
 * The same for kernels whose own code, around loops that are functions of their own, is worth a copy in every
 * layer that calls them: packing and rescaling specialised to the layer's constants take a third fewer
 * cycles.
 */
#ifndef BRIM_LAYER_KERNEL
#define BRIM_LAYER_KERNEL BRIM_KERNEL
#endif

#if defined(__GNUC__) && !defined(__clang__)
/** A function that many calls share: specialising it would cost flash and win nothing. */
#define BRIM_SHARED static __attribute__((noinline, noclone, unused))
#else
#define BRIM_SHARED static __attribute__((noinline, unused))
#endif

/** Small functions that must disappear into their callers, also without optimisation of function calls. */
#define BRIM_INLINE static inline __attribute__((always_inline, unused))

#ifdef BRIM_CHECKED
/** Ends the program; a test may define it to say where. */
#ifndef BRIM_TRAP
#define BRIM_TRAP(text) __builtin_trap()
#endif
/** Traps if a condition that every caller guarantees does not hold. */
#define BRIM_REQUIRE(condition) ((condition) ? (void)0 : BRIM_TRAP(#condition))
#else
#define BRIM_REQUIRE(condition) ((void)0)
#endif

/* ---- 32-bit sums ---- */

/** a + b, which must fit 32 bits. */
BRIM_INLINE int32_t brim_add32(int32_t a, int32_t b) {
    BRIM_REQUIRE((int64_t)a + b >= INT32_MIN && (int64_t)a + b <= INT32_MAX);
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/** a - b, which must fit 32 bits. */
BRIM_INLINE int32_t brim_sub32(int32_t a, int32_t b) {
    BRIM_REQUIRE((int64_t)a - b >= INT32_MIN && (int64_t)a - b <= INT32_MAX);
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

/** acc + a * b, which must fit 32 bits, as must the product. */
BRIM_INLINE int32_t brim_mac32(int32_t acc, int32_t a, int32_t b) {
    BRIM_REQUIRE((int64_t)acc + (int64_t)a * b >= INT32_MIN && (int64_t)acc + (int64_t)a * b <= INT32_MAX);
    return (int32_t)((uint32_t)acc + (uint32_t)a * (uint32_t)b);
}

/** a + b modulo 2^32, where the overflow is intended (lanes). */
BRIM_INLINE int32_t brim_add32_wrap(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/** a - b modulo 2^32, where the overflow is intended. */
BRIM_INLINE int32_t brim_sub32_wrap(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

/** acc + a * b modulo 2^32, where the overflow is intended. */
BRIM_INLINE int32_t brim_mac32_wrap(int32_t acc, int32_t a, int32_t b) {
    return (int32_t)((uint32_t)acc + (uint32_t)a * (uint32_t)b);
}

/** acc + a * b in 64 bits modulo 2^64; SMLAL where the core has it. */
BRIM_INLINE int64_t brim_mac64_wrap(int64_t acc, int32_t a, int32_t b) {
    return (int64_t)((uint64_t)acc + (uint64_t)((int64_t)a * b));
}

/** a * 2^n for 0 <= n <= 31, which must fit 32 bits. */
BRIM_INLINE int32_t brim_shl32(int32_t a, int32_t n) {
    BRIM_REQUIRE(n >= 0 && n <= 31);
    BRIM_REQUIRE((int64_t)((uint64_t)(int64_t)a << n) == (int64_t)(int32_t)((uint32_t)a << n));
    return (int32_t)((uint32_t)a << n);
}

/**
 * A 32-bit accumulator. Its partial sums may overflow: only the final value must fit, and it does not depend
 * on the order. BRIM_CHECKED keeps the sum in 64 bits and traps if the final value does not fit.
 */
#ifdef BRIM_CHECKED
typedef int64_t brim_sum32;
#else
typedef uint32_t brim_sum32;
#endif

/** Starts a sum. */
BRIM_INLINE brim_sum32 brim_sum32_of(int32_t x) {
    return (brim_sum32)x;
}

/** sum + a * b; the product must fit 32 bits. */
BRIM_INLINE brim_sum32 brim_sum32_mac(brim_sum32 sum, int32_t a, int32_t b) {
    return sum + (brim_sum32)(a * b);
}

/** The value of a sum. */
BRIM_INLINE int32_t brim_sum32_value(brim_sum32 sum) {
    BRIM_REQUIRE((int64_t)sum >= INT32_MIN && (int64_t)sum <= INT32_MAX);
    return (int32_t)sum;
}

/* ---- Clamps ---- */

/** min(max(x, lo), hi). */
BRIM_INLINE int32_t brim_clamp32(int32_t x, int32_t lo, int32_t hi) {
    const int32_t raised = x < lo ? lo : x;
    return raised > hi ? hi : raised;
}

/** min(max(x, lo), hi). */
BRIM_INLINE int64_t brim_clamp64(int64_t x, int64_t lo, int64_t hi) {
    const int64_t raised = x < lo ? lo : x;
    return raised > hi ? hi : raised;
}

/** The nearest 32-bit number. */
BRIM_INLINE int32_t brim_sat32(int64_t x) {
    return (int32_t)brim_clamp64(x, INT32_MIN, INT32_MAX);
}

/** The nearest 16-bit number. */
BRIM_INLINE int16_t brim_sat16(int32_t x) {
    return (int16_t)brim_clamp32(x, INT16_MIN, INT16_MAX);
}

/* ---- Fixed-point products ---- */

/**
 * Saturating rounding doubling high multiply, Q31 x Q31 -> Q31: the product divided by 2^31, to nearest.
 *
 * The definition (gemmlowp, Jacob et al. 2018, section 2.4) adds a nudge whose sign follows the product and
 * divides truncating toward zero, 2^30 for a product >= 0 and 1 - 2^30 below. Both cases equal floor((a * b +
 * 2^30) / 2^31): ties go up. Saturates only for a = b = INT32_MIN.
 */
BRIM_INLINE int32_t brim_mulq31(int32_t a, int32_t b) {
    if (a == INT32_MIN && b == INT32_MIN)
        return INT32_MAX;
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/** x / 2^n to nearest, ties away from zero, 0 <= n <= 31. */
BRIM_INLINE int32_t brim_rshift_away(int32_t x, int32_t n) {
    BRIM_REQUIRE(n >= 0 && n <= 31);
    const uint32_t mask = ((uint32_t)1 << n) - 1u;
    const uint32_t remainder = (uint32_t)x & mask;
    const uint32_t threshold = (mask >> 1) + (x < 0 ? 1u : 0u);
    return (x >> n) + (remainder > threshold ? 1 : 0);
}

/** x / 2^n to nearest, ties up, 0 <= n <= 31; the sum with half a unit cannot overflow. */
BRIM_INLINE int32_t brim_rshift_up(int32_t x, int32_t n) {
    BRIM_REQUIRE(n >= 0 && n <= 31);
    return n == 0 ? x : (x >> n) + ((x >> (n - 1)) & 1);
}

/** x / 2^n to nearest, ties up, 0 <= n <= 62. x + 2^(n-1) must fit 64 bits. */
BRIM_INLINE int64_t brim_rshift64_up(int64_t x, int32_t n) {
    BRIM_REQUIRE(n >= 0 && n <= 62);
    return n == 0 ? x : (x + ((int64_t)1 << (n - 1))) >> n;
}

/** High word of the product, to nearest, ties up: SMMULR, which compilers do not find by themselves. */
BRIM_INLINE int32_t BRIM_SMMULR(int32_t a, int32_t b) {
#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
    return high;
#else
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
#endif
}

/* ---- Requantization ---- */

/**
 * TFLite's two-step rescaling (scheme TfLiteDouble): acc * multiplier / 2^31 * 2^shift with two roundings.
 *
 * @param acc         accumulator; acc * 2^shift must fit 32 bits where shift > 0
 * @param multiplier  Q31, its magnitude in [2^30, 2^31), or 0; if negative, acc * 2^shift > -2^31
 * @param shift       -31..31, positive = left
 */
BRIM_INLINE int32_t brim_requantize_tflite(int32_t acc, int32_t multiplier, int32_t shift) {
    const int32_t left = shift > 0 ? shift : 0;
    const int32_t right = shift > 0 ? 0 : -shift;
    const int32_t x = brim_shl32(acc, left);
    /* brim_mulq31 without its saturation: one factor is never -2^31, so high < 2^31 - 1 and nothing below
     * overflows. */
    BRIM_REQUIRE(multiplier >= 0 || (multiplier > INT32_MIN && x > INT32_MIN));
    const int32_t high = (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << 30)) >> 31);
    if (right == 0)
        return high;
    /* (high >> 31) turns the tie of a negative number away from zero. */
    return (((high + (high >> 31)) >> (right - 1)) + 1) >> 1;
}

/**
 * The same result as brim_requantize_tflite in fewer instructions where the accumulator is known to be small:
 * one SMMULR, two additions and a shift on cores that have it. multiplier >= 0, shift <= 30.
 *
 * Bound: |acc| * 2^max(shift, 0) < 2^30, so that the doubled operand fits 32 bits and no later sum overflows.
 */
BRIM_INLINE int32_t brim_requantize_tflite_small(int32_t acc, int32_t multiplier, int32_t shift) {
    const int32_t left = shift > 0 ? shift : 0;
    const int32_t right = shift > 0 ? 0 : -shift;
    const int32_t doubled = brim_shl32(acc, left + 1);
    const int32_t high = BRIM_SMMULR(doubled, multiplier);
    if (right == 0)
        return high;
    /* (high >> 31) turns the tie of a negative number away from zero. */
    return (high + (high >> 31) + (int32_t)((uint32_t)1 << (right - 1))) >> right;
}

/**
 * One rounding of the 64-bit product, ties up (scheme Single).
 *
 * @param acc         accumulator
 * @param multiplier  Q31 in [2^30, 2^31), or 0
 * @param shift       -31..30, positive = left; the result must fit 32 bits
 */
BRIM_INLINE int32_t brim_requantize_single(int32_t acc, int32_t multiplier, int32_t shift) {
    const int64_t q = brim_rshift64_up((int64_t)acc * multiplier, 31 - shift);
    BRIM_REQUIRE(q >= INT32_MIN && q <= INT32_MAX);
    return (int32_t)q;
}

/**
 * Scheme PowerOfTwo: acc * 2^(shift - 1), one rounding, ties up. Equal to brim_requantize_single with
 * multiplier 2^30.
 *
 * @param acc    accumulator
 * @param shift  -30..32 as the other schemes count it: the multiplier is 0.5, so 1 is no shift at all
 */
BRIM_INLINE int32_t brim_requantize_pow2(int32_t acc, int32_t shift) {
    return shift > 1 ? brim_shl32(acc, shift - 1) : brim_rshift_up(acc, 1 - shift);
}

/**
 * TFLite's rescaling of a 64-bit accumulator (int16 activations): the multiplier is first rounded to 15 bits,
 * then one rounding, ties up.
 *
 * @param acc         -2^47 <= acc < 2^47
 * @param multiplier  Q31 >= 0
 * @param shift       -31..7; the result must fit 32 bits
 */
BRIM_INLINE int32_t brim_requantize64_tflite(int64_t acc, int32_t multiplier, int32_t shift) {
    const int32_t reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
    BRIM_REQUIRE(acc >= -((int64_t)1 << 47) && acc < ((int64_t)1 << 47));
    const int64_t q = brim_rshift64_up(acc * reduced, 15 - shift);
    BRIM_REQUIRE(q >= INT32_MIN && q <= INT32_MAX);
    return (int32_t)q;
}

/** m / 2^n to nearest, ties to even, 0 <= n <= 63. */
BRIM_INLINE uint64_t brim_rshift64_even(uint64_t m, int32_t n) {
    if (n == 0)
        return m;
    const uint64_t quotient = m >> n;
    const uint64_t remainder = m & (((uint64_t)1 << n) - 1u);
    const uint64_t half = (uint64_t)1 << (n - 1);
    return quotient + (remainder > half || (remainder == half && (quotient & 1u) != 0) ? 1u : 0u);
}

/** Significant bits of a number; 0 for 0. */
BRIM_INLINE int32_t brim_bit_length64(uint64_t m) {
    return m == 0 ? 0 : 64 - __builtin_clzll(m);
}

/**
 * The scheme of ONNX's quantized operators (OnnxFloat) without floats: the accumulator is converted to
 * binary32, multiplied by a binary32 factor, and the product rounded to an integer; each of the three steps
 * rounds to nearest, ties to even.
 *
 * @param acc       accumulator
 * @param fraction  the factor's 24-bit fraction, 2^23..2^24-1
 * @param exponent  factor = fraction * 2^exponent
 * @return the rounded product, saturated to 32 bits
 */
BRIM_INLINE int32_t brim_requantize_float(int64_t acc, int32_t fraction, int32_t exponent) {
    const uint64_t magnitude = acc < 0 ? 0u - (uint64_t)acc : (uint64_t)acc;
    const int32_t excess = brim_bit_length64(magnitude) - 24;
    const int32_t drop = excess > 0 ? excess : 0;
    const uint64_t product = brim_rshift64_even(magnitude, drop) * (uint64_t)(uint32_t)fraction;
    const int32_t excess2 = brim_bit_length64(product) - 24;
    const int32_t drop2 = excess2 > 0 ? excess2 : 0;
    const uint64_t rounded = brim_rshift64_even(product, drop2);
    const int32_t scale = exponent + drop + drop2;
    /* rounded has at most 25 bits: a shift by 26 makes it less than a half, a shift left by 31 saturates it.
     */
    uint64_t result = 0;
    if (scale >= 0)
        result = rounded << (scale > 31 ? 31 : scale);
    else if (scale > -26)
        result = brim_rshift64_even(rounded, -scale);
    return brim_sat32(acc < 0 ? -(int64_t)result : (int64_t)result);
}

/* ---- Memory ---- */

/** 16 bits from an address of any alignment. */
BRIM_INLINE uint32_t brim_load16(const void *p) {
    uint16_t x;
    __builtin_memcpy(&x, p, sizeof x);
    return x;
}

/** 32 bits from an address of any alignment: one LDR where the core allows it. */
BRIM_INLINE uint32_t brim_load32(const void *p) {
    uint32_t x;
    __builtin_memcpy(&x, p, sizeof x);
    return x;
}

/** 32 bits from an address that is a multiple of 4. */
BRIM_INLINE uint32_t brim_load32_aligned(const void *p) {
    uint32_t x;
    BRIM_REQUIRE(((uintptr_t)p & 3u) == 0);
    __builtin_memcpy(&x, __builtin_assume_aligned(p, 4), sizeof x);
    return x;
}

/** Stores 16 bits at an address of any alignment. */
BRIM_INLINE void brim_store16(void *p, uint32_t x) {
    const uint16_t low = (uint16_t)x;
    __builtin_memcpy(p, &low, sizeof low);
}

/** Stores 32 bits at an address of any alignment. */
BRIM_INLINE void brim_store32(void *p, uint32_t x) {
    __builtin_memcpy(p, &x, sizeof x);
}

#endif
