/**
 * @file smlad_expand.h
 * @brief Builds activation streams of smlad_dot.h from int8 codes.
 */
#ifndef SMLAD_EXPAND_H
#define SMLAD_EXPAND_H

#include "smlad_dot.h"

/**
 * Appends `groups` groups of four codes of three pixels to an interleaved stream; each group becomes the
 * words of codes (0, 2) and (1, 3), which is the order that SXTB16 gives.
 *
 * @param s0,s1,s2  codes of the pixels, any alignment
 * @return end of the stream
 */
BRIM_SHARED uint32_t *brim_smlad_expand3(uint32_t *to, const int8_t *s0, const int8_t *s1, const int8_t *s2,
                                         int32_t groups) {
#if BRIM_SMLAD_ASM
    register uint32_t *end __asm__("r0") = to;
    register const int8_t *p0 __asm__("r1") = s0;
    register const int8_t *p1 __asm__("r2") = s1;
    register const int8_t *p2 __asm__("r3") = s2;
    register int32_t left __asm__("r4") = groups;
#define BRIM_EXPAND_GROUP                                                                                    \
    "ldr r5, [r1], #4\n"                                                                                     \
    "ldr r6, [r2], #4\n"                                                                                     \
    "ldr r7, [r3], #4\n"                                                                                     \
    "sxtb16 r8, r5\n"                                                                                        \
    "sxtb16 r9, r6\n"                                                                                        \
    "sxtb16 r10, r7\n"                                                                                       \
    "sxtb16 r5, r5, ror #8\n"                                                                                \
    "sxtb16 r6, r6, ror #8\n"                                                                                \
    "sxtb16 r7, r7, ror #8\n"                                                                                \
    "stmia.w r0!, {r8, r9, r10}\n"                                                                           \
    "stmia.w r0!, {r5, r6, r7}\n"
    __asm__ volatile("subs r4, #4\n"
                     "bmi 2f\n"
                     "1:\n" BRIM_EXPAND_GROUP BRIM_EXPAND_GROUP BRIM_EXPAND_GROUP BRIM_EXPAND_GROUP
                     "subs r4, #4\n"
                     "bpl 1b\n"
                     "2:\n"
                     "adds r4, #4\n"
                     "beq 4f\n"
                     "3:\n" BRIM_EXPAND_GROUP "subs r4, #1\n"
                     "bne 3b\n"
                     "4:\n"
                     : "+r"(end), "+r"(p0), "+r"(p1), "+r"(p2), "+r"(left)
                     :
                     : "r5", "r6", "r7", "r8", "r9", "r10", "cc", "memory");
    return end;
#else
    for (; groups > 0; groups--, s0 += 4, s1 += 4, s2 += 4, to += 3 * BRIM_STEP_WORDS) {
#ifdef BRIM_MLA_TAPS
        to[0] = (uint32_t)s0[0];
        to[1] = (uint32_t)s1[0];
        to[2] = (uint32_t)s2[0];
        to[3] = (uint32_t)s0[2];
        to[4] = (uint32_t)s1[2];
        to[5] = (uint32_t)s2[2];
        to[6] = (uint32_t)s0[1];
        to[7] = (uint32_t)s1[1];
        to[8] = (uint32_t)s2[1];
        to[9] = (uint32_t)s0[3];
        to[10] = (uint32_t)s1[3];
        to[11] = (uint32_t)s2[3];
#else
        const uint32_t codes[3] = {brim_load32(s0), brim_load32(s1), brim_load32(s2)};
        for (int32_t p = 0; p < 3; p++) {
            to[p] = (uint32_t)BRIM_SXTB16(codes[p]);
            to[p + 3] = (uint32_t)BRIM_SXTB16_ROR8(codes[p]);
        }
#endif
    }
    return to;
#endif
}

/** The same for one pixel. */
BRIM_SHARED uint32_t *brim_smlad_expand1(uint32_t *to, const int8_t *from, int32_t groups) {
#ifdef BRIM_MLA_TAPS
    for (; groups > 0; groups--, from += 4, to += 4) {
        to[0] = (uint32_t)from[0];
        to[1] = (uint32_t)from[2];
        to[2] = (uint32_t)from[1];
        to[3] = (uint32_t)from[3];
    }
#else
    for (; groups >= 4; groups -= 4, from += 16, to += 8) {
        for (int32_t i = 0; i < 4; i++) {
            const uint32_t codes = brim_load32(from + 4 * i);
            to[2 * i] = (uint32_t)BRIM_SXTB16(codes);
            to[2 * i + 1] = (uint32_t)BRIM_SXTB16_ROR8(codes);
        }
    }
    for (; groups > 0; groups--, from += 4, to += 2) {
        const uint32_t codes = brim_load32(from);
        to[0] = (uint32_t)BRIM_SXTB16(codes);
        to[1] = (uint32_t)BRIM_SXTB16_ROR8(codes);
    }
#endif
    return to;
}

/** Writes one code as tap `tap` of pixel `pixel` into a stream of `pixels` pixels. */
BRIM_INLINE void brim_smlad_put(uint32_t *stream, int32_t tap, int32_t pixels, int32_t pixel, int32_t code) {
#ifdef BRIM_MLA_TAPS
    stream[tap * pixels + pixel] = (uint32_t)code;
#else
    const int16_t value = (int16_t)code;
    __builtin_memcpy((char *)stream + ((tap >> 1) * pixels + pixel) * 4 + (tap & 1) * 2, &value,
                     sizeof value);
#endif
}
#endif
