/**
 * @file
 * Exit codes of a test image; Brim.Emulation's ImageExitCode lists the same.
 */
#ifndef BRIM_BOARDS_EXIT_CODES_H
#define BRIM_BOARDS_EXIT_CODES_H

enum {
    BRIM_EXIT_OK = 0,
    BRIM_EXIT_USAGE = 10,          /**< bad command line or input file length */
    BRIM_EXIT_HOST_FILE = 11,      /**< a host file could not be opened, read or written */
    BRIM_EXIT_GUARD = 12,          /**< the model wrote outside of its arena or outputs */
    BRIM_EXIT_STACK_OVERFLOW = 13, /**< no untouched stack word is left */
    BRIM_EXIT_FAULT = 14           /**< the processor took a fault exception */
};

#endif
