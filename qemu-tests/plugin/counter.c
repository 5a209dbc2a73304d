/*
 * QEMU plugin: instructions, modelled cycles and stack depth of a model's inferences, in total, per layer and
 * per block of code.
 *
 *     qemu-system-arm ... -plugin libbrim_counter.so,config=PATH
 *
 * A translation block is straight-line code: its static cost is computed once, when it is translated. Each
 * execution then adds that cost to the current layer and, knowing which block came before, the cost of a
 * taken branch. Instruction counts are exact; cycles are those of the cost table, for memory without wait
 * states and with data-dependent timing (division) at the table's one value.
 *
 * The report, one statement per line:
 *     inference INDEX INSTRUCTIONS CYCLES
 *     layer INDEX INSTRUCTIONS CYCLES MULTIPLIER_CYCLES     sums over all inferences; INDEX -1 is the driver
 *     block ADDRESS BYTES INSTRUCTIONS EXECUTIONS CYCLES    sums over all executions within inferences
 *     uncosted CLASS                                        an instruction of a class without cost was
 * executed stack BYTES EXACT                                     deepest stack below the run function's
 * entry; EXACT is 0 or 1
 */
#include "configuration.h"
#include "qemu_plugin_api.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { ROLE_ORDINARY, ROLE_ENTER, ROLE_LEAVE, ROLE_DRIVER, ROLE_LAYER } block_role;

typedef struct {
    uint64_t instructions;
    uint64_t cycles;
    uint64_t multiplier_cycles;
} totals;

typedef struct block {
    struct block *next;
    uint64_t start;
    uint64_t end;
    uint32_t instructions;
    /* Cycles if the block is left by falling through, of which the multiplier and divider are busy for
     * multiplier_cycles. */
    uint32_t cycles;
    uint32_t multiplier_cycles;
    /* Cycles added when the last instruction branches. */
    uint32_t taken_extra;
    /* Cycles saved when the first instruction, a load from first_base, follows a single access directly. */
    uint32_t pipelined_saving;
    uint8_t first_base;
    /* The block ends with a single access; the register it loads. */
    bool ends_with_access;
    uint8_t last_destination;
    /* Stack pointer: change over the block if it falls through and if it branches, lowest value relative to
     * the start. */
    bool stack_known;
    int32_t stack_change;
    int32_t stack_change_taken;
    int32_t stack_low;
    block_role role;
    uint32_t layer;
    /* A class without cost that occurs in the block, else CLASS_COUNT. */
    instruction_class uncosted;
    uint64_t executions;
    uint64_t dynamic_cycles;
    uint64_t saved_cycles;
} block;

/* IT block state at an address where a translation block was cut inside the IT block. */
typedef struct cut {
    struct cut *next;
    uint64_t address;
    predication state;
} cut;

/* One emulator process runs one image on one core, so the state is the process's. */
static struct {
    configuration config;
    block *blocks;
    cut *cuts;
    totals *layers; /* the driver at 0, layer k at k + 1 */
    totals *current;
    block *previous;
    totals *previous_layer;
    bool inside;
    totals inference;
    FILE *output;
    uint64_t inferences;
    int64_t stack;
    int64_t stack_lowest;
    bool stack_exact;
} counter;

int qemu_plugin_version = QEMU_PLUGIN_API_VERSION;

static void begin_inference(void) {
    counter.inside = true;
    counter.inference = (totals){0};
    counter.previous = NULL;
    counter.current = &counter.layers[0];
    counter.stack = 0;
}

static void end_inference(void) {
    counter.inside = false;
    fprintf(counter.output, "inference %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", counter.inferences,
            counter.inference.instructions, counter.inference.cycles);
    counter.inferences++;
    if (counter.stack != 0)
        counter.stack_exact = false;
}

/* Accounts for how control came from the previous block to this one. */
static void follow_edge(block *from, const block *to) {
    if (from->end != to->start) {
        from->dynamic_cycles += from->taken_extra;
        counter.previous_layer->cycles += from->taken_extra;
        counter.inference.cycles += from->taken_extra;
        counter.stack += from->stack_change_taken;
        return;
    }
    counter.stack += from->stack_change;
}

static void execute(unsigned int vcpu, void *data) {
    (void)vcpu;
    block *b = data;
    if (b->role == ROLE_ENTER && !counter.inside)
        begin_inference();
    if (!counter.inside)
        return;
    if (counter.previous != NULL)
        follow_edge(counter.previous, b);
    if (b->role == ROLE_LEAVE) {
        end_inference();
        return;
    }
    if (b->role == ROLE_LAYER)
        counter.current = &counter.layers[b->layer + 1];
    else if (b->role == ROLE_DRIVER || b->role == ROLE_ENTER)
        counter.current = &counter.layers[0];

    uint32_t cycles = b->cycles;
    const block *previous = counter.previous;
    if (b->pipelined_saving != 0 && previous != NULL && previous->end == b->start &&
        previous->ends_with_access && previous->last_destination != b->first_base) {
        cycles -= b->pipelined_saving;
        b->saved_cycles += b->pipelined_saving;
    }
    b->executions++;
    counter.current->instructions += b->instructions;
    counter.current->cycles += cycles;
    counter.current->multiplier_cycles += b->multiplier_cycles;
    counter.inference.instructions += b->instructions;
    counter.inference.cycles += cycles;

    if (!b->stack_known)
        counter.stack_exact = false;
    if (counter.stack + b->stack_low < counter.stack_lowest)
        counter.stack_lowest = counter.stack + b->stack_low;
    counter.previous = b;
    counter.previous_layer = counter.current;
}

/* Cycles of a class; 0 and a note in the block if there is no cost. */
static uint32_t cost(block *b, instruction_class kind) {
    if (counter.config.costs[kind] != NO_COST)
        return counter.config.costs[kind];
    b->uncosted = kind;
    return 0;
}

static uint32_t cost_of(block *b, const instruction *i) {
    uint32_t cycles = cost(b, i->kind);
    if (i->kind == CLASS_MULTIPLE_BASE)
        cycles += cost(b, CLASS_MULTIPLE_PER_REGISTER) * i->registers;
    if (i->loads_pc)
        cycles += cost(b, CLASS_LOAD_PC_EXTRA);
    return cycles;
}

static bool uses_multiplier(instruction_class kind) {
    switch (kind) {
    case CLASS_MUL:
    case CLASS_MLA:
    case CLASS_SMLAD:
    case CLASS_SMULL:
    case CLASS_SMLAL:
    case CLASS_DIV:
    case CLASS_VECTOR_MULTIPLY:
        return true;
    default:
        return false;
    }
}

static uint32_t branch_extra(uint32_t taken, uint32_t not_taken) {
    return taken > not_taken ? taken - not_taken : 0;
}

/* Adds one instruction to a block; `before` is the one in front of it, null at the block's start. */
static void add_instruction(block *b, const instruction *i, const instruction *before) {
    uint32_t cycles = cost_of(b, i);
    const bool branches = i->kind == CLASS_CALL || i->loads_pc;
    b->taken_extra = 0;
    if (i->kind == CLASS_BRANCH_NOT_TAKEN) {
        b->taken_extra = branch_extra(cost(b, CLASS_BRANCH_TAKEN), cycles);
    } else if (i->predicated && branches) {
        b->taken_extra = branch_extra(cycles, cost(b, CLASS_ALU));
        cycles = cost(b, CLASS_ALU);
    } else if (i->kind == CLASS_LOAD) {
        const uint32_t saving = branch_extra(cost(b, CLASS_LOAD), cost(b, CLASS_LOAD_PIPELINED));
        if (before == NULL) {
            b->pipelined_saving = saving;
            b->first_base = i->base;
        } else if ((before->kind == CLASS_LOAD || before->kind == CLASS_STORE) &&
                   before->destination != i->base) {
            cycles -= saving;
        }
    }
    b->instructions++;
    b->cycles += cycles;
    if (uses_multiplier(i->kind))
        b->multiplier_cycles += cycles;
    b->ends_with_access = i->kind == CLASS_LOAD || i->kind == CLASS_STORE;
    b->last_destination = i->destination;

    b->stack_known = b->stack_known && i->stack_known && (!i->predicated || branches || i->stack_change == 0);
    b->stack_change_taken = b->stack_change + i->stack_change;
    if (!(i->predicated && branches))
        b->stack_change += i->stack_change;
    if (b->stack_change < b->stack_low)
        b->stack_low = b->stack_change;
}

static bool within(uint64_t address, const address_range *range) {
    return address >= range->start && address < range->end;
}

static bool leaves(uint64_t address) {
    for (size_t i = 0; i < counter.config.leave_ranges; i++) {
        if (within(address, &counter.config.leave[i]))
            return true;
    }
    return false;
}

static void set_role(block *b) {
    const configuration *c = &counter.config;
    if (b->start == c->enter) {
        b->role = ROLE_ENTER;
    } else if (leaves(b->start)) {
        b->role = ROLE_LEAVE;
    } else if (within(b->start, &c->driver)) {
        b->role = ROLE_DRIVER;
    } else {
        for (size_t i = 0; i < c->layer_entries; i++) {
            if (c->layers[i].entry == b->start) {
                b->role = ROLE_LAYER;
                b->layer = c->layers[i].index;
            }
        }
    }
}

static predication state_at(uint64_t address) {
    for (const cut *c = counter.cuts; c != NULL; c = c->next) {
        if (c->address == address)
            return c->state;
    }
    return (predication){0};
}

static void remember_cut(uint64_t address, predication state) {
    cut *c = calloc(1, sizeof *c);
    if (c == NULL)
        abort();
    c->address = address;
    c->state = state;
    c->next = counter.cuts;
    counter.cuts = c;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    block *b = calloc(1, sizeof *b);
    if (b == NULL)
        abort();
    const size_t count = qemu_plugin_tb_n_insns(tb);
    b->start = qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, 0));
    b->end = b->start;
    b->stack_known = true;
    b->uncosted = CLASS_COUNT;
    predication state = state_at(b->start);
    instruction before = {0};
    for (size_t n = 0; n < count; n++) {
        const struct qemu_plugin_insn *source = qemu_plugin_tb_get_insn(tb, n);
        uint16_t halfwords[2] = {0, 0};
        const size_t size = qemu_plugin_insn_size(source);
        memcpy(halfwords, qemu_plugin_insn_data(source), size < sizeof halfwords ? size : sizeof halfwords);
        const instruction i = decode_thumb(halfwords[0], halfwords[1], &state);
        add_instruction(b, &i, n == 0 ? NULL : &before);
        before = i;
        /*
         * The emulator's own size is too large where it looked at the halfword behind the instruction to find
         * out whether the next one crosses a page.
         */
        b->end += thumb_length(halfwords[0]);
    }
    if (state.left != 0)
        remember_cut(b->end, state);
    set_role(b);
    b->next = counter.blocks;
    counter.blocks = b;
    qemu_plugin_register_vcpu_tb_exec_cb(tb, execute, QEMU_PLUGIN_CB_NO_REGS, b);
}

static void report(qemu_plugin_id_t id, void *data) {
    (void)id;
    (void)data;
    FILE *out = counter.output;
    for (uint32_t i = 0; i <= counter.config.layer_count; i++) {
        const totals *t = &counter.layers[i];
        fprintf(out, "layer %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", (int64_t)i - 1,
                t->instructions, t->cycles, t->multiplier_cycles);
    }
    for (const block *b = counter.blocks; b != NULL; b = b->next) {
        if (b->executions > 0) {
            if (b->uncosted != CLASS_COUNT)
                fprintf(out, "uncosted %s\n", instruction_class_names[b->uncosted]);
            fprintf(out, "block %" PRIx64 " %" PRIu64 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", b->start,
                    b->end - b->start, b->instructions, b->executions,
                    b->executions * b->cycles + b->dynamic_cycles - b->saved_cycles);
        }
    }
    fprintf(out, "stack %" PRId64 " %d\n", -counter.stack_lowest, counter.stack_exact ? 1 : 0);
    fclose(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    if (strcmp(info->target_name, "arm") != 0) {
        fprintf(stderr, "brim counter: no decoder for %s\n", info->target_name);
        return 1;
    }
    if (argc != 1 || strncmp(argv[0], "config=", 7) != 0) {
        fprintf(stderr, "brim counter: usage: -plugin libbrim_counter.so,config=PATH\n");
        return 1;
    }
    const char *problem = read_configuration(argv[0] + 7, &counter.config);
    if (problem == NULL) {
        counter.layers = calloc((size_t)counter.config.layer_count + 1, sizeof *counter.layers);
        counter.output = fopen(counter.config.output, "w");
        if (counter.layers == NULL || counter.output == NULL)
            problem = "cannot open the output";
    }
    if (problem != NULL) {
        fprintf(stderr, "brim counter: %s\n", problem);
        return 1;
    }
    counter.stack_exact = true;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, report, NULL);
    return 0;
}
