/*
 * The program around a compiled model: reads inputs from a host file, runs one inference for each, writes the
 * outputs to another.
 *
 * Command line: IMAGE INPUTS OUTPUTS. INPUTS holds one record per inference, all inputs one after the other
 * without padding; OUTPUTS gets the outputs the same way. On success one line "BRIM-RESULT inferences=N
 * stack=BYTES" is printed and the exit code is 0.
 */
#include "board.h"
#include "exit_codes.h"
#include "model_binding.h"
#include "semihosting.h"

#include <stddef.h>

#define GUARD_BYTES 64u
#define GUARD_VALUE 0xc3u

/* The generated binding lists every buffer as {offset in the joint buffer, bytes}; offsets are multiples
 * of 16. */
typedef struct {
    uint32_t offset;
    uint32_t bytes;
} slot;

static const slot input_slots[] = HARNESS_INPUT_SLOTS;
static const slot output_slots[] = HARNESS_OUTPUT_SLOTS;

typedef struct {
    uint8_t before[GUARD_BYTES];
    uint8_t data[HARNESS_ARENA_BYTES + 16u];
    uint8_t after[GUARD_BYTES];
} guarded_arena;

typedef struct {
    uint8_t before[GUARD_BYTES];
    uint8_t data[HARNESS_OUTPUT_BYTES];
    uint8_t after[GUARD_BYTES];
} guarded_outputs;

static uint8_t inputs[HARNESS_INPUT_BYTES] __attribute__((aligned(16)));
static guarded_outputs outputs __attribute__((aligned(16)));
static guarded_arena arena __attribute__((aligned(16)));

static void fill(uint8_t *to, uint8_t value, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++)
        to[i] = value;
}

static int holds_only(const uint8_t *bytes, uint8_t value, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (bytes[i] != value)
            return 0;
    }
    return 1;
}

static int fail(int code, const char *message) {
    semihosting_print("BRIM-ERROR ");
    semihosting_print(message);
    semihosting_print("\n");
    return code;
}

void brim_harness_call_model(const uint8_t *in, uint8_t *out, void *scratch) {
    harness_invoke_model(in, out, scratch);
}

/* Bytes between the stack pointer at the call and the lowest word that no longer holds the pattern. */
static uint32_t stack_used(uint32_t pattern) {
    const uint32_t *lowest = brim_stack_bottom;
    while (lowest < brim_board_stack_at_call && *lowest == pattern)
        lowest++;
    return (uint32_t)(brim_board_stack_at_call - lowest) * (uint32_t)sizeof(uint32_t);
}

static int run_inference(uint32_t index, uint32_t *stack_bytes) {
    /* Another pattern every time: a result that depends on what the memory held before differs between
     * inferences. */
    const uint8_t poison = (uint8_t)(0xa5u ^ (index * 0x5bu));
    const uint32_t paint = 0x5aa5f00du ^ index;
    fill((uint8_t *)&arena, poison, sizeof arena);
    fill((uint8_t *)&outputs, poison, sizeof outputs);
    fill(arena.before, GUARD_VALUE, GUARD_BYTES);
    fill(arena.data + HARNESS_ARENA_BYTES, GUARD_VALUE, 16u + GUARD_BYTES);
    fill(outputs.before, GUARD_VALUE, GUARD_BYTES);
    fill(outputs.after, GUARD_VALUE, GUARD_BYTES);

    brim_board_paint_stack(paint);
    brim_board_invoke(inputs, outputs.data, arena.data);
    const uint32_t used = stack_used(paint);

    if (used > *stack_bytes)
        *stack_bytes = used;
    if (*brim_stack_bottom != paint)
        return fail(BRIM_EXIT_STACK_OVERFLOW, "the model used the whole stack");
    if (!holds_only(arena.before, GUARD_VALUE, GUARD_BYTES) ||
        !holds_only(arena.data + HARNESS_ARENA_BYTES, GUARD_VALUE, 16u + GUARD_BYTES))
        return fail(BRIM_EXIT_GUARD, "the model wrote outside of its arena");
    if (!holds_only(outputs.before, GUARD_VALUE, GUARD_BYTES) ||
        !holds_only(outputs.after, GUARD_VALUE, GUARD_BYTES))
        return fail(BRIM_EXIT_GUARD, "the model wrote outside of its outputs");
    return BRIM_EXIT_OK;
}

static int run_all(int32_t in, int32_t out) {
    uint32_t record_bytes = 0;
    for (uint32_t i = 0; i < HARNESS_INPUT_COUNT; i++)
        record_bytes += input_slots[i].bytes;
    const int32_t length = semihosting_length(in);
    if (length <= 0 || (uint32_t)length % record_bytes != 0)
        return fail(BRIM_EXIT_USAGE, "the input file holds no whole number of inference inputs");

    const uint32_t inferences = (uint32_t)length / record_bytes;
    uint32_t stack_bytes = 0;
    for (uint32_t n = 0; n < inferences; n++) {
        for (uint32_t i = 0; i < HARNESS_INPUT_COUNT; i++) {
            if (semihosting_read(in, inputs + input_slots[i].offset, input_slots[i].bytes) != 0)
                return fail(BRIM_EXIT_HOST_FILE, "cannot read the input file");
        }
        const int code = run_inference(n, &stack_bytes);
        if (code != BRIM_EXIT_OK)
            return code;
        for (uint32_t i = 0; i < HARNESS_OUTPUT_COUNT; i++) {
            if (semihosting_write(out, outputs.data + output_slots[i].offset, output_slots[i].bytes) != 0)
                return fail(BRIM_EXIT_HOST_FILE, "cannot write the output file");
        }
    }

    semihosting_print("BRIM-RESULT inferences=");
    semihosting_print_decimal(inferences);
    semihosting_print(" stack=");
    semihosting_print_decimal(stack_bytes);
    semihosting_print("\n");
    return BRIM_EXIT_OK;
}

/* Cuts the next space-separated word off a command line. */
static const char *next_word(char **line) {
    char *at = *line;
    while (*at == ' ')
        at++;
    const char *word = at;
    while (*at != '\0' && *at != ' ')
        at++;
    if (*at != '\0')
        *at++ = '\0';
    *line = at;
    return word;
}

int main(void) {
    static char command_line[512];
    if (semihosting_command_line(command_line, sizeof command_line) != 0)
        return fail(BRIM_EXIT_USAGE, "no command line");
    char *rest = command_line;
    next_word(&rest);
    const char *input_path = next_word(&rest);
    const char *output_path = next_word(&rest);
    if (*output_path == '\0')
        return fail(BRIM_EXIT_USAGE, "usage: IMAGE INPUTS OUTPUTS");

    const int32_t in = semihosting_open(input_path, SEMIHOSTING_READ_BINARY);
    if (in < 0)
        return fail(BRIM_EXIT_HOST_FILE, "cannot open the input file");
    const int32_t out = semihosting_open(output_path, SEMIHOSTING_WRITE_BINARY);
    if (out < 0)
        return fail(BRIM_EXIT_HOST_FILE, "cannot open the output file");
    const int code = run_all(in, out);
    if (semihosting_close(out) != 0 && code == BRIM_EXIT_OK)
        return fail(BRIM_EXIT_HOST_FILE, "cannot close the output file");
    return code;
}
