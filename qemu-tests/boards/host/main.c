/*
 * The harness for the host: the same contract as common/harness.c with the C library's files, for sanitizers
 * and fast comparisons.
 *
 * Usage: PROGRAM INPUTS OUTPUTS
 */
#include "model_binding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The address sanitizer guards the end of every allocation itself, and against reads too. */
#ifdef __SANITIZE_ADDRESS__
static const size_t guard_bytes = 0;
#else
static const size_t guard_bytes = 64;
#endif
#define GUARD_VALUE 0xc3

typedef struct {
    unsigned offset;
    unsigned bytes;
} slot;

static const slot input_slots[] = HARNESS_INPUT_SLOTS;
static const slot output_slots[] = HARNESS_OUTPUT_SLOTS;

/* Buffers are separate allocations of exactly the size that the model may use; malloc aligns them to 16. */
static uint8_t *allocate(size_t bytes) {
    uint8_t *memory = malloc(bytes + guard_bytes);
    if (memory == NULL)
        exit(11);
    return memory;
}

static int guard_intact(const uint8_t *memory, size_t bytes) {
    for (size_t i = 0; i < guard_bytes; i++) {
        if (memory[bytes + i] != GUARD_VALUE)
            return 0;
    }
    return 1;
}

static size_t record_bytes(const slot *slots, unsigned count) {
    size_t sum = 0;
    for (unsigned i = 0; i < count; i++)
        sum += slots[i].bytes;
    return sum;
}

static int read_record(FILE *file, uint8_t *inputs) {
    for (unsigned i = 0; i < HARNESS_INPUT_COUNT; i++) {
        if (fread(inputs + input_slots[i].offset, 1, input_slots[i].bytes, file) != input_slots[i].bytes)
            return 0;
    }
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 10;
    FILE *in = fopen(argv[1], "rb");
    FILE *out = fopen(argv[2], "wb");
    if (in == NULL || out == NULL || fseek(in, 0, SEEK_END) != 0)
        return 11;
    const long length = ftell(in);
    rewind(in);
    const size_t record = record_bytes(input_slots, HARNESS_INPUT_COUNT);
    if (length <= 0 || (size_t)length % record != 0)
        return 10;

    uint8_t *inputs = allocate(HARNESS_INPUT_BYTES);
    uint8_t *outputs = allocate(HARNESS_OUTPUT_BYTES);
    uint8_t *arena = allocate(HARNESS_ARENA_BYTES);
    const size_t inferences = (size_t)length / record;
    for (size_t n = 0; n < inferences; n++) {
        const int poison = (int)((0xa5u ^ (n * 0x5bu)) & 0xffu);
        memset(outputs, poison, HARNESS_OUTPUT_BYTES);
        memset(arena, poison, HARNESS_ARENA_BYTES);
        memset(outputs + HARNESS_OUTPUT_BYTES, GUARD_VALUE, guard_bytes);
        memset(arena + HARNESS_ARENA_BYTES, GUARD_VALUE, guard_bytes);
        if (!read_record(in, inputs))
            return 11;
        harness_invoke_model(inputs, outputs, arena);
        if (!guard_intact(outputs, HARNESS_OUTPUT_BYTES) || !guard_intact(arena, HARNESS_ARENA_BYTES)) {
            fputs("BRIM-ERROR the model wrote outside of its arena or outputs\n", stderr);
            return 12;
        }
        for (unsigned i = 0; i < HARNESS_OUTPUT_COUNT; i++) {
            if (fwrite(outputs + output_slots[i].offset, 1, output_slots[i].bytes, out) !=
                output_slots[i].bytes)
                return 11;
        }
    }
    free(inputs);
    free(outputs);
    free(arena);
    fclose(in);
    return fclose(out) == 0 ? 0 : 11;
}
