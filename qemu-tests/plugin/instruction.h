/**
 * @file
 * What the counter needs to know of one instruction, whatever the instruction set.
 */
#ifndef BRIM_PLUGIN_INSTRUCTION_H
#define BRIM_PLUGIN_INSTRUCTION_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Instruction classes with a cost of their own: X(enumerator, name in the cost table).
 *
 * The names are the keys of the "costs" section of a target file. C# reads the same names in
 * Brim.Compile.Targets.InstructionClass.
 */
#define BRIM_INSTRUCTION_CLASSES(X)                                                                          \
    X(CLASS_ALU, "alu")                                                                                      \
    X(CLASS_IT, "it")                                                                                        \
    X(CLASS_MUL, "mul")                                                                                      \
    X(CLASS_MLA, "mla")                                                                                      \
    X(CLASS_SMLAD, "smlad")                                                                                  \
    X(CLASS_SMULL, "smull")                                                                                  \
    X(CLASS_SMLAL, "smlal")                                                                                  \
    X(CLASS_DIV, "div")                                                                                      \
    X(CLASS_LOAD, "load")                                                                                    \
    X(CLASS_LOAD_PIPELINED, "loadPipelined")                                                                 \
    X(CLASS_STORE, "store")                                                                                  \
    X(CLASS_MULTIPLE_BASE, "multipleBase")                                                                   \
    X(CLASS_MULTIPLE_PER_REGISTER, "multiplePerRegister")                                                    \
    X(CLASS_LOAD_PC_EXTRA, "loadPcExtra")                                                                    \
    X(CLASS_BRANCH_TAKEN, "branchTaken")                                                                     \
    X(CLASS_BRANCH_NOT_TAKEN, "branchNotTaken")                                                              \
    X(CLASS_JUMP, "jump")                                                                                    \
    X(CLASS_CALL, "call")                                                                                    \
    X(CLASS_INDIRECT, "indirect")                                                                            \
    X(CLASS_TABLE_BRANCH, "tableBranch")                                                                     \
    X(CLASS_LOOP_END, "loopEnd")                                                                             \
    X(CLASS_SYSTEM, "system")                                                                                \
    X(CLASS_FP_ALU, "fpAlu")                                                                                 \
    X(CLASS_FP_MAC, "fpMac")                                                                                 \
    X(CLASS_FP_DIV, "fpDiv")                                                                                 \
    X(CLASS_VECTOR_LOAD, "vectorLoad")                                                                       \
    X(CLASS_VECTOR_STORE, "vectorStore")                                                                     \
    X(CLASS_VECTOR_MULTIPLY, "vectorMultiply")                                                               \
    X(CLASS_VECTOR_ALU, "vectorAlu")

#define BRIM_ENUMERATOR(enumerator, name) enumerator,
typedef enum { BRIM_INSTRUCTION_CLASSES(BRIM_ENUMERATOR) CLASS_COUNT } instruction_class;
#undef BRIM_ENUMERATOR

/** Names in the cost table, by class. */
extern const char *const instruction_class_names[CLASS_COUNT];

/** Register number that names no register. */
#define NO_REGISTER 0xffu

typedef struct {
    /** Class; CLASS_MULTIPLE_BASE stands for a transfer of `registers` registers, CLASS_BRANCH_NOT_TAKEN for
     * a conditional branch. */
    instruction_class kind;
    /** Registers moved by a multiple transfer. */
    uint8_t registers;
    /** Base register of a single load or store. */
    uint8_t base;
    /** Register written by a single load. */
    uint8_t destination;
    /** A load that writes the program counter. */
    bool loads_pc;
    /** Executed only if a condition holds (an IT block's instruction; a conditional branch is none). */
    bool predicated;
    /** Change of the stack pointer in bytes, if `stack_known`. */
    int32_t stack_change;
    /** False if the instruction sets the stack pointer to a value that the encoding does not tell. */
    bool stack_known;
} instruction;

/** Instructions left in an IT block; carried from one instruction to the next. */
typedef struct {
    uint8_t left;
} predication;

/** Bytes of the Thumb instruction that begins with a halfword: 2 or 4. */
uint32_t thumb_length(uint16_t first);

/**
 * Decodes one Thumb instruction (ARMv6-M, ARMv7-M, ARMv8.1-M).
 *
 * @param first  First halfword.
 * @param second Second halfword of a 32-bit instruction, else ignored.
 * @param state  IT block state before the instruction; updated.
 */
instruction decode_thumb(uint16_t first, uint16_t second, predication *state);

#endif
