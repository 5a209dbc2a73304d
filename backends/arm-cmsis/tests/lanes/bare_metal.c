/*
 * Start-up and output of a test image: the emulator loads initialised data itself, text goes out and the exit
 * code leaves by semihosting.
 */
#include <stddef.h>
#include <stdint.h>

extern uint32_t stack_top;
int main(void);
void reset(void);
void report(const char *name, uint32_t value);
void *memcpy(void *to, const void *from, size_t count);
void *memset(void *to, int value, size_t count);

__attribute__((section(".vectors"), used)) static const uintptr_t vectors[16] = {(uintptr_t)&stack_top,
                                                                                 (uintptr_t)reset};

enum { SYS_WRITE0 = 4, SYS_EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };

static void semihost(uint32_t operation, const void *argument) {
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

void reset(void) {
    const uint32_t exit[2] = {APPLICATION_EXIT, (uint32_t)main()};
    semihost(SYS_EXIT_EXTENDED, exit);
    for (;;) {
    }
}

void report(const char *name, uint32_t value) {
    char digits[12];
    char *at = digits + sizeof digits;
    *--at = '\0';
    *--at = '\n';
    do {
        *--at = (char)('0' + value % 10u);
        value /= 10u;
    } while (value != 0);
    semihost(SYS_WRITE0, name);
    semihost(SYS_WRITE0, at);
}

void *memset(void *to, int value, size_t count) {
    for (volatile char *p = to; count != 0; count--)
        *p++ = (char)value;
    return to;
}

void *memcpy(void *to, const void *from, size_t count) {
    volatile char *p = to;
    for (const char *q = from; count != 0; count--)
        *p++ = *q++;
    return to;
}
