/**
 * @file
 * What the counter is told about the image: a text file of one statement per line.
 *
 *     output PATH                 where the report goes
 *     enter ADDRESS               first instruction of the model's run function: an inference begins
 *     driver START END            the run function, END exclusive: execution is in no layer while it is here
 *     leave START END             the board's call of the model: an inference has ended when execution is
 * here layer ADDRESS INDEX         first instruction of a layer's function: execution is in that layer until
 * it is back in the driver cost CLASS CYCLES           cycles of an instruction class; every class once
 *
 * Addresses are hexadecimal without prefix, other numbers decimal.
 */
#ifndef BRIM_PLUGIN_CONFIGURATION_H
#define BRIM_PLUGIN_CONFIGURATION_H

#include "instruction.h"

#include <stddef.h>

typedef struct {
    uint64_t start;
    uint64_t end;
} address_range;

typedef struct {
    uint64_t entry;
    uint32_t index;
} layer_entry;

enum { MAXIMUM_LEAVE_RANGES = 8 };

/** Cost of a class that the configuration does not list. */
#define NO_COST UINT32_MAX

typedef struct {
    char output[4096];
    uint64_t enter;
    address_range driver;
    address_range leave[MAXIMUM_LEAVE_RANGES];
    size_t leave_ranges;
    layer_entry *layers;
    size_t layer_entries;
    /** One more than the highest layer index. */
    uint32_t layer_count;
    uint32_t costs[CLASS_COUNT];
} configuration;

/** Reads a configuration. @return null, or what is wrong (with the line, if there is one, printed to standard
 * error). */
const char *read_configuration(const char *path, configuration *to);

#endif
