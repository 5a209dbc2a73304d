/**
 * @file clamp_s8.h
 * @brief Bytes brought into a range, four at a time.
 */
#ifndef BRIM_CLAMP_S8_H
#define BRIM_CLAMP_S8_H

#include "brim/brim_packed.h"

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
/** Each byte of x, signed, into low..high, which hold their limit in every byte. */
BRIM_INLINE uint32_t brim_clamp4_s8(uint32_t x, uint32_t low, uint32_t high) {
    uint32_t difference;
    /* SSUB8 sets a GE flag for each byte that is at least its subtrahend, SEL chooses by them. */
    __asm__("ssub8 %1, %0, %2\n\t"
            "sel %0, %0, %2\n\t"
            "ssub8 %1, %3, %0\n\t"
            "sel %0, %0, %3"
            : "+r"(x), "=&r"(difference)
            : "r"(low), "r"(high)
            : "cc");
    return x;
}
#endif

/** `count` codes brought into low..high in place. */
BRIM_INLINE void brim_clamp_s8(int8_t *y, int32_t count, int32_t low, int32_t high) {
    int32_t i = 0;
#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
    const uint32_t low4 = (uint32_t)(uint8_t)low * 0x01010101u;
    const uint32_t high4 = (uint32_t)(uint8_t)high * 0x01010101u;
    for (; i <= count - 8; i += 8) {
        const uint32_t a = brim_load32(y + i), b = brim_load32(y + i + 4);
        brim_store32(y + i, brim_clamp4_s8(a, low4, high4));
        brim_store32(y + i + 4, brim_clamp4_s8(b, low4, high4));
    }
#endif
    for (; i < count; i++)
        y[i] = (int8_t)brim_clamp32(y[i], low, high);
}

#endif
