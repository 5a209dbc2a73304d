    .syntax unified
    .thumb
    .text

    .section .text.brim_board_invoke, "ax", %progbits
    .global brim_board_invoke
    .type brim_board_invoke, %function
    .thumb_func
brim_board_invoke:
    push {r4, lr}
    mov r3, sp
    ldr r4, =brim_board_stack_at_call
    str r3, [r4]
    bl brim_harness_call_model
    pop {r4, pc}
    .pool
    .size brim_board_invoke, . - brim_board_invoke

    .section .text.brim_board_paint_stack, "ax", %progbits
    .global brim_board_paint_stack
    .type brim_board_paint_stack, %function
    .thumb_func
brim_board_paint_stack:
    ldr r1, =brim_stack_bottom
    mov r2, sp
1:  str r0, [r1]
    adds r1, r1, #4
    cmp r1, r2
    blo 1b
    bx lr
    .pool
    .size brim_board_paint_stack, . - brim_board_paint_stack

    .section .bss.brim_board_stack_at_call, "aw", %nobits
    .global brim_board_stack_at_call
    .type brim_board_stack_at_call, %object
    .balign 4
brim_board_stack_at_call:
    .space 4
    .size brim_board_stack_at_call, 4
