/**
 * @file mve.h
 * @brief Whether there are vector instructions for integers (MVE: Cortex-M55, M85), and what GCC 12 needs of
 * them.
 */
#ifndef MVE_H
#define MVE_H

#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1) && defined(__OPTIMIZE__)
/** 1 if vector instructions are used; 0: portable definitions of the same functions. */
#define BRIM_MVE 1
#include "brim/brim_arith.h"

#include <arm_mve.h>

/** A predicate of one bit a byte. GCC 12 takes a constant one of other than bytes for all ones if it sees it.
 */
BRIM_INLINE mve_pred16_t brim_mve_predicate(uint32_t bits) {
    __asm__("" : "+r"(bits));
    return (mve_pred16_t)bits;
}
#else
#define BRIM_MVE 0
#endif

#endif
