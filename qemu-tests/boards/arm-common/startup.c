/*
 * Reset and fault handling of a Cortex-M core, for any of ARMv6-M, ARMv7-M and ARMv8-M.
 *
 * Register addresses and fields: ARMv7-M Architecture Reference Manual, B3.2 (system control block), B3.5
 * (memory protection) and B1.5.6 (exception stack frame).
 */
#include "board.h"
#include "exit_codes.h"
#include "semihosting.h"

#include <stdbool.h>

extern uint32_t brim_stack_guard[], brim_data_load[], brim_data_start[], brim_data_end[], brim_bss_start[],
    brim_bss_end[];

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define SCB_CPACR REGISTER(0xe000ed88u)
#define SCB_CFSR REGISTER(0xe000ed28u)
/* MSTKERR, STKERR and (ARMv8-M) STKOF: the registers could not be saved, in a test image because there is no
 * stack left for them. */
#define CFSR_FRAME_NOT_PUSHED (1u << 4 | 1u << 12 | 1u << 20)
#define MPU_CTRL REGISTER(0xe000ed94u)
#define MPU_RBAR REGISTER(0xe000ed9cu)
#define MPU_RASR REGISTER(0xe000eda0u)
#define SCB_SHCSR REGISTER(0xe000ed24u)

_Noreturn void brim_board_reset(void);
_Noreturn void brim_board_report_fault(const uint32_t *frame, uint32_t exception);
void brim_board_fault(void);

typedef void (*vector)(void);

/* The linker script defines the stack top as a symbol, so that the table's first entry is an address like the
 * others. */
__attribute__((section(".vectors"), used)) static const vector vectors[16] = {
    (vector)(uintptr_t)brim_stack_top,
    brim_board_reset,
    brim_board_fault, /* NMI */
    brim_board_fault, /* HardFault */
    brim_board_fault, /* MemManage */
    brim_board_fault, /* BusFault */
    brim_board_fault, /* UsageFault */
    brim_board_fault, /* SecureFault (ARMv8-M) */
    brim_board_fault,
    brim_board_fault,
    brim_board_fault,
    brim_board_fault, /* SVCall */
    brim_board_fault, /* DebugMonitor */
    brim_board_fault,
    brim_board_fault, /* PendSV */
    brim_board_fault, /* SysTick */
};

_Noreturn void brim_board_report_fault(const uint32_t *frame, uint32_t exception) {
    semihosting_print("BRIM-FAULT exception=");
    semihosting_print_decimal(exception & 0x1ffu);
    bool frame_valid = frame >= brim_stack_bottom && frame + 8 <= brim_stack_top;
#if __ARM_ARCH_ISA_THUMB >= 2
    semihosting_print(" cfsr=");
    semihosting_print_hex(SCB_CFSR);
    frame_valid = frame_valid && (SCB_CFSR & CFSR_FRAME_NOT_PUSHED) == 0;
#endif
    if (frame_valid) {
        semihosting_print(" pc=");
        semihosting_print_hex(frame[6]);
        semihosting_print(" lr=");
        semihosting_print_hex(frame[5]);
    } else {
        semihosting_print(" stack-overflow sp=");
        semihosting_print_hex((uint32_t)(uintptr_t)frame);
    }
    semihosting_print("\n");
    semihosting_exit(BRIM_EXIT_FAULT);
}

/*
 * The handler needs a stack of its own: the fault may be that there is none left. Everything below the frame
 * is free to use because nothing returns from here.
 */
__attribute__((naked)) void brim_board_fault(void) {
    __asm__ volatile("mrs r0, msp\n"
                     "mrs r1, ipsr\n"
                     "ldr r2, =brim_stack_top\n"
                     "mov sp, r2\n"
                     "ldr r2, =brim_board_report_fault\n"
                     "bx r2\n");
}

/* Makes any access to the memory below the stack a fault. */
static void guard_stack(void) {
#if __ARM_ARCH >= 8
    __asm__ volatile("msr msplim, %0" ::"r"(brim_stack_bottom));
#else
    /* One PMSAv7 region of 32 KB (size field 14) that nobody may access, over the default memory map (ARMv7-M
     * manual, B3.5). */
    MPU_RBAR = (uint32_t)(uintptr_t)brim_stack_guard | 1u << 4;
    MPU_RASR = 14u << 1 | 1u;
    MPU_CTRL = 1u << 2 | 1u;
    __asm__ volatile("dsb\nisb" ::: "memory");
#endif
}

_Noreturn void brim_board_reset(void) {
#if __ARM_ARCH_ISA_THUMB >= 2
    SCB_SHCSR |= 7u << 16; /* memory, bus and usage faults to their own vectors */
#endif
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    SCB_CPACR |= 0xfu << 20; /* full access to CP10 and CP11 */
    __asm__ volatile("dsb\nisb" ::: "memory");
#endif
    const uint32_t *from = brim_data_load;
    for (uint32_t *to = brim_data_start; to < brim_data_end;)
        *to++ = *from++;
    for (uint32_t *to = brim_bss_start; to < brim_bss_end;)
        *to++ = 0;
    guard_stack();
    semihosting_exit((uint32_t)main());
}
