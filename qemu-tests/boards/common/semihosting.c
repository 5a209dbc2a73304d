#include "semihosting.h"

enum operation {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_FLEN = 0x0c,
    SYS_GET_CMDLINE = 0x15,
    SYS_EXIT_EXTENDED = 0x20,
};

/** ADP_Stopped_ApplicationExit: the only reason for which the exit code is passed on. */
#define REASON_APPLICATION_EXIT 0x20026u

static uintptr_t call(enum operation operation, const void *arguments) {
#if defined(__arm__)
    register uintptr_t r0 __asm__("r0") = (uintptr_t)operation;
    register const void *r1 __asm__("r1") = arguments;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
#elif defined(__riscv)
    /* The two shifts mark the ebreak as a semihosting call; all three must be uncompressed. */
    register uintptr_t a0 __asm__("a0") = (uintptr_t)operation;
    register const void *a1 __asm__("a1") = arguments;
    __asm__ volatile(
        ".option push\n.option norvc\nslli zero, zero, 0x1f\nebreak\nsrai zero, zero, 7\n.option pop"
        : "+r"(a0)
        : "r"(a1)
        : "memory");
    return a0;
#else
#error "no semihosting on this architecture"
#endif
}

int32_t semihosting_open(const char *path, uint32_t mode) {
    uintptr_t length = 0;
    while (path[length] != '\0')
        length++;
    const uintptr_t block[3] = {(uintptr_t)path, mode, length};
    return (int32_t)call(SYS_OPEN, block);
}

int32_t semihosting_length(int32_t handle) {
    const uintptr_t block[1] = {(uintptr_t)handle};
    return (int32_t)call(SYS_FLEN, block);
}

uint32_t semihosting_read(int32_t handle, void *to, uint32_t bytes) {
    const uintptr_t block[3] = {(uintptr_t)handle, (uintptr_t)to, bytes};
    return (uint32_t)call(SYS_READ, block);
}

uint32_t semihosting_write(int32_t handle, const void *from, uint32_t bytes) {
    const uintptr_t block[3] = {(uintptr_t)handle, (uintptr_t)from, bytes};
    return (uint32_t)call(SYS_WRITE, block);
}

int32_t semihosting_close(int32_t handle) {
    const uintptr_t block[1] = {(uintptr_t)handle};
    return (int32_t)call(SYS_CLOSE, block);
}

int32_t semihosting_command_line(char *to, uint32_t bytes) {
    uintptr_t block[2] = {(uintptr_t)to, bytes};
    return (int32_t)call(SYS_GET_CMDLINE, block);
}

void semihosting_print(const char *text) {
    call(SYS_WRITE0, text);
}

void semihosting_print_decimal(uint32_t value) {
    char digits[11];
    size_t at = sizeof digits - 1;
    digits[at] = '\0';
    do {
        digits[--at] = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    semihosting_print(digits + at);
}

void semihosting_print_hex(uint32_t value) {
    char text[11] = {'0', 'x'};
    for (int32_t i = 0; i < 8; i++)
        text[2 + i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15u];
    text[10] = '\0';
    semihosting_print(text);
}

_Noreturn void semihosting_exit(uint32_t code) {
    const uintptr_t block[2] = {REASON_APPLICATION_EXIT, code};
    for (;;)
        call(SYS_EXIT_EXTENDED, block);
}
