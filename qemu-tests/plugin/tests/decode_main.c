/*
 * Prints what the decoder makes of instructions: reads lines of one or two hexadecimal halfwords, writes the
 * class's name and the registers moved. An empty line ends a function, and with it any IT block.
 */
#include "../instruction.h"

#include <stdio.h>

#define BRIM_NAME(enumerator, name) name,
const char *const instruction_class_names[CLASS_COUNT] = {BRIM_INSTRUCTION_CLASSES(BRIM_NAME)};
#undef BRIM_NAME

int main(void) {
    char line[64];
    predication state = {0};
    while (fgets(line, sizeof line, stdin) != NULL) {
        unsigned first = 0;
        unsigned second = 0;
        if (sscanf(line, "%x %x", &first, &second) < 1) {
            state = (predication){0};
            continue;
        }
        const instruction i = decode_thumb((uint16_t)first, (uint16_t)second, &state);
        printf("%s %u\n", instruction_class_names[i.kind], i.registers);
    }
    return 0;
}
