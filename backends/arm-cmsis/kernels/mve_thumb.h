/**
 * @file mve_thumb.h
 * @brief The blocks of mve_dot.h with vector instructions.
 *
 * Four pixels: two channels at a time, so that six loads feed eight VMLADAVA. The eight sums take all even
 * registers (VMLADAVA takes no others), LR among them; that leaves no register for a counter, so the loop
 * runs until the activations end. It is unrolled eight times, and entered where whole passes remain. State on
 * the stack, in words: 0 from the end of a pair's weights to the next pair, 1 end of the results, 2 zero
 * point, 3 activations, 4 where to enter the loop.
 *
 * ADR counts from a multiple of four: its .balign makes the linker keep the assembler's view of the address.
 */
#ifndef MVE_THUMB_H
#define MVE_THUMB_H

/* Sixteen taps, two channels, four pixels: 128 products in 14 instructions of 4 bytes each. r1, r3 weights,
 * r5 activations; r0, r2, r4, r6 sums of the first channel, r8, r10, r12, lr of the second; q0-q2, q4 free.
 */
#define BRIM_MVE_STEP4(VMLADAV)                                                                              \
    "vldrb.u8 q0, [r1], #16\n"                                                                               \
    "vldrb.u8 q2, [r5], #64\n" VMLADAV " r0, q0, q2\n"                                                       \
    "vldrb.u8 q1, [r3], #16\n" VMLADAV " r8, q1, q2\n"                                                       \
    "vldrb.u8 q4, [r5, #-48]\n" VMLADAV " r2, q0, q4\n" VMLADAV " r10, q1, q4\n"                             \
    "vldrb.u8 q2, [r5, #-32]\n" VMLADAV " r4, q0, q2\n" VMLADAV " r12, q1, q2\n"                             \
    "vldrb.u8 q4, [r5, #-16]\n" VMLADAV " r6, q0, q4\n" VMLADAV " lr, q1, q4\n"

#define BRIM_MVE_TWICE(code) code code
#define BRIM_MVE_EIGHT_TIMES(code) BRIM_MVE_TWICE(BRIM_MVE_TWICE(BRIM_MVE_TWICE(code)))

/** Bytes of code to jump over in the first pass, so that whole passes of eight steps remain of n: all for 0.
 */
#define BRIM_MVE_SKIP(n) ((n) == 0 ? 8u * 56u : (0u - (uint32_t)(n)) % 8u * 56u)

/* q = its four rescaled sums: brim_mve_code without zero point and clamp. t and tq are free registers. */
#define BRIM_MVE_SHIFT_1(q, left) "vshl.s32 " q ", " left "\n"
#define BRIM_MVE_SHIFT_0(q, left)
#define BRIM_MVE_TIES_1(q, right, t, tq)                                                                     \
    "lsr " t ", " right ", #31\n"                                                                            \
    "vshr.s32 " tq ", " q ", #31\n"                                                                          \
    "vmla.s32 " q ", " tq ", " t "\n"
#define BRIM_MVE_TIES_0(q, right, t, tq)                                                                     \
    "vshr.s32 " tq ", " q ", #31\n"                                                                          \
    "vadd.i32 " q ", " q ", " tq "\n"
#define BRIM_MVE_HIGH_BRIM_MVE_RELU(q, m, right, t, tq, left) "vqrdmulh.s32 " q ", " q ", " m "\n"
#define BRIM_MVE_HIGH_BRIM_MVE_LINEAR(q, m, right, t, tq, left)                                              \
    "vqrdmulh.s32 " q ", " q ", " m "\n" BRIM_MVE_TIES_##left(q, right, t, tq)
#define BRIM_MVE_HIGH_BRIM_MVE_SINGLE(q, m, right, t, tq, left) "vqdmulh.s32 " q ", " q ", " m "\n"
#define BRIM_MVE_CODE(HIGH, q, bias, m, right, left_shift, t, tq, left)                                      \
    "vadd.i32 " q ", " q ", " bias "\n" BRIM_MVE_SHIFT_##left(q, left_shift)                                 \
        HIGH(q, m, right, t, tq, left) "vrshl.s32 " q ", " right "\n"

/* Both channels' words, and their rescaling. */
#define BRIM_MVE_PAIR_0(HIGH)                                                                                \
    "ldmia.w r9!, {r0, r2, r4, r6, r8, r10}\n" BRIM_MVE_CODE(HIGH, "q0", "r0", "r2", "r4", "", "r5", "q2",   \
                                                             0)                                              \
        BRIM_MVE_CODE(HIGH, "q1", "r6", "r8", "r10", "", "r5", "q2", 0)
#define BRIM_MVE_PAIR_1(HIGH)                                                                                \
    "ldmia.w r9!, {r0, r2, r4, r6, r8, r10, r12, lr}\n" BRIM_MVE_CODE(HIGH, "q0", "r0", "r2", "r4", "r6",    \
                                                                      "r5", "q2", 1)                         \
        BRIM_MVE_CODE(HIGH, "q1", "r8", "r10", "r12", "lr", "r5", "q2", 1)

/* Codes of 16 bits to codes of 8. */
#define BRIM_MVE_NARROW_0 "vqmovnb.s16 q0, q0\n"
#define BRIM_MVE_NARROW_1                                                                                    \
    "vmax.s16 q0, q0, q5\n"                                                                                  \
    "vmin.s16 q0, q0, q6\n"

/* In: r0 word 0, r1 and r3 weights, r2 word 1, r4 word 2, r5 word 3 and r7 where they end, r6 bytes to skip,
 * r8 and r10 least and greatest code, r9 channel stream, r11 results, r12 out_c in both halves. q3: distance
 * of the eight results from r11, first and second channel alternating. */
/* clang-format off */
#define BRIM_MVE_TILES(HIGH, left, clamped)                                                                  \
    ".balign 4\n"                                                                                            \
    "adr.w lr, 1f\n"                                                                                         \
    "add.w lr, lr, #1\n"                                                                                     \
    "add.w r6, r6, lr\n"                                                                                     \
    "push {r0, r2, r4, r5, r6}\n"                                                                            \
    "movs r6, #0\n"                                                                                          \
    "vidup.u32 q3, r6, #1\n"                                                                                 \
    "vmul.i32 q3, q3, r12\n"                                                                                 \
    "mov.w r6, #0x10000\n"                                                                                   \
    "vadd.i32 q3, q3, r6\n"                                                                                  \
    "vdup.16 q5, r8\n"                                                                                       \
    "vdup.16 q6, r10\n"                                                                                      \
    "0:\n"                                                                                                   \
    BRIM_MVE_STEP4("vmladav.s8")                                                                             \
    "ldr.w pc, [sp, #16]\n"                                                                                  \
    "1:\n"                                                                                                   \
    BRIM_MVE_EIGHT_TIMES(BRIM_MVE_STEP4("vmladava.s8"))                                                      \
    "cmp r5, r7\n"                                                                                           \
    "bne.w 1b\n"                                                                                             \
    "vmov q0[2], q0[0], r0, r4\n"                                                                            \
    "vmov q0[3], q0[1], r2, r6\n"                                                                            \
    "vmov q1[2], q1[0], r8, r12\n"                                                                           \
    "vmov q1[3], q1[1], r10, lr\n"                                                                           \
    BRIM_MVE_PAIR_##left(HIGH)                                                                               \
    "ldmia.w sp, {r0, r2, r4, r5}\n"                                                                         \
    "vqmovnb.s32 q0, q0\n"                                                                                   \
    "vqmovnt.s32 q0, q1\n"                                                                                   \
    "vqadd.s16 q0, q0, r4\n"                                                                                 \
    BRIM_MVE_NARROW_##clamped                                                                                \
    "vstrb.16 q0, [r11, q3]\n"                                                                               \
    "add r1, r1, r0\n"                                                                                       \
    "add r3, r3, r0\n"                                                                                       \
    "add.w r11, r11, #2\n"                                                                                   \
    "cmp r11, r2\n"                                                                                          \
    "bne.w 0b\n"                                                                                             \
    "add sp, #20\n"

/* clang-format on */

#define BRIM_MVE_RUN_TILES(code)                                                                             \
    const int32_t steps = brim_mve_steps(f);                                                                 \
    register int32_t r0 __asm__("r0") = 2 * f->taps - BRIM_MVE_TAPS * steps;                                 \
    register const int8_t *r1 __asm__("r1") = f->weights + c * f->taps;                                      \
    register int8_t *r2 __asm__("r2") = y + c + 2 * pairs;                                                   \
    register const int8_t *r3 __asm__("r3") = r1 + f->taps;                                                  \
    register int32_t r4 __asm__("r4") = f->out_zero_point;                                                   \
    register const int8_t *r5 __asm__("r5") = x;                                                             \
    register uint32_t r6 __asm__("r6") = BRIM_MVE_SKIP(steps - 1);                                           \
    register const int8_t *r7 __asm__("r7") = x + BRIM_MVE_BLOCK_STEP * steps;                               \
    register int32_t r8 __asm__("r8") = f->act_min;                                                          \
    register const int32_t *r9 __asm__("r9") = channels;                                                     \
    register int32_t r10 __asm__("r10") = f->act_max;                                                        \
    register int8_t *r11 __asm__("r11") = y + c;                                                             \
    register int32_t r12 __asm__("r12") = f->out_c * 0x10001;                                                \
    __asm__ volatile(code                                                                                    \
                     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7),       \
                       "+r"(r8), "+r"(r9), "+r"(r10), "+r"(r11), "+r"(r12)                                   \
                     :                                                                                       \
                     : "lr", "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11",       \
                       "d12", "d13", "cc", "memory")

/**
 * The sums of four channels at one pixel, without their start values: w are the channels' weights, x the
 * activations of `steps` steps.
 */
BRIM_INLINE int32x4_t brim_mve_dot1(const int8_t *w0, const int8_t *w1, const int8_t *w2, const int8_t *w3,
                                    const int8_t *x, int32_t steps) {
#define BRIM_MVE_STEP1                                                                                       \
    "vldrb.u8 q0, [%[x]], #16\n"                                                                             \
    "vldrb.u8 q1, [%[w0]], #16\n"                                                                            \
    "vmladava.s8 %[a0], q1, q0\n"                                                                            \
    "vldrb.u8 q2, [%[w1]], #16\n"                                                                            \
    "vmladava.s8 %[a1], q2, q0\n"                                                                            \
    "vldrb.u8 q1, [%[w2]], #16\n"                                                                            \
    "vmladava.s8 %[a2], q1, q0\n"                                                                            \
    "vldrb.u8 q2, [%[w3]], #16\n"                                                                            \
    "vmladava.s8 %[a3], q2, q0\n"
    int32x4_t sums;
    int32_t a0 = 0, a1 = 0, a2 = 0, a3 = 0;
    __asm__("tst %[n], #1\n"
            "beq 1f\n" BRIM_MVE_STEP1 "1:\n"
            "lsr %[n], %[n], #1\n"
            "wls lr, %[n], 3f\n"
            "2:\n" BRIM_MVE_STEP1 BRIM_MVE_STEP1 "le lr, 2b\n"
            "3:\n"
            "vmov %q[sums][2], %q[sums][0], %[a0], %[a2]\n"
            "vmov %q[sums][3], %q[sums][1], %[a1], %[a3]\n"
            : [sums] "=&w"(sums), [a0] "+Te"(a0), [a1] "+Te"(a1), [a2] "+Te"(a2), [a3] "+Te"(a3), [x] "+r"(x),
              [w0] "+r"(w0), [w1] "+r"(w1), [w2] "+r"(w2), [w3] "+r"(w3), [n] "+r"(steps)
            :
            : "lr", "d0", "d1", "d2", "d3", "d4", "d5", "cc", "memory");
    return sums;
}

/** brim_mve_code of four channels: `x` are sums shifted left, `right` the shifts with their signs turned
 * over.
 */
BRIM_INLINE int32x4_t brim_mve_codes(int32x4_t x, int32x4_t m, int32x4_t right, int32_t kind,
                                     const brim_mve_filter *f) {
    int32x4_t h;
    if (kind == BRIM_MVE_SINGLE) {
        h = __arm_vqdmulhq_s32(x, m);
    } else {
        h = __arm_vqrdmulhq_s32(x, m);
        if (kind == BRIM_MVE_LINEAR) /* the sign bit of the AND is that of h where there is a shift, else 0 */
            h = __arm_vaddq_s32(h, __arm_vshrq_n_s32(__arm_vandq_s32(h, right), 31));
    }
    const int32x4_t code = __arm_vaddq_n_s32(__arm_vrshlq_s32(h, right), f->out_zero_point);
    return __arm_vminq_s32(__arm_vmaxq_s32(code, __arm_vdupq_n_s32(f->act_min)),
                           __arm_vdupq_n_s32(f->act_max));
}

/** All channels of one pixel, four at a time. */
BRIM_INLINE void brim_mve_block1(const brim_mve_filter *f, const int8_t *x, int8_t *y, int32_t kind,
                                 bool left) {
    const int32_t words = BRIM_MVE_CHANNEL_WORDS(left);
    const uint32x4_t offsets = __arm_vmulq_n_u32(__arm_vidupq_n_u32(0, 4), (uint32_t)words);
    const int32_t steps = brim_mve_steps(f);
    const int32_t taps = f->taps;
    const int8_t *w = f->weights;
    const int32_t *channel = f->channels;
    for (int32_t todo = f->out_c; todo > 0; todo -= 4, w += 4 * taps, channel += 4 * words, y += 4) {
        const mve_pred16_t some = __arm_vctp32q((uint32_t)todo);
        const int8_t *const w1 = todo > 1 ? w + taps : w;
        const int8_t *const w2 = todo > 2 ? w1 + taps : w;
        const int8_t *const w3 = todo > 3 ? w2 + taps : w;
        const int32x4_t bias = __arm_vldrwq_gather_offset_z_s32(channel, offsets, some);
        const int32x4_t m = __arm_vldrwq_gather_offset_z_s32(channel + 1, offsets, some);
        const int32x4_t right = __arm_vldrwq_gather_offset_z_s32(channel + 2, offsets, some);
        int32x4_t sums = __arm_vaddq_s32(brim_mve_dot1(w, w1, w2, w3, x, steps), bias);
        if (left)
            sums = __arm_vshlq_s32(sums, __arm_vldrwq_gather_offset_z_s32(channel + 3, offsets, some));
        __arm_vstrbq_p_s32(y, brim_mve_codes(sums, m, right, kind, f), some);
    }
}

#define BRIM_MVE_BLOCKS(name, kind, left, clamped)                                                           \
    BRIM_MVE_SHARED void brim_mve_##name##_tiles(const brim_mve_filter *f, const int8_t *x, int8_t *y,       \
                                                 int32_t c, int32_t pairs) {                                 \
        const int32_t *const channels = f->channels + c * BRIM_MVE_CHANNEL_WORDS(left);                      \
        BRIM_MVE_RUN_TILES(BRIM_MVE_TILES(BRIM_MVE_HIGH_##kind, left, clamped));                             \
    }                                                                                                        \
    BRIM_MVE_SHARED void brim_mve_##name##1(const brim_mve_filter *f, const int8_t *x, int8_t *y) {          \
        brim_mve_block1(f, x, y, kind, left);                                                                \
    }                                                                                                        \
    /* An odd last channel is computed together with the one before, whose results are written again. */     \
    BRIM_MVE_SHARED void brim_mve_##name##4(const brim_mve_filter *f, const int8_t *x, int8_t *y) {          \
        brim_mve_##name##_tiles(f, x, y, 0, f->out_c / 2);                                                   \
        if (f->out_c % 2 != 0)                                                                               \
            brim_mve_##name##_tiles(f, x, y, f->out_c - 2, 1);                                               \
    }

#endif
