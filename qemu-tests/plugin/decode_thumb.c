/*
 * Thumb instructions by encoding: ARMv7-M Architecture Reference Manual A5.2 (16-bit), A5.3 (32-bit), ARMv8-M
 * Architecture Reference Manual C2.2 for the low-overhead branches and the vector extension.
 */
#include "instruction.h"

enum { SP = 13, PC = 15 };

static instruction of(instruction_class kind) {
    const instruction result = {
        .kind = kind, .base = NO_REGISTER, .destination = NO_REGISTER, .stack_known = true};
    return result;
}

static instruction moves_stack(instruction_class kind, int32_t bytes) {
    instruction result = of(kind);
    result.stack_change = bytes;
    return result;
}

static instruction sets_stack(instruction_class kind) {
    instruction result = of(kind);
    result.stack_known = false;
    return result;
}

static instruction single(bool load, uint32_t base, uint32_t destination) {
    instruction result = of(load ? CLASS_LOAD : CLASS_STORE);
    result.base = (uint8_t)base;
    result.destination = load ? (uint8_t)destination : NO_REGISTER;
    result.loads_pc = load && destination == PC;
    return result;
}

static instruction multiple(uint32_t registers, bool loads_pc, int32_t stack_change) {
    instruction result = moves_stack(CLASS_MULTIPLE_BASE, stack_change);
    result.registers = (uint8_t)registers;
    result.loads_pc = loads_pc;
    return result;
}

static uint32_t population(uint32_t bits) {
    return (uint32_t)__builtin_popcount(bits);
}

/* 010001: ADD, CMP, MOV with high registers, BX, BLX. */
static instruction decode_special(uint32_t w) {
    const uint32_t operation = (w >> 8) & 3u;
    const uint32_t target = ((w >> 4) & 8u) | (w & 7u);
    if (operation == 3)
        return of(CLASS_INDIRECT);
    if (operation == 1) /* CMP writes no register */
        return of(CLASS_ALU);
    if (target == PC)
        return of(CLASS_INDIRECT);
    return target == SP ? sets_stack(CLASS_ALU) : of(CLASS_ALU);
}

/* 1011: stack adjustment, CBZ, PUSH, POP, extension, hints. */
static instruction decode_miscellaneous(uint32_t w, predication *state) {
    if ((w & 0xff00u) == 0xb000u) {
        const int32_t bytes = (int32_t)(w & 0x7fu) * 4;
        return moves_stack(CLASS_ALU, (w & 0x80u) != 0 ? -bytes : bytes);
    }
    if ((w & 0xf500u) == 0xb100u)
        return of(CLASS_BRANCH_NOT_TAKEN);
    if ((w & 0xfe00u) == 0xb400u) {
        const uint32_t count = population(w & 0x1ffu);
        return multiple(count, false, -4 * (int32_t)count);
    }
    if ((w & 0xfe00u) == 0xbc00u) {
        const uint32_t count = population(w & 0x1ffu);
        return multiple(count, (w & 0x100u) != 0, 4 * (int32_t)count);
    }
    if ((w & 0xff00u) == 0xbf00u && (w & 0xfu) != 0) {
        /* The lowest set bit of the mask ends the block: 1000 one instruction, 0001 four. */
        state->left = (uint8_t)(4u - (uint32_t)__builtin_ctz(w & 0xfu));
        return of(CLASS_IT);
    }
    return (w & 0xff00u) == 0xbe00u ? of(CLASS_SYSTEM) : of(CLASS_ALU);
}

static instruction decode16(uint32_t w, predication *state) {
    switch (w >> 12) {
    case 0x4:
        if ((w & 0xffc0u) == 0x4340u)
            return of(CLASS_MUL);
        if ((w & 0xfc00u) == 0x4400u)
            return decode_special(w);
        if ((w & 0xf800u) == 0x4800u)
            return single(true, PC, (w >> 8) & 7u);
        return of(CLASS_ALU);
    case 0x5: /* register offset: STR STRH STRB LDRSB LDR LDRH LDRB LDRSH */
        return single(((w >> 9) & 7u) >= 3u, (w >> 3) & 7u, w & 7u);
    case 0x6:
    case 0x7:
    case 0x8:
        return single((w & 0x800u) != 0, (w >> 3) & 7u, w & 7u);
    case 0x9:
        return single((w & 0x800u) != 0, SP, (w >> 8) & 7u);
    case 0xb:
        return decode_miscellaneous(w, state);
    case 0xc:
        return multiple(population(w & 0xffu), false, 0);
    case 0xd:
        return ((w >> 8) & 0xfu) >= 0xeu ? of(CLASS_SYSTEM) : of(CLASS_BRANCH_NOT_TAKEN);
    case 0xe:
        return of(CLASS_JUMP);
    default:
        return of(CLASS_ALU);
    }
}

/* 1110 100: load and store multiple, dual, exclusive; table branch. */
static instruction decode_multiple_or_dual(uint32_t a, uint32_t b) {
    const bool load = (a & 0x10u) != 0;
    const uint32_t base = a & 0xfu;
    const bool write_back = (a & 0x20u) != 0;
    if ((a & 0x40u) == 0) {
        const uint32_t count = population(b);
        const int32_t change = base == SP && write_back ? (load ? 4 : -4) * (int32_t)count : 0;
        return multiple(count, load && (b & 0x8000u) != 0, change);
    }
    if ((a & 0xfff0u) == 0xe8d0u && (b & 0xffe0u) == 0xf000u)
        return of(CLASS_TABLE_BRANCH);
    const bool pre = (a & 0x100u) != 0;
    if (!pre && !write_back) /* exclusive and acquire/release accesses */
        return single(load, base, b >> 12);
    int32_t change = 0;
    if (base == SP && write_back)
        change = ((a & 0x80u) != 0 ? 4 : -4) * (int32_t)(b & 0xffu);
    return multiple(2, false, change);
}

/* An 8-bit constant, replicated or rotated: ThumbExpandImm of the manual, A5.3.2. */
static uint32_t expand_immediate(uint32_t a, uint32_t b) {
    const uint32_t imm12 = ((a & 0x400u) << 1) | ((b >> 4) & 0x700u) | (b & 0xffu);
    const uint32_t byte = imm12 & 0xffu;
    switch (imm12 >> 8) {
    case 0:
        return byte;
    case 1:
        return byte | byte << 16;
    case 2:
        return byte << 8 | byte << 24;
    case 3:
        return byte * 0x01010101u;
    default: {
        const uint32_t value = 0x80u | (imm12 & 0x7fu);
        const uint32_t rotation = imm12 >> 7;
        return value >> rotation | value << (32u - rotation);
    }
    }
}

/* 1111 0, second halfword 0xxx: data processing with an immediate. */
static instruction decode_immediate(uint32_t a, uint32_t b) {
    if (((b >> 8) & 0xfu) != SP || (a & 0xfu) != SP)
        return ((b >> 8) & 0xfu) == SP ? sets_stack(CLASS_ALU) : of(CLASS_ALU);
    const uint32_t plain = ((a & 0x400u) << 1) | ((b >> 4) & 0x700u) | (b & 0xffu);
    switch (a & 0xfbe0u) {
    case 0xf100u:
        return moves_stack(CLASS_ALU, (int32_t)expand_immediate(a, b));
    case 0xf1a0u:
        return moves_stack(CLASS_ALU, -(int32_t)expand_immediate(a, b));
    case 0xf200u:
        return moves_stack(CLASS_ALU, (int32_t)plain);
    case 0xf2a0u:
        return moves_stack(CLASS_ALU, -(int32_t)plain);
    default:
        return sets_stack(CLASS_ALU);
    }
}

/* 1111 0, second halfword 1xxx: branches, low-overhead loops, system instructions. */
static instruction decode_branch(uint32_t a, uint32_t b) {
    switch (b & 0x5000u) {
    case 0x5000u:
        return of(CLASS_CALL);
    case 0x1000u:
        return of(CLASS_JUMP);
    case 0x4000u:
        if ((b & 0x2000u) != 0) /* DLS, DLSTP, LCTP */
            return of(CLASS_ALU);
        if ((a & 0xffcfu) == 0xf00fu) /* LE, LETP */
            return of(CLASS_LOOP_END);
        return of((a & 0xff80u) == 0xf000u ? CLASS_BRANCH_NOT_TAKEN /* WLS, WLSTP */ : CLASS_ALU);
    default:
        if (((a >> 6) & 0xfu) < 0xeu)
            return of(CLASS_BRANCH_NOT_TAKEN);
        return of((a & 0xfff0u) == 0xf3a0u ? CLASS_ALU /* hints: NOP and its kin */ : CLASS_SYSTEM);
    }
}

/* 1111 100: load and store single. */
static instruction decode_single(uint32_t a, uint32_t b) {
    const bool load = (a & 0x10u) != 0;
    const uint32_t base = a & 0xfu;
    /* A byte or halfword load to the program counter is a preload hint. */
    const bool hint = load && (b >> 12) == PC && (a & 0x60u) != 0x40u;
    instruction result = single(load && !hint, base, b >> 12);
    if (hint)
        result = of(CLASS_ALU);
    /* 1PUW imm8, except with a 12-bit offset (bit 7 of the first halfword). */
    const bool indexed = base != PC && (a & 0x80u) == 0 && (b & 0x900u) == 0x900u;
    if (base == SP && indexed)
        result.stack_change = (b & 0x200u) != 0 ? (int32_t)(b & 0xffu) : -(int32_t)(b & 0xffu);
    return result;
}

/* 1111 1011: multiply, long multiply, divide. */
static instruction decode_multiply(uint32_t a, uint32_t b) {
    const uint32_t operation = (a >> 4) & 0xfu;
    const uint32_t variant = (b >> 4) & 0xfu;
    switch (operation) {
    case 0x0:
        return of(variant == 0 && (b >> 12) == 0xfu ? CLASS_MUL : CLASS_MLA);
    case 0x8:
    case 0xa:
        return of(CLASS_SMULL);
    case 0x9:
    case 0xb:
        return of(CLASS_DIV);
    case 0xc:
    case 0xd:
    case 0xe:
        /* SMLALxy, SMLALD, SMLSLD, UMAAL are of the DSP extension and share the cost of the long
         * accumulation. */
        return of(CLASS_SMLAL);
    default:
        return of(CLASS_SMLAD);
    }
}

/* 1110 1110 and 1111 1110 with coprocessor 10 or 11. */
static instruction decode_float(uint32_t a, uint32_t b) {
    if ((b & 0x10u) != 0 || (a & 0x1000u) != 0)
        return of(CLASS_FP_ALU);
    switch ((a >> 4) & 0xbu) {
    case 0x0:
    case 0x1:
    case 0x9:
    case 0xa:
        return of(CLASS_FP_MAC);
    case 0x8:
        return of(CLASS_FP_DIV);
    case 0xb: /* VSQRT: opcode2 0001, opcode3 11 */
        return of((a & 0xfu) == 1u && (b & 0xc0u) == 0xc0u ? CLASS_FP_DIV : CLASS_FP_ALU);
    default:
        return of(CLASS_FP_ALU);
    }
}

/* 111x 1111: vector arithmetic in the encoding space of Advanced SIMD. VMUL, and VQDMULH with VQRDMULH. */
static instruction decode_vector_simd(uint32_t a, uint32_t b) {
    const uint32_t operation = b & 0x0f10u;
    const bool multiplies = (a & 0x80u) == 0 && (operation == 0x0910u || operation == 0x0b00u);
    return of(multiplies ? CLASS_VECTOR_MULTIPLY : CLASS_VECTOR_ALU);
}

/* 111x 1110 with coprocessor 14 or 15: the other vector arithmetic. */
static instruction decode_vector(uint32_t a, uint32_t b) {
    bool multiplies;
    if ((a & 0x10b0u) == 0x1000u && (b & 0x1070u) == 0x1060u) /* VBRSR */
        return of(CLASS_VECTOR_ALU);
    if ((b & 0x100u) == 0)
        multiplies =
            (a & 0x80u) != 0 || (a & 0x30u) != 0x30u; /* all but shifts by a register and narrowing moves */
    else
        multiplies = (a & 0xf1u) == 0xf0u                            /* VMLADAV of bytes; VADDV is odd */
                     || ((a & 0x10f1u) == 0x80u && (b & 0xd0u) == 0) /* VRMLALDAVH */
                     || ((a & 0x10b0u) == 0x30u);                    /* VQDMULL */
    return of(multiplies ? CLASS_VECTOR_MULTIPLY : CLASS_VECTOR_ALU);
}

/* 111x 11: floating point and vector extension. */
static instruction decode_coprocessor(uint32_t a, uint32_t b) {
    const uint32_t coprocessor = (b >> 8) & 0xfu;
    const bool is_float = (coprocessor & 0xeu) == 0xau;
    if ((a & 0x0f00u) == 0x0f00u)
        return decode_vector_simd(a, b);
    if ((a & 0xffb0u) == 0xeea0u && (b & 0x0f5fu) == 0x0b10u) /* VDUP of a core register */
        return of(CLASS_VECTOR_ALU);
    if ((a & 0x0e00u) == 0x0e00u)
        return is_float ? decode_float(a, b) : decode_vector(a, b);
    const bool load = (a & 0x10u) != 0;
    if (!is_float && (a & 0x11e0u) == 0) /* VMOV between two lanes and two core registers */
        return of(CLASS_VECTOR_ALU);
    if (!is_float || (a & 0x1000u) != 0)
        return of(load ? CLASS_VECTOR_LOAD : CLASS_VECTOR_STORE);
    if ((a & 0xffe0u) == 0xec40u) /* VMOV between two core registers and floating-point registers */
        return of(CLASS_FP_ALU);
    const uint32_t words = b & 0xffu;
    if ((a & 0x120u) == 0x100u) /* VLDR, VSTR */
        return coprocessor == 0xau ? single(load, a & 0xfu, NO_REGISTER) : multiple(2, false, 0);
    const int32_t change = (a & 0xfu) == SP && (a & 0x20u) != 0 ? (load ? 4 : -4) * (int32_t)words : 0;
    return multiple(words, false, change);
}

static instruction decode32(uint32_t a, uint32_t b) {
    if ((a & 0x1800u) == 0x1000u)
        return (b & 0x8000u) != 0 ? decode_branch(a, b) : decode_immediate(a, b);
    if ((a & 0x0c00u) == 0x0c00u)
        return decode_coprocessor(a, b);
    if ((a & 0x1800u) == 0x0800u) {
        if ((a & 0x0200u) == 0)
            return decode_multiple_or_dual(a, b);
        return ((b >> 8) & 0xfu) == SP ? sets_stack(CLASS_ALU) : of(CLASS_ALU);
    }
    if ((a & 0x0200u) == 0)
        return decode_single(a, b);
    return (a & 0x0100u) != 0 ? decode_multiply(a, b) : of(CLASS_ALU);
}

uint32_t thumb_length(uint16_t first) {
    return (first >> 11) >= 0x1du ? 4 : 2;
}

instruction decode_thumb(uint16_t first, uint16_t second, predication *state) {
    const bool predicated = state->left > 0;
    if (predicated)
        state->left--;
    instruction result = thumb_length(first) == 4 ? decode32(first, second) : decode16(first, state);
    result.predicated = predicated;
    /* An IT block makes B (encodings T2 and T4) conditional; encodings T1 and T3 may not stand in one. */
    if (predicated && (result.kind == CLASS_JUMP || result.kind == CLASS_INDIRECT))
        result.kind = CLASS_BRANCH_NOT_TAKEN;
    return result;
}
