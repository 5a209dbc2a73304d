/**
 * @file brim_kernels.h
 * @brief Parameters and prototypes of the portable kernels.
 *
 * Conventions of every kernel:
 *  - Tensors are dense and row-major; images are NHWC; pointers point at the first element and are aligned to
 * its size.
 *  - A code of 1 to 8 bits takes one byte, signed or unsigned; 16-bit codes are signed. A suffix _s8, _u8 or
 * _s16 names the type of input codes; kernels without one take it from their parameters (enum brim_type) and
 * their pointers are void.
 *  - Byte results are written through int8_t pointers: the low eight bits of a code in [act_min, act_max], so
 * one kernel writes signed and unsigned results.
 *  - Nothing is kept between calls, and no kernel needs scratch.
 *  - Aliasing: inputs and result do not overlap, except as "In place" says. "Forward" kernels write results
 * in ascending order and read the taps of each result again only before the next is begun: the result may
 * start before the input and run into it, as far as the compiler has computed.
 */
#ifndef BRIM_KERNELS_H
#define BRIM_KERNELS_H

#include "brim_arith.h"

/** Most dimensions of a tensor in the strided kernels, after neighbouring dimensions have been merged. */
#define BRIM_MAX_RANK 6

/** Most operands of brim_concat. */
#define BRIM_MAX_CONCAT 8

/** How an accumulator becomes a code. */
enum brim_scheme {
    BRIM_SCHEME_TFLITE = 0, /**< two roundings, brim_requantize_tflite */
    BRIM_SCHEME_SINGLE = 1, /**< one rounding of the product, brim_requantize_single */
    BRIM_SCHEME_POW2 = 2,   /**< one rounding shift, brim_requantize_pow2 */
    BRIM_SCHEME_FLOAT = 3   /**< binary32 factor, brim_requantize_float */
};

/** From accumulator to code. */
typedef struct {
    const int32_t
        *multiplier;      /**< Q31, one or one per channel; a fraction of 24 bits for BRIM_SCHEME_FLOAT */
    const int16_t *shift; /**< exponents, positive = left, as many as multipliers */
    int32_t per_channel;  /**< 1: arrays are indexed by channel; 0: one entry */
    int32_t scheme;       /**< enum brim_scheme */
    int32_t zero_point;   /**< added after the rescaling */
    int32_t act_min;      /**< least code */
    int32_t act_max;      /**< greatest code */
} brim_requantization;

/** One rescaling by a constant factor. */
typedef struct {
    int32_t multiplier; /**< Q31 >= 0 */
    int32_t shift;      /**< exponent, positive = left */
} brim_scale;

/** BRIM_SCHEME_FLOAT; the zero point is added in 64 bits. */
BRIM_INLINE int32_t brim_code_of_float(const brim_requantization *q, int64_t acc, int32_t i) {
    const int64_t code = (int64_t)brim_requantize_float(acc, q->multiplier[i], q->shift[i]) + q->zero_point;
    return (int32_t)brim_clamp64(code, q->act_min, q->act_max);
}

/** The code of a 32-bit accumulator. */
BRIM_INLINE int32_t brim_code_of_sum32(const brim_requantization *q, int32_t acc, int32_t channel) {
    const int32_t i = q->per_channel != 0 ? channel : 0;
    int32_t code;
    if (q->scheme == BRIM_SCHEME_TFLITE)
        code = brim_requantize_tflite(acc, q->multiplier[i], q->shift[i]);
    else if (q->scheme == BRIM_SCHEME_SINGLE)
        code = brim_requantize_single(acc, q->multiplier[i], q->shift[i]);
    else if (q->scheme == BRIM_SCHEME_POW2)
        code = brim_requantize_pow2(acc, q->shift[i]);
    else
        return brim_code_of_float(q, acc, i);
    return brim_clamp32(brim_add32(code, q->zero_point), q->act_min, q->act_max);
}

/** The code of a 64-bit accumulator: every scheme but BRIM_SCHEME_FLOAT rounds as brim_requantize64_tflite.
 */
BRIM_INLINE int32_t brim_code_of_sum64(const brim_requantization *q, int64_t acc, int32_t channel) {
    const int32_t i = q->per_channel != 0 ? channel : 0;
    if (q->scheme == BRIM_SCHEME_FLOAT)
        return brim_code_of_float(q, acc, i);
    const int32_t code = brim_requantize64_tflite(acc, q->multiplier[i], q->shift[i]);
    return brim_clamp32(brim_add32(code, q->zero_point), q->act_min, q->act_max);
}

/** The code of an accumulator of the given width. */
BRIM_INLINE int32_t brim_code_of_sum(const brim_requantization *q, int64_t acc, int32_t channel, bool wide) {
    return wide ? brim_code_of_sum64(q, acc, channel) : brim_code_of_sum32(q, (int32_t)acc, channel);
}

/** Element of a bias of int64_t (wide) or int32_t; 0 if there is none. */
BRIM_INLINE int64_t brim_bias(const void *bias, int32_t channel, bool wide) {
    if (bias == NULL)
        return 0;
    return wide ? ((const int64_t *)bias)[channel] : ((const int32_t *)bias)[channel];
}

/** value * scale, two roundings. */
BRIM_INLINE int32_t brim_scaled(int32_t value, brim_scale scale) {
    return brim_requantize_tflite(value, scale.multiplier, scale.shift);
}

/** Types of tensor elements in memory. */
enum brim_type {
    BRIM_S8 = 0,  /**< signed codes of 1 to 8 bits in int8_t */
    BRIM_U8 = 1,  /**< unsigned codes of 1 to 8 bits in uint8_t */
    BRIM_S16 = 2, /**< int16_t */
    BRIM_S32 = 3  /**< int32_t */
};

/** Element i of a tensor of the given enum brim_type. */
BRIM_INLINE int32_t brim_load(const void *tensor, int32_t i, int32_t type) {
    if (type == BRIM_S8)
        return ((const int8_t *)tensor)[i];
    if (type == BRIM_U8)
        return ((const uint8_t *)tensor)[i];
    if (type == BRIM_S16)
        return ((const int16_t *)tensor)[i];
    return ((const int32_t *)tensor)[i];
}

/** The byte that stores a code: its low eight bits. */
BRIM_INLINE int8_t brim_byte(int32_t code) {
    BRIM_REQUIRE(code >= -128 && code <= 255);
    return (int8_t)(uint8_t)code;
}

/** Stores element i of a tensor of the given enum brim_type; the value is in its range. */
BRIM_INLINE void brim_store(void *tensor, int32_t i, int32_t value, int32_t type) {
    if (type == BRIM_S8 || type == BRIM_U8)
        ((int8_t *)tensor)[i] = brim_byte(value);
    else if (type == BRIM_S16)
        ((int16_t *)tensor)[i] = (int16_t)value;
    else
        ((int32_t *)tensor)[i] = value;
}

/* ---- Convolution ---- */

/** Window and tensors of a 2-D convolution, depthwise convolution or pooling. */
typedef struct {
    int32_t batches;
    int32_t input_h, input_w, input_c;
    int32_t output_h, output_w, output_c;
    int32_t kernel_h, kernel_w;
    int32_t stride_h, stride_w;
    int32_t pad_top, pad_left;
    int32_t dilation_h, dilation_w;
} brim_window;

/** Types of a kernel with weights, read by its _any form only. */
typedef struct {
    int32_t input, output; /**< enum brim_type: BRIM_S8, BRIM_U8 or BRIM_S16 */
    int32_t wide;          /**< 1: int64_t sums and bias; 0: int32_t */
} brim_types;

/** Parameters of brim_conv2d_*. */
typedef struct {
    brim_window window;
    brim_types types;
    int32_t group_input_c;  /**< input channels a group, the innermost dimension of the weights */
    int32_t group_output_c; /**< output channels a group */
    int32_t input_zero;     /**< code that padding reads */
    brim_requantization output;
} brim_conv2d_params;

/**
 * @name 2-D convolution with groups
 * acc = bias[o] + sum of w * q over the window; the input's zero point is already in the bias.
 * @param input    NHWC codes
 * @param weights  [output_c][kernel_h][kernel_w][group_input_c], 1 to 8 bits
 * @param bias     [output_c], or NULL for zeros
 * @param output   NHWC codes
 * Forward; the window is read again for each output channel of a pixel.
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_conv2d_s8(const brim_conv2d_params *p, const int8_t *input, const int8_t *weights,
                                const int32_t *bias, int8_t *output);
BRIM_KERNEL void brim_conv2d_u8(const brim_conv2d_params *p, const uint8_t *input, const int8_t *weights,
                                const int32_t *bias, int8_t *output);
BRIM_KERNEL void brim_conv2d_s16(const brim_conv2d_params *p, const int16_t *input, const int8_t *weights,
                                 const int64_t *bias, int16_t *output);
BRIM_KERNEL void brim_conv2d_any(const brim_conv2d_params *p, const void *input, const int8_t *weights,
                                 const void *bias, void *output);
#endif
/** @} */

/** Parameters of brim_depthwise_conv2d_*. */
typedef struct {
    brim_window window;
    brim_types types;
    int32_t multiplier; /**< output channels per input channel; output channel = c * multiplier + m */
    int32_t input_zero; /**< code that padding reads */
    brim_requantization output;
} brim_depthwise_conv2d_params;

/**
 * @name Depthwise 2-D convolution
 * As brim_conv2d_*, each output channel from one input channel.
 * @param weights  [kernel_h][kernel_w][output_c]
 * Forward; the window is read again for each output channel of a pixel.
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_depthwise_conv2d_s8(const brim_depthwise_conv2d_params *p, const int8_t *input,
                                          const int8_t *weights, const int32_t *bias, int8_t *output);
BRIM_KERNEL void brim_depthwise_conv2d_u8(const brim_depthwise_conv2d_params *p, const uint8_t *input,
                                          const int8_t *weights, const int32_t *bias, int8_t *output);
BRIM_KERNEL void brim_depthwise_conv2d_s16(const brim_depthwise_conv2d_params *p, const int16_t *input,
                                           const int8_t *weights, const int64_t *bias, int16_t *output);
BRIM_KERNEL void brim_depthwise_conv2d_any(const brim_depthwise_conv2d_params *p, const void *input,
                                           const int8_t *weights, const void *bias, void *output);
#endif
/** @} */

/** Parameters of brim_fully_connected_*. */
typedef struct {
    int32_t rows, depth, outputs;
    brim_types types;
    int32_t input_zero; /**< subtracted from input codes; 0 if it is in the bias */
    brim_requantization output;
} brim_fully_connected_params;

/**
 * @name Matrix product
 * @param input    [rows][depth] codes
 * @param weights  [outputs][depth], 1 to 8 bits
 * @param bias     [outputs], or NULL for zeros
 * @param output   [rows][outputs] codes
 * Forward; a row of the input is read again for each output.
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_fully_connected_s8(const brim_fully_connected_params *p, const int8_t *input,
                                         const int8_t *weights, const int32_t *bias, int8_t *output);
BRIM_KERNEL void brim_fully_connected_u8(const brim_fully_connected_params *p, const uint8_t *input,
                                         const int8_t *weights, const int32_t *bias, int8_t *output);
BRIM_KERNEL void brim_fully_connected_s16(const brim_fully_connected_params *p, const int16_t *input,
                                          const int8_t *weights, const int64_t *bias, int16_t *output);
BRIM_KERNEL void brim_fully_connected_any(const brim_fully_connected_params *p, const void *input,
                                          const int8_t *weights, const void *bias, void *output);
#endif
/** @} */

/* ---- Elementwise ---- */

/** Result shape of a broadcast and where each operand's elements lie in it. */
typedef struct {
    int32_t rank;             /**< 1..BRIM_MAX_RANK */
    const int32_t *dims;      /**< [rank] */
    const int32_t *a_strides; /**< [rank] steps of operand a in elements; 0 where it repeats */
    const int32_t *b_strides; /**< [rank] the same for b */
} brim_broadcast;

/** One operand of an elementwise kernel. */
typedef struct {
    int32_t type; /**< enum brim_type */
    int32_t zero_point;
    brim_scale scale; /**< to the common scale (ignored by brim_mul) */
} brim_operand;

/** Result of an elementwise kernel: clamp(rescaled value + zero_point). */
typedef struct {
    int32_t type;     /**< enum brim_type */
    brim_scale scale; /**< from the sum's or product's scale */
    int32_t zero_point, act_min, act_max;
} brim_result;

/** The code of a value. */
BRIM_INLINE int32_t brim_result_code(const brim_result *r, int32_t value) {
    return brim_clamp32(brim_add32(brim_scaled(value, r->scale), r->zero_point), r->act_min, r->act_max);
}

/** Parameters of brim_add. */
typedef struct {
    brim_broadcast shape;
    brim_operand a, b;
    int32_t left_shift; /**< headroom used: 20 for byte results, 15 for 16 bits */
    int32_t subtract;   /**< 1: a - b */
    brim_result output;
} brim_add_params;

/**
 * Sum or difference of tensors of different scales: both operands are shifted left, rescaled, added and
 * rescaled, each rescaling by brim_requantize_tflite. In place over an operand that has the shape and the
 * element size of the result.
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_add(const brim_add_params *p, const void *a, const void *b, void *output);
#endif

/** Parameters of brim_mul. */
typedef struct {
    brim_broadcast shape;
    brim_operand a, b;
    brim_result output;
} brim_mul_params;

/** Product of tensors, one rescaling. In place over an operand that has the shape and the element size of the
 * result. */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_mul(const brim_mul_params *p, const void *a, const void *b, void *output);
#endif

/**
 * Any function of a byte. In place.
 * @param table  [256] results, indexed by the code's byte read as unsigned
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_lut_8(int32_t count, const int8_t *input, const int8_t *table, int8_t *output);
#endif

/** Any function of a byte to 16 bits. table: [256], indexed as in brim_lut_8. */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_lut_8_16(int32_t count, const int8_t *input, const int16_t *table, int16_t *output);
#endif

/** Parameters of brim_rescale: clamp(rescaled(code - input_zero) + zero point). */
typedef struct {
    int32_t count;
    int32_t input_type; /**< enum brim_type */
    int32_t input_zero;
    brim_scale negative; /**< factor of codes < input_zero (leaky relu); output.scale is that of the others */
    brim_result output;
} brim_rescale_params;

/** Piecewise linear function of codes: requantization, relu, leaky relu. In place if element sizes are equal.
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_rescale(const brim_rescale_params *p, const void *input, void *output);
#endif

/** A window of the bits of a number. */
typedef struct {
    int32_t bits;   /**< width, 1..16; 0 bits at place 0 would keep nothing */
    int32_t places; /**< bit t set: the window's lowest bit may be bit t, 0..15; at least one, with bits at
                       most 30 */
    int32_t rounds; /**< 1: round the bits below half to even; 0: drop them */
} brim_bit_window;

/** Parameters of brim_window_bits and brim_window_bit_pairs. */
typedef struct {
    int32_t rows, depth; /**< depth: elements of the last dimension, in which pairs lie */
    int32_t type;        /**< enum brim_type: BRIM_S8, BRIM_U8 or BRIM_S16 */
    int32_t zero_point;
    int32_t min, max; /**< codes of the type */
    brim_bit_window window;
    brim_bit_window alone; /**< for a code whose partner is zero_point; brim_window_bit_pairs only */
} brim_window_bits_params;

/**
 * @name Windows of bits (SPARQ)
 * The distance of each code from its zero point keeps the bits of the lowest allowed place that holds its
 * leading one, larger ones of the last place; a carry that the window cannot hold saturates. Pairs are codes
 * 2c and 2c + 1 of the last dimension; the last code of an odd one is alone. In place.
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_window_bits(const brim_window_bits_params *p, const void *input, void *output);
BRIM_KERNEL void brim_window_bit_pairs(const brim_window_bits_params *p, const void *input, void *output);
#endif
/** @} */

/**
 * brim_window_bit_pairs of bytes. In place.
 * @param zero    the zero point's byte, as int8_t
 * @param window  [256] results of codes whose partner is not zero, indexed as in brim_lut_8
 * @param alone   [256] results of codes whose partner is zero
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_window_bit_pairs_8(int32_t rows, int32_t depth, int32_t zero, const int8_t *input,
                                         const int8_t *window, const int8_t *alone, int8_t *output);
#endif

/** Parameters of brim_logistic_s16 and brim_tanh_s16: steps of 1 / (3 * 4096) = (code * multiplier) /
 * 2^shift. */
typedef struct {
    int32_t count;
    int32_t multiplier; /**< 0..32767 */
    int32_t shift;      /**< 0..31, right */
} brim_sigmoid_params;

/**
 * @name Logistic and hyperbolic tangent of 16-bit codes of zero point 0
 * By linear interpolation; the result has scale 2^-15. In place.
 * @param table  [256], logistic(i / 24) in unsigned 0.16
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_logistic_s16(const brim_sigmoid_params *p, const int16_t *input, const uint16_t *table,
                                   int16_t *output);
BRIM_KERNEL void brim_tanh_s16(const brim_sigmoid_params *p, const int16_t *input, const uint16_t *table,
                               int16_t *output);
#endif
/** @} */

/** Parameters of brim_quantize_f32 and brim_dequantize_f32. */
typedef struct {
    int32_t count;
    uint32_t scale_bits; /**< the scale as IEEE 754 binary32 */
    int32_t type;        /**< enum brim_type of the codes */
    int32_t zero_point;
    int32_t act_min, act_max; /**< range of the codes (brim_quantize_f32) */
} brim_real_params;

/** Real numbers (float) to codes: x / scale to nearest, ties away from zero; NaN counts as 0. */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_quantize_f32(const brim_real_params *p, const void *input, void *output);
#endif

/** Codes to real numbers (float): scale * (code - zero_point) in binary32. */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_dequantize_f32(const brim_real_params *p, const void *input, void *output);
#endif

/* ---- Reductions ---- */

/** Parameters of brim_average_pool2d_* and brim_max_pool2d_*. */
typedef struct {
    brim_window window;  /**< without dilation; output_c = input_c */
    int32_t output_type; /**< enum brim_type */
    int32_t act_min, act_max;
} brim_pool2d_params;

/**
 * @name Pooling
 * Averages divide the sum over the window's valid elements by their number, to nearest, ties away from zero.
 * Forward; the window is read again for each channel of a pixel.
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_average_pool2d_s8(const brim_pool2d_params *p, const int8_t *input, void *output);
BRIM_KERNEL void brim_average_pool2d_u8(const brim_pool2d_params *p, const uint8_t *input, void *output);
BRIM_KERNEL void brim_average_pool2d_s16(const brim_pool2d_params *p, const int16_t *input, void *output);
BRIM_KERNEL void brim_max_pool2d_s8(const brim_pool2d_params *p, const int8_t *input, void *output);
BRIM_KERNEL void brim_max_pool2d_u8(const brim_pool2d_params *p, const uint8_t *input, void *output);
BRIM_KERNEL void brim_max_pool2d_s16(const brim_pool2d_params *p, const int16_t *input, void *output);
#endif
/** @} */

/** A walk over elements in row-major order of dims, each dimension with its own step. */
typedef struct {
    int32_t rank;           /**< 1..BRIM_MAX_RANK */
    const int32_t *dims;    /**< [rank], each at least 1 */
    const int32_t *strides; /**< [rank] steps in elements, negative allowed */
} brim_walk;

/** Parameters of brim_mean. */
typedef struct {
    brim_walk kept;    /**< walk over the first elements that go into each result */
    brim_walk reduced; /**< walk over the elements of one result, from its first */
    int32_t input_type;
    int32_t bias; /**< added to each sum: minus the input's zero point times the number of elements */
    brim_result output;
} brim_mean_params;

/** Mean over any dimensions; the scale contains the division. */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_mean(const brim_mean_params *p, const void *input, void *output);
#endif

/** Rows of a softmax: element i of row (o, k) is at (o * depth + i) * inner + k. */
typedef struct {
    int32_t outer, depth, inner;
    int32_t input_type;  /**< enum brim_type: BRIM_S8 or BRIM_U8 */
    int32_t output_type; /**< enum brim_type */
    int32_t output_bits; /**< width of the result's codes, 1..8 or 16 */
    int32_t act_min, act_max;
    int32_t table_size; /**< entries of the table */
} brim_softmax_params;

/**
 * Softmax of bytes. In place if element sizes are equal.
 * @param table  exp(-d * scale * beta) in Q0.31 for the distance d to the row's maximum; beyond the table it
 * is 0
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_softmax_8(const brim_softmax_params *p, const void *input, const int32_t *table,
                                void *output);
#endif

/** Rows of a 16-bit softmax, as in brim_softmax_params. */
typedef struct {
    int32_t outer, depth, inner;
    brim_scale scale; /**< from a difference of codes to steps of 10 / 65535 */
} brim_softmax_s16_params;

/**
 * Softmax of 16-bit codes; the result has scale 2^-15. In place.
 * @param exp_table         [513], exp(v) in Q0.15 for v from -10 to 0
 * @param reciprocal_table  [513], 1 / (1 + v) in Q0.15 for v from 0 to 1
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_softmax_s16(const brim_softmax_s16_params *p, const int16_t *input,
                                  const int16_t *exp_table, const int16_t *reciprocal_table, int16_t *output);
#endif

/* ---- Movement ---- */

/** 32 bits of any type: movement kernels also carry floats. */
typedef int32_t __attribute__((may_alias)) brim_word32;
/** 64 bits of any type. */
typedef int64_t __attribute__((may_alias)) brim_word64;

/** Copies bytes. In place (then it does nothing); the result may also start before the input and overlap it.
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_copy(int32_t bytes, const void *input, void *output);
#endif

/**
 * @name Gather
 * output[i] = input[first + offset of the i-th element of the walk] (transpose, strided slice). Elements of
 * 1, 2, 4 or 8 bytes.
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_gather_8(const brim_walk *walk, int32_t first, const int8_t *input, int8_t *output);
BRIM_KERNEL void brim_gather_16(const brim_walk *walk, int32_t first, const int16_t *input, int16_t *output);
BRIM_KERNEL void brim_gather_32(const brim_walk *walk, int32_t first, const brim_word32 *input,
                                brim_word32 *output);
BRIM_KERNEL void brim_gather_64(const brim_walk *walk, int32_t first, const brim_word64 *input,
                                brim_word64 *output);
#endif
/** @} */

/** Parameters of brim_pad_*. */
typedef struct {
    brim_walk inner; /**< shape of the input, steps of its elements in the result */
    int32_t first;   /**< index in the result of the input's first element */
    int32_t count;   /**< elements of the result */
    int32_t fill;    /**< bits of the border's elements */
} brim_pad_params;

/**
 * @name Constant border
 * Elements of 1, 2 or 4 bytes.
 * @{
 */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_pad_8(const brim_pad_params *p, const int8_t *input, int8_t *output);
BRIM_KERNEL void brim_pad_16(const brim_pad_params *p, const int16_t *input, int16_t *output);
BRIM_KERNEL void brim_pad_32(const brim_pad_params *p, const brim_word32 *input, brim_word32 *output);
#endif
/** @} */

/** One operand of brim_concat. */
typedef struct {
    int32_t count;      /**< consecutive elements it contributes to each of the outer runs; 0 if absent */
    int32_t type;       /**< enum brim_type; equal to the result's if rescale is 0 */
    int32_t rescale;    /**< 0: codes are copied; 1: rescaled and clamped */
    int32_t zero_point; /**< of the operand */
    brim_scale scale;   /**< to the result's scale */
} brim_concat_operand;

/** Parameters of brim_concat. */
typedef struct {
    int32_t outer; /**< product of the dimensions before the axis */
    int32_t output_type;
    int32_t zero_point, act_min, act_max;
    brim_concat_operand operand0, operand1, operand2, operand3, operand4, operand5, operand6, operand7;
} brim_concat_params;

/** Joins up to BRIM_MAX_CONCAT tensors along one dimension; absent ones are NULL and have count 0. */
#ifdef BRIM_PROTOTYPES
BRIM_KERNEL void brim_concat(const brim_concat_params *p, const void *input0, const void *input1,
                             const void *input2, const void *input3, const void *input4, const void *input5,
                             const void *input6, const void *input7, void *output);
#endif

#endif
