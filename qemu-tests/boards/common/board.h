/**
 * @file
 * What the architecture's startup code provides to the harness, and the other way round.
 */
#ifndef BRIM_BOARDS_BOARD_H
#define BRIM_BOARDS_BOARD_H

#include <stdint.h>

/** Lowest and one past the highest word of the stack, from the linker script. */
extern uint32_t brim_stack_bottom[];
extern uint32_t brim_stack_top[];

/** Stack pointer at the call that brim_board_invoke() made last, before the callee pushed anything. */
extern uint32_t *brim_board_stack_at_call;

/**
 * Calls brim_harness_call_model() with the same arguments and records the stack pointer at the call.
 *
 * The counting plugin takes the inference to be over when control is back in this function, so it must call
 * nothing else.
 */
void brim_board_invoke(const uint8_t *inputs, uint8_t *outputs, void *arena);

/** Runs the model once; defined by the harness, called by brim_board_invoke() only. */
void brim_harness_call_model(const uint8_t *inputs, uint8_t *outputs, void *arena);

/** Writes @p pattern to every word from the bottom of the stack up to a little below the caller's frame. */
void brim_board_paint_stack(uint32_t pattern);

/** The program; the image exits with what it returns. */
int main(void);

#endif
