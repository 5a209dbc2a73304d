/*
 * The four functions a freestanding GCC may call without being asked (GCC manual, "Standards"). They stand
 * for the application's C library, so the firmware size report lists them apart from the model's own code.
 */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *left, const void *right, size_t bytes);

static int both_aligned(const void *a, const void *b) {
    return (((uintptr_t)a | (uintptr_t)b) & 3u) == 0;
}

/* may_alias: the copied objects have types of their own. */
typedef uint32_t __attribute__((may_alias)) word;

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
    uint8_t *t = to;
    const uint8_t *f = from;
    if (both_aligned(to, from)) {
        for (; bytes >= 16; bytes -= 16, t += 16, f += 16) {
            const word *source = (const word *)(const void *)f;
            word *target = (word *)(void *)t;
            const uint32_t a = source[0], b = source[1], c = source[2], d = source[3];
            target[0] = a;
            target[1] = b;
            target[2] = c;
            target[3] = d;
        }
        for (; bytes >= 4; bytes -= 4, t += 4, f += 4)
            *(word *)(void *)t = *(const word *)(const void *)f;
    }
    while (bytes-- > 0)
        *t++ = *f++;
    return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
    uint8_t *t = to;
    const uint8_t *f = from;
    if ((uintptr_t)t - (uintptr_t)f >= bytes)
        return memcpy(to, from, bytes);
    while (bytes-- > 0)
        t[bytes] = f[bytes];
    return to;
}

void *memset(void *to, int value, size_t bytes) {
    uint8_t *t = to;
    const uint8_t byte = (uint8_t)value;
    const uint32_t pattern = byte * 0x01010101u;
    while (bytes > 0 && ((uintptr_t)t & 3u) != 0) {
        *t++ = byte;
        bytes--;
    }
    for (; bytes >= 4; bytes -= 4, t += 4)
        *(word *)(void *)t = pattern;
    while (bytes-- > 0)
        *t++ = byte;
    return to;
}

int memcmp(const void *left, const void *right, size_t bytes) {
    const uint8_t *l = left;
    const uint8_t *r = right;
    for (; bytes > 0; bytes--, l++, r++) {
        if (*l != *r)
            return *l < *r ? -1 : 1;
    }
    return 0;
}
