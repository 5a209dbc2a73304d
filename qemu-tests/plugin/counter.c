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
 *     class INDEX NAME COUNT                                 times that the layer pays the cost of a class
 *     block INDEX ADDRESS INSTRUCTIONS EXECUTIONS CYCLES     sums over the layer's executions of the block
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

/* What one layer did with a block. */
typedef struct {
    uint64_t executions;
    /* Times that the last instruction branched. */
    uint64_t taken;
    /* Times that the first instruction's load was pipelined behind the block before. */
    uint64_t pipelined;
} usage;

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
    bool begins_with_load;
    uint8_t first_base;
    /* How often a pass that falls through pays each class, and what the last instruction is. */
    uint64_t classes[CLASS_COUNT];
    instruction last;
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
    usage *by_layer; /* the driver at 0, layer k at k + 1 */
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
    uint32_t current; /* 0: the driver, k + 1: layer k */
    const block *previous;
    usage *previous_usage;
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
    counter.current = 0;
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
static void follow_edge(const block *from, const block *to) {
    if (from->end != to->start) {
        counter.previous_usage->taken++;
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
        counter.current = b->layer + 1;
    else if (b->role == ROLE_DRIVER || b->role == ROLE_ENTER)
        counter.current = 0;

    uint32_t cycles = b->cycles;
    usage *use = &b->by_layer[counter.current];
    const block *previous = counter.previous;
    if (b->begins_with_load && previous != NULL && previous->end == b->start && previous->ends_with_access &&
        previous->last_destination != b->first_base) {
        cycles -= b->pipelined_saving;
        use->pipelined++;
    }
    use->executions++;
    counter.inference.instructions += b->instructions;
    counter.inference.cycles += cycles;

    if (!b->stack_known)
        counter.stack_exact = false;
    if (counter.stack + b->stack_low < counter.stack_lowest)
        counter.stack_lowest = counter.stack + b->stack_low;
    counter.previous = b;
    counter.previous_usage = use;
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

/* Adds what an instruction pays, as of cost_of, to class counts. */
static void count_classes(uint64_t *counts, const instruction *i, uint64_t times) {
    counts[i->kind] += times;
    if (i->kind == CLASS_MULTIPLE_BASE)
        counts[CLASS_MULTIPLE_PER_REGISTER] += i->registers * times;
    if (i->loads_pc)
        counts[CLASS_LOAD_PC_EXTRA] += times;
}

/* Adds one instruction to a block; `before` is the one in front of it, null at the block's start. */
static void add_instruction(block *b, const instruction *i, const instruction *before) {
    uint32_t cycles = cost_of(b, i);
    const bool branches = i->kind == CLASS_CALL || i->loads_pc;
    instruction_class as_class = i->kind;
    b->taken_extra = 0;
    if (i->kind == CLASS_BRANCH_NOT_TAKEN) {
        b->taken_extra = branch_extra(cost(b, CLASS_BRANCH_TAKEN), cycles);
    } else if (i->predicated && branches) {
        b->taken_extra = branch_extra(cycles, cost(b, CLASS_ALU));
        cycles = cost(b, CLASS_ALU);
        as_class = CLASS_ALU;
    } else if (i->kind == CLASS_LOAD) {
        const uint32_t saving = branch_extra(cost(b, CLASS_LOAD), cost(b, CLASS_LOAD_PIPELINED));
        if (before == NULL) {
            b->pipelined_saving = saving;
            b->begins_with_load = true;
            b->first_base = i->base;
        } else if ((before->kind == CLASS_LOAD || before->kind == CLASS_STORE) &&
                   before->destination != i->base) {
            cycles -= saving;
            as_class = CLASS_LOAD_PIPELINED;
        }
    }
    if (as_class == i->kind)
        count_classes(b->classes, i, 1);
    else
        b->classes[as_class]++;
    b->last = *i;
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
    b->by_layer = calloc((size_t)counter.config.layer_count + 1, sizeof *b->by_layer);
    if (b->by_layer == NULL)
        abort();
    b->next = counter.blocks;
    counter.blocks = b;
    qemu_plugin_register_vcpu_tb_exec_cb(tb, execute, QEMU_PLUGIN_CB_NO_REGS, b);
}

/* Adds what one layer's executions of a block pay to class counts. */
static void add_classes(uint64_t *counts, const block *b, const usage *use) {
    for (size_t i = 0; i < CLASS_COUNT; i++)
        counts[i] += b->classes[i] * use->executions;
    counts[CLASS_LOAD] -= use->pipelined;
    counts[CLASS_LOAD_PIPELINED] += use->pipelined;
    if (b->last.kind == CLASS_BRANCH_NOT_TAKEN) {
        counts[CLASS_BRANCH_NOT_TAKEN] -= use->taken;
        counts[CLASS_BRANCH_TAKEN] += use->taken;
    } else if (b->last.predicated && (b->last.kind == CLASS_CALL || b->last.loads_pc)) {
        counts[CLASS_ALU] -= use->taken;
        count_classes(counts, &b->last, use->taken);
    }
}

/* Reports one layer: index 0 is the driver. */
static void report_layer(uint32_t index) {
    FILE *out = counter.output;
    const int64_t name = (int64_t)index - 1;
    totals sum = {0};
    uint64_t classes[CLASS_COUNT] = {0};
    for (const block *b = counter.blocks; b != NULL; b = b->next) {
        const usage *use = &b->by_layer[index];
        if (use->executions == 0)
            continue;
        const uint64_t cycles =
            use->executions * b->cycles + use->taken * b->taken_extra - use->pipelined * b->pipelined_saving;
        fprintf(out, "block %" PRId64 " %" PRIx64 " %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", name, b->start,
                b->instructions, use->executions, cycles);
        sum.instructions += use->executions * b->instructions;
        sum.cycles += cycles;
        sum.multiplier_cycles += use->executions * b->multiplier_cycles;
        add_classes(classes, b, use);
    }
    fprintf(out, "layer %" PRId64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", name, sum.instructions,
            sum.cycles, sum.multiplier_cycles);
    for (size_t i = 0; i < CLASS_COUNT; i++) {
        if (classes[i] != 0)
            fprintf(out, "class %" PRId64 " %s %" PRIu64 "\n", name, instruction_class_names[i], classes[i]);
    }
}

/* Reports classes without cost; blocks that ran outside of inferences do not matter. */
static void report_uncosted(const block *b) {
    if (b->uncosted == CLASS_COUNT)
        return;
    for (uint32_t i = 0; i <= counter.config.layer_count; i++) {
        if (b->by_layer[i].executions != 0) {
            fprintf(counter.output, "uncosted %s\n", instruction_class_names[b->uncosted]);
            return;
        }
    }
}

static void report(qemu_plugin_id_t id, void *data) {
    (void)id;
    (void)data;
    for (uint32_t i = 0; i <= counter.config.layer_count; i++)
        report_layer(i);
    for (const block *b = counter.blocks; b != NULL; b = b->next)
        report_uncosted(b);
    fprintf(counter.output, "stack %" PRId64 " %d\n", -counter.stack_lowest, counter.stack_exact ? 1 : 0);
    fclose(counter.output);
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
        counter.output = fopen(counter.config.output, "w");
        if (counter.output == NULL)
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
