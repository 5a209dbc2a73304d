#include "configuration.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BRIM_NAME(enumerator, name) name,
const char *const instruction_class_names[CLASS_COUNT] = {BRIM_INSTRUCTION_CLASSES(BRIM_NAME)};
#undef BRIM_NAME

static bool read_cost(const char *line, configuration *to) {
    char name[64];
    uint32_t cycles;
    if (sscanf(line, "cost %63s %" SCNu32, name, &cycles) != 2)
        return false;
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        if (strcmp(name, instruction_class_names[i]) == 0) {
            to->costs[i] = cycles;
            return true;
        }
    }
    return false;
}

static bool read_layer(const char *line, configuration *to) {
    layer_entry entry;
    if (sscanf(line, "layer %" SCNx64 " %" SCNu32, &entry.entry, &entry.index) != 2 || entry.index > 100000u)
        return false;
    layer_entry *grown = realloc(to->layers, (to->layer_entries + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    to->layers = grown;
    to->layers[to->layer_entries++] = entry;
    if (entry.index >= to->layer_count)
        to->layer_count = entry.index + 1;
    return true;
}

static bool read_leave(const char *line, configuration *to) {
    if (to->leave_ranges == MAXIMUM_LEAVE_RANGES)
        return false;
    address_range *range = &to->leave[to->leave_ranges++];
    return sscanf(line, "leave %" SCNx64 " %" SCNx64, &range->start, &range->end) == 2;
}

static bool read_statement(const char *line, configuration *to) {
    if (strncmp(line, "output ", 7) == 0)
        return sscanf(line, "output %4095[^\n]", to->output) == 1;
    if (strncmp(line, "enter ", 6) == 0)
        return sscanf(line, "enter %" SCNx64, &to->enter) == 1;
    if (strncmp(line, "driver ", 7) == 0)
        return sscanf(line, "driver %" SCNx64 " %" SCNx64, &to->driver.start, &to->driver.end) == 2;
    if (strncmp(line, "leave ", 6) == 0)
        return read_leave(line, to);
    if (strncmp(line, "layer ", 6) == 0)
        return read_layer(line, to);
    return strncmp(line, "cost ", 5) == 0 && read_cost(line, to);
}

const char *read_configuration(const char *path, configuration *to) {
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return "cannot open the configuration";
    for (size_t i = 0; i < CLASS_COUNT; i++)
        to->costs[i] = NO_COST;
    char line[4200];
    const char *problem = NULL;
    while (problem == NULL && fgets(line, sizeof line, file) != NULL) {
        if (!read_statement(line, to)) {
            fprintf(stderr, "brim counter: %s", line);
            problem = "bad statement in the configuration";
        }
    }
    fclose(file);
    if (problem == NULL && (to->output[0] == '\0' || to->enter == 0 || to->leave_ranges == 0))
        problem = "the configuration lacks output, enter or leave";
    return problem;
}
