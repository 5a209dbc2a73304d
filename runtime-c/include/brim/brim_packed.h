/**
 * @file brim_packed.h
 * @brief Packed and saturating ARM instructions under their ACLE names with the prefix BRIM_.
 *
 * Every function has a portable definition beside the instruction, so that kernels written with them run on
 * the host bit for bit. Operand types follow ACLE: two 16-bit or four 8-bit lanes in a 32-bit word, the
 * lowest lane in the lowest bits; _B and _T in a name are the bottom and top half. On cores without the DSP
 * extension the portable definitions compile too, only slowly.
 *
 * The accumulating products (SMLAD and its kin) wrap modulo 2^32, as the instruction does; what must not
 * overflow is asserted by the kernel with BRIM_REQUIRE or summed with the BRIM_..._EXACT forms, which trap
 * under BRIM_CHECKED.
 */
#ifndef BRIM_PACKED_H
#define BRIM_PACKED_H

#include "brim_arith.h"

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP && defined(__ARM_FEATURE_SIMD32) && __ARM_FEATURE_SIMD32
/** 1 if the packed instructions are used, 0 if their portable definitions are. */
#define BRIM_HAS_PACKED 1
#include <arm_acle.h>
#else
#define BRIM_HAS_PACKED 0
#endif

/** Defines a function as the instruction where there is one, else by the portable expression. */
#if BRIM_HAS_PACKED
#define BRIM_PACKED_CHOICE(instruction, portable) (instruction)
#else
#define BRIM_PACKED_CHOICE(instruction, portable) (portable)
#endif

/* ---- Lanes of a word ---- */

/** Bottom signed half. */
BRIM_INLINE int32_t brim_lo16(int32_t x) {
    return (int16_t)x;
}

/** Top signed half. */
BRIM_INLINE int32_t brim_hi16(int32_t x) {
    return x >> 16;
}

/** Signed byte i (0 = lowest). */
BRIM_INLINE int32_t brim_s8_at(uint32_t x, int32_t i) {
    return (int8_t)(x >> (8 * i));
}

/** Unsigned byte i (0 = lowest). */
BRIM_INLINE int32_t brim_u8_at(uint32_t x, int32_t i) {
    return (uint8_t)(x >> (8 * i));
}

/** A word of two halves; their low 16 bits are taken. */
BRIM_INLINE int32_t brim_pack16(int32_t lo, int32_t hi) {
    return (int32_t)(((uint32_t)lo & 0xFFFFu) | ((uint32_t)hi << 16));
}

/** A word of four bytes; their low 8 bits are taken. */
BRIM_INLINE uint32_t brim_pack8(int32_t b0, int32_t b1, int32_t b2, int32_t b3) {
    return ((uint32_t)b0 & 0xFFu) | (((uint32_t)b1 & 0xFFu) << 8) | (((uint32_t)b2 & 0xFFu) << 16) |
           ((uint32_t)b3 << 24);
}

/** Rotates right by n, 0..31. */
BRIM_INLINE uint32_t BRIM_ROR(uint32_t x, uint32_t n) {
    return n == 0 ? x : (x >> n) | (x << (32u - n));
}

/* ---- Saturation ---- */

/** The nearest signed number of the given constant bits, 1..32. Compilers turn the clamp into SSAT. */
BRIM_INLINE int32_t BRIM_SSAT(int32_t x, int32_t bits) {
    const int32_t max = (int32_t)(0x7FFFFFFFu >> (32 - bits));
    return brim_clamp32(x, -max - 1, max);
}

/** The nearest unsigned number of the given constant bits, 0..31. Compilers turn the clamp into USAT. */
BRIM_INLINE int32_t BRIM_USAT(int32_t x, int32_t bits) {
    return brim_clamp32(x, 0, (int32_t)(((uint32_t)1 << bits) - 1u));
}

/** a + b, saturated to 32 bits. */
BRIM_INLINE int32_t BRIM_QADD(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__qadd(a, b), brim_sat32((int64_t)a + b));
}

/** a - b, saturated to 32 bits. */
BRIM_INLINE int32_t BRIM_QSUB(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__qsub(a, b), brim_sat32((int64_t)a - b));
}

#if BRIM_HAS_PACKED
#define BRIM_SSAT16(x, bits) ((int32_t)__ssat16((x), (bits)))
#define BRIM_USAT16(x, bits) ((int32_t)__usat16((x), (bits)))
#else
/** Each signed half saturated to a signed number of the given bits, 1..16. */
#define BRIM_SSAT16(x, bits) brim_pack16(BRIM_SSAT(brim_lo16(x), (bits)), BRIM_SSAT(brim_hi16(x), (bits)))
/** Each signed half saturated to an unsigned number of the given bits, 0..15. */
#define BRIM_USAT16(x, bits) brim_pack16(BRIM_USAT(brim_lo16(x), (bits)), BRIM_USAT(brim_hi16(x), (bits)))
#endif

/* ---- Products of halves ---- */

/** Product of two signed halves (bottom of a, bottom of b). */
BRIM_INLINE int32_t BRIM_SMULBB(int32_t a, int32_t b) {
    return brim_lo16(a) * brim_lo16(b);
}

/** Product of two signed halves (bottom of a, top of b). */
BRIM_INLINE int32_t BRIM_SMULBT(int32_t a, int32_t b) {
    return brim_lo16(a) * brim_hi16(b);
}

/** Product of two signed halves (top of a, bottom of b). */
BRIM_INLINE int32_t BRIM_SMULTB(int32_t a, int32_t b) {
    return brim_hi16(a) * brim_lo16(b);
}

/** Product of two signed halves (top of a, top of b). */
BRIM_INLINE int32_t BRIM_SMULTT(int32_t a, int32_t b) {
    return brim_hi16(a) * brim_hi16(b);
}

/** BRIM_SMULBB plus acc, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLABB(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smlabb(a, b, acc), brim_add32_wrap(acc, brim_lo16(a) * brim_lo16(b)));
}

/** BRIM_SMULBT plus acc, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLABT(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smlabt(a, b, acc), brim_add32_wrap(acc, brim_lo16(a) * brim_hi16(b)));
}

/** BRIM_SMULTB plus acc, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLATB(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smlatb(a, b, acc), brim_add32_wrap(acc, brim_hi16(a) * brim_lo16(b)));
}

/** BRIM_SMULTT plus acc, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLATT(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smlatt(a, b, acc), brim_add32_wrap(acc, brim_hi16(a) * brim_hi16(b)));
}

/** The bottom half of b times a, divided by 2^16, rounded down. */
BRIM_INLINE int32_t BRIM_SMULWB(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * brim_lo16(b)) >> 16);
}

/** BRIM_SMULWB plus acc, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLAWB(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smlawb(a, b, acc),
                              brim_add32_wrap(acc, (int32_t)(((int64_t)a * brim_lo16(b)) >> 16)));
}

/** The top half of b times a, divided by 2^16, rounded down. */
BRIM_INLINE int32_t BRIM_SMULWT(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * brim_hi16(b)) >> 16);
}

/** BRIM_SMULWT plus acc, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLAWT(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smlawt(a, b, acc),
                              brim_add32_wrap(acc, (int32_t)(((int64_t)a * brim_hi16(b)) >> 16)));
}

/** Sum of the two products of like halves, modulo 2^32 (it overflows only if all four halves are -2^15). */
BRIM_INLINE int32_t BRIM_SMUAD(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__smuad(a, b), (int32_t)((uint32_t)(brim_lo16(a) * brim_lo16(b)) +
                                                       (uint32_t)(brim_hi16(a) * brim_hi16(b))));
}

/** Sum of the two products of crossed halves, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMUADX(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__smuadx(a, b), (int32_t)((uint32_t)(brim_lo16(a) * brim_hi16(b)) +
                                                        (uint32_t)(brim_hi16(a) * brim_lo16(b))));
}

/** Bottom product minus top product. */
BRIM_INLINE int32_t BRIM_SMUSD(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__smusd(a, b), brim_lo16(a) * brim_lo16(b) - brim_hi16(a) * brim_hi16(b));
}

/** Two multiply-accumulates of like halves, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLAD(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smlad(a, b, acc),
                              brim_add32_wrap(acc, (int32_t)((uint32_t)(brim_lo16(a) * brim_lo16(b)) +
                                                             (uint32_t)(brim_hi16(a) * brim_hi16(b)))));
}

/** Two multiply-accumulates of crossed halves, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLADX(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(__smladx(a, b, acc),
                              brim_add32_wrap(acc, (int32_t)((uint32_t)(brim_lo16(a) * brim_hi16(b)) +
                                                             (uint32_t)(brim_hi16(a) * brim_lo16(b)))));
}

/** Bottom product minus top product plus acc, modulo 2^32. */
BRIM_INLINE int32_t BRIM_SMLSD(int32_t a, int32_t b, int32_t acc) {
    return BRIM_PACKED_CHOICE(
        __smlsd(a, b, acc), brim_add32_wrap(acc, brim_lo16(a) * brim_lo16(b) - brim_hi16(a) * brim_hi16(b)));
}

/** Two multiply-accumulates of like halves into 64 bits. */
BRIM_INLINE int64_t BRIM_SMLALD(int32_t a, int32_t b, int64_t acc) {
    return BRIM_PACKED_CHOICE(__smlald(a, b, acc),
                              (int64_t)((uint64_t)acc + (uint64_t)((int64_t)brim_lo16(a) * brim_lo16(b) +
                                                                   (int64_t)brim_hi16(a) * brim_hi16(b))));
}

/** Two multiply-accumulates of crossed halves into 64 bits. */
BRIM_INLINE int64_t BRIM_SMLALDX(int32_t a, int32_t b, int64_t acc) {
    return BRIM_PACKED_CHOICE(__smlaldx(a, b, acc),
                              (int64_t)((uint64_t)acc + (uint64_t)((int64_t)brim_lo16(a) * brim_hi16(b) +
                                                                   (int64_t)brim_hi16(a) * brim_lo16(b))));
}

/** BRIM_SMLAD whose sum must fit 32 bits. */
BRIM_INLINE int32_t BRIM_SMLAD_EXACT(int32_t a, int32_t b, int32_t acc) {
    BRIM_REQUIRE(BRIM_SMLALD(a, b, acc) == BRIM_SMLAD(a, b, acc));
    return BRIM_SMLAD(a, b, acc);
}

/* ---- Products of words: compilers turn these expressions into the instructions ---- */

/** High word of the product, rounded down. */
BRIM_INLINE int32_t BRIM_SMMUL(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b) >> 32);
}

/** acc + a * b in 64 bits. */
BRIM_INLINE int64_t BRIM_SMLAL(int32_t a, int32_t b, int64_t acc) {
    return brim_mac64_wrap(acc, a, b);
}

/* ---- Extension of bytes to halves ---- */

#if BRIM_HAS_PACKED
/* The rotation is free in the instruction, but GCC 12 spends another on it when the intrinsics are composed.
 */
#define BRIM_EXTEND_ROR8(name)                                                                               \
    BRIM_INLINE int32_t brim_##name##_ror8(uint32_t x) {                                                     \
        int32_t halves;                                                                                      \
        __asm__(#name " %0, %1, ror #8" : "=r"(halves) : "r"(x));                                            \
        return halves;                                                                                       \
    }
#define BRIM_EXTEND_ADD_ROR8(name)                                                                           \
    BRIM_INLINE int32_t brim_##name##_ror8(int32_t a, uint32_t x) {                                          \
        int32_t halves;                                                                                      \
        __asm__(#name " %0, %1, %2, ror #8" : "=r"(halves) : "r"(a), "r"(x));                                \
        return halves;                                                                                       \
    }
BRIM_EXTEND_ROR8(sxtb16)
BRIM_EXTEND_ROR8(uxtb16)
BRIM_EXTEND_ADD_ROR8(sxtab16)
BRIM_EXTEND_ADD_ROR8(uxtab16)
#endif

/** Signed bytes 0 and 2 as two halves. */
BRIM_INLINE int32_t BRIM_SXTB16(uint32_t x) {
    return BRIM_PACKED_CHOICE(__sxtb16((int8x4_t)x), brim_pack16(brim_s8_at(x, 0), brim_s8_at(x, 2)));
}

/** Signed bytes 1 and 3 as two halves. */
BRIM_INLINE int32_t BRIM_SXTB16_ROR8(uint32_t x) {
    return BRIM_PACKED_CHOICE(brim_sxtb16_ror8(x), brim_pack16(brim_s8_at(x, 1), brim_s8_at(x, 3)));
}

/** Unsigned bytes 0 and 2 as two halves. */
BRIM_INLINE int32_t BRIM_UXTB16(uint32_t x) {
    return BRIM_PACKED_CHOICE((int32_t)__uxtb16(x), (int32_t)(x & 0x00FF00FFu));
}

/** Unsigned bytes 1 and 3 as two halves. */
BRIM_INLINE int32_t BRIM_UXTB16_ROR8(uint32_t x) {
    return BRIM_PACKED_CHOICE(brim_uxtb16_ror8(x), (int32_t)((x >> 8) & 0x00FF00FFu));
}

/** BRIM_SXTB16(x) added to the halves of a, each modulo 2^16. */
BRIM_INLINE int32_t BRIM_SXTAB16(int32_t a, uint32_t x) {
    return BRIM_PACKED_CHOICE(__sxtab16(a, (int8x4_t)x),
                              brim_pack16(brim_lo16(a) + brim_s8_at(x, 0), brim_hi16(a) + brim_s8_at(x, 2)));
}

/** BRIM_SXTB16_ROR8(x) added to the halves of a, each modulo 2^16. */
BRIM_INLINE int32_t BRIM_SXTAB16_ROR8(int32_t a, uint32_t x) {
    return BRIM_PACKED_CHOICE(brim_sxtab16_ror8(a, x),
                              brim_pack16(brim_lo16(a) + brim_s8_at(x, 1), brim_hi16(a) + brim_s8_at(x, 3)));
}

/** BRIM_UXTB16(x) added to the halves of a, each modulo 2^16. */
BRIM_INLINE int32_t BRIM_UXTAB16(int32_t a, uint32_t x) {
    return BRIM_PACKED_CHOICE((int32_t)__uxtab16((uint32_t)a, x),
                              brim_pack16(brim_lo16(a) + brim_u8_at(x, 0), brim_hi16(a) + brim_u8_at(x, 2)));
}

/** BRIM_UXTB16_ROR8(x) added to the halves of a, each modulo 2^16. */
BRIM_INLINE int32_t BRIM_UXTAB16_ROR8(int32_t a, uint32_t x) {
    return BRIM_PACKED_CHOICE(brim_uxtab16_ror8(a, x),
                              brim_pack16(brim_lo16(a) + brim_u8_at(x, 1), brim_hi16(a) + brim_u8_at(x, 3)));
}

#if BRIM_HAS_PACKED
#define BRIM_PKHBT(a, b, n)                                                                                  \
    __extension__({                                                                                          \
        int32_t brim_packed_;                                                                                \
        __asm__("pkhbt %0, %1, %2, lsl %3" : "=r"(brim_packed_) : "r"(a), "r"(b), "I"(n));                   \
        brim_packed_;                                                                                        \
    })
#define BRIM_PKHTB(a, b, n)                                                                                  \
    __extension__({                                                                                          \
        int32_t brim_packed_;                                                                                \
        __asm__("pkhtb %0, %1, %2, asr %3" : "=r"(brim_packed_) : "r"(a), "r"(b), "I"(n));                   \
        brim_packed_;                                                                                        \
    })
#else
/** Bottom half of a, top half of b * 2^n. n is a constant, 1..31 (16 joins two bottom halves). */
BRIM_INLINE int32_t BRIM_PKHBT(int32_t a, int32_t b, int32_t n) {
    return (int32_t)(((uint32_t)a & 0x0000FFFFu) | (((uint32_t)b << n) & 0xFFFF0000u));
}

/** Top half of a, bottom half of b / 2^n. n is a constant, 1..31 (16 joins two top halves). */
BRIM_INLINE int32_t BRIM_PKHTB(int32_t a, int32_t b, int32_t n) {
    return (int32_t)(((uint32_t)a & 0xFFFF0000u) | ((uint32_t)(b >> n) & 0x0000FFFFu));
}
#endif

/* ---- Sums of lanes ---- */

/** Halves added, each modulo 2^16. */
BRIM_INLINE int32_t BRIM_SADD16(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__sadd16(a, b),
                              brim_pack16(brim_lo16(a) + brim_lo16(b), brim_hi16(a) + brim_hi16(b)));
}

/** Halves subtracted, each modulo 2^16. */
BRIM_INLINE int32_t BRIM_SSUB16(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__ssub16(a, b),
                              brim_pack16(brim_lo16(a) - brim_lo16(b), brim_hi16(a) - brim_hi16(b)));
}

/** Halves added, each saturated. */
BRIM_INLINE int32_t BRIM_QADD16(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__qadd16(a, b), brim_pack16(brim_sat16(brim_lo16(a) + brim_lo16(b)),
                                                          brim_sat16(brim_hi16(a) + brim_hi16(b))));
}

/** Halves subtracted, each saturated. */
BRIM_INLINE int32_t BRIM_QSUB16(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__qsub16(a, b), brim_pack16(brim_sat16(brim_lo16(a) - brim_lo16(b)),
                                                          brim_sat16(brim_hi16(a) - brim_hi16(b))));
}

/** Halves of the sum, each rounded down. */
BRIM_INLINE int32_t BRIM_SHADD16(int32_t a, int32_t b) {
    return BRIM_PACKED_CHOICE(__shadd16(a, b), brim_pack16(((brim_lo16(a) + brim_lo16(b)) >> 1),
                                                           ((brim_hi16(a) + brim_hi16(b)) >> 1)));
}

/** Bytes added, each modulo 2^8. */
BRIM_INLINE uint32_t BRIM_SADD8(uint32_t a, uint32_t b) {
    return BRIM_PACKED_CHOICE(
        (uint32_t)__sadd8((int8x4_t)a, (int8x4_t)b),
        brim_pack8(brim_s8_at(a, 0) + brim_s8_at(b, 0), brim_s8_at(a, 1) + brim_s8_at(b, 1),
                   brim_s8_at(a, 2) + brim_s8_at(b, 2), brim_s8_at(a, 3) + brim_s8_at(b, 3)));
}

/** Bytes subtracted, each modulo 2^8. */
BRIM_INLINE uint32_t BRIM_SSUB8(uint32_t a, uint32_t b) {
    return BRIM_PACKED_CHOICE(
        (uint32_t)__ssub8((int8x4_t)a, (int8x4_t)b),
        brim_pack8(brim_s8_at(a, 0) - brim_s8_at(b, 0), brim_s8_at(a, 1) - brim_s8_at(b, 1),
                   brim_s8_at(a, 2) - brim_s8_at(b, 2), brim_s8_at(a, 3) - brim_s8_at(b, 3)));
}

/** Signed bytes added, each saturated. */
BRIM_INLINE uint32_t BRIM_QADD8(uint32_t a, uint32_t b) {
    return BRIM_PACKED_CHOICE((uint32_t)__qadd8((int8x4_t)a, (int8x4_t)b),
                              brim_pack8(brim_clamp32(brim_s8_at(a, 0) + brim_s8_at(b, 0), -128, 127),
                                         brim_clamp32(brim_s8_at(a, 1) + brim_s8_at(b, 1), -128, 127),
                                         brim_clamp32(brim_s8_at(a, 2) + brim_s8_at(b, 2), -128, 127),
                                         brim_clamp32(brim_s8_at(a, 3) + brim_s8_at(b, 3), -128, 127)));
}

/** Signed bytes subtracted, each saturated. */
BRIM_INLINE uint32_t BRIM_QSUB8(uint32_t a, uint32_t b) {
    return BRIM_PACKED_CHOICE((uint32_t)__qsub8((int8x4_t)a, (int8x4_t)b),
                              brim_pack8(brim_clamp32(brim_s8_at(a, 0) - brim_s8_at(b, 0), -128, 127),
                                         brim_clamp32(brim_s8_at(a, 1) - brim_s8_at(b, 1), -128, 127),
                                         brim_clamp32(brim_s8_at(a, 2) - brim_s8_at(b, 2), -128, 127),
                                         brim_clamp32(brim_s8_at(a, 3) - brim_s8_at(b, 3), -128, 127)));
}

/** Unsigned bytes added, each saturated. */
BRIM_INLINE uint32_t BRIM_UQADD8(uint32_t a, uint32_t b) {
    return BRIM_PACKED_CHOICE(__uqadd8(a, b),
                              brim_pack8(brim_clamp32(brim_u8_at(a, 0) + brim_u8_at(b, 0), 0, 255),
                                         brim_clamp32(brim_u8_at(a, 1) + brim_u8_at(b, 1), 0, 255),
                                         brim_clamp32(brim_u8_at(a, 2) + brim_u8_at(b, 2), 0, 255),
                                         brim_clamp32(brim_u8_at(a, 3) + brim_u8_at(b, 3), 0, 255)));
}

/** Unsigned bytes subtracted, each saturated at 0. */
BRIM_INLINE uint32_t BRIM_UQSUB8(uint32_t a, uint32_t b) {
    return BRIM_PACKED_CHOICE(__uqsub8(a, b),
                              brim_pack8(brim_clamp32(brim_u8_at(a, 0) - brim_u8_at(b, 0), 0, 255),
                                         brim_clamp32(brim_u8_at(a, 1) - brim_u8_at(b, 1), 0, 255),
                                         brim_clamp32(brim_u8_at(a, 2) - brim_u8_at(b, 2), 0, 255),
                                         brim_clamp32(brim_u8_at(a, 3) - brim_u8_at(b, 3), 0, 255)));
}

/*
 * The greater of each lane: a subtraction that sets the GE flags, and SEL that reads them. The pair is one
 * function because the flags are no value in C.
 */

/** The greater of two numbers. */
BRIM_INLINE int32_t brim_max32(int32_t a, int32_t b) {
    return a > b ? a : b;
}

/** The greater of each pair of signed bytes. */
BRIM_INLINE uint32_t BRIM_MAX_S8X4(uint32_t a, uint32_t b) {
#if BRIM_HAS_PACKED
    (void)__ssub8((int8x4_t)a, (int8x4_t)b);
    return __sel(a, b);
#else
    return brim_pack8(
        brim_max32(brim_s8_at(a, 0), brim_s8_at(b, 0)), brim_max32(brim_s8_at(a, 1), brim_s8_at(b, 1)),
        brim_max32(brim_s8_at(a, 2), brim_s8_at(b, 2)), brim_max32(brim_s8_at(a, 3), brim_s8_at(b, 3)));
#endif
}

/** The greater of each pair of unsigned bytes. */
BRIM_INLINE uint32_t BRIM_MAX_U8X4(uint32_t a, uint32_t b) {
#if BRIM_HAS_PACKED
    (void)__usub8(a, b);
    return __sel(a, b);
#else
    return brim_pack8(
        brim_max32(brim_u8_at(a, 0), brim_u8_at(b, 0)), brim_max32(brim_u8_at(a, 1), brim_u8_at(b, 1)),
        brim_max32(brim_u8_at(a, 2), brim_u8_at(b, 2)), brim_max32(brim_u8_at(a, 3), brim_u8_at(b, 3)));
#endif
}

/** |a - b| of two small numbers. */
BRIM_INLINE int32_t brim_absdiff(int32_t a, int32_t b) {
    return a > b ? a - b : b - a;
}

/** Sum of the absolute differences of unsigned bytes, plus acc. With b = 0 it sums four bytes. */
BRIM_INLINE uint32_t BRIM_USADA8(uint32_t a, uint32_t b, uint32_t acc) {
    return BRIM_PACKED_CHOICE(__usada8(a, b, acc),
                              acc + (uint32_t)brim_absdiff(brim_u8_at(a, 0), brim_u8_at(b, 0)) +
                                  (uint32_t)brim_absdiff(brim_u8_at(a, 1), brim_u8_at(b, 1)) +
                                  (uint32_t)brim_absdiff(brim_u8_at(a, 2), brim_u8_at(b, 2)) +
                                  (uint32_t)brim_absdiff(brim_u8_at(a, 3), brim_u8_at(b, 3)));
}

#endif
