/**
 * @file
 * Semihosting calls: the only way a bare-metal image talks to the host.
 *
 * Operation numbers and argument blocks follow Arm's "Semihosting for AArch32 and AArch64", sections 5 and 6.
 */
#ifndef BRIM_BOARDS_SEMIHOSTING_H
#define BRIM_BOARDS_SEMIHOSTING_H

#include <stddef.h>
#include <stdint.h>

/** Modes of semihosting_open(), in the numbering of the C library's fopen strings. */
enum { SEMIHOSTING_READ_BINARY = 1, SEMIHOSTING_WRITE_BINARY = 5 };

/** Opens a host file. @return a handle, negative on failure. */
int32_t semihosting_open(const char *path, uint32_t mode);

/** Length of an open host file in bytes, negative on failure. */
int32_t semihosting_length(int32_t handle);

/** Reads exactly @p bytes bytes. @return 0, or the number of bytes that could not be read. */
uint32_t semihosting_read(int32_t handle, void *to, uint32_t bytes);

/** Writes exactly @p bytes bytes. @return 0, or the number of bytes that could not be written. */
uint32_t semihosting_write(int32_t handle, const void *from, uint32_t bytes);

/** Closes a host file. @return 0, or -1 where buffered data could not be written. */
int32_t semihosting_close(int32_t handle);

/** Copies the command line (arguments joined by single spaces) into @p to. @return 0, or -1 if it does not
 * fit. */
int32_t semihosting_command_line(char *to, uint32_t bytes);

/** Prints a string on the host's console (standard error under QEMU). */
void semihosting_print(const char *text);

/** Prints an unsigned number in decimal. */
void semihosting_print_decimal(uint32_t value);

/** Prints a number as 0x and eight hexadecimal digits. */
void semihosting_print_hex(uint32_t value);

/** Ends the emulation; the emulator exits with @p code. */
_Noreturn void semihosting_exit(uint32_t code);

#endif
