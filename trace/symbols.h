/* Strings and stacks of a trace, each kept once however many generations name it again.
 *
 * Ids count up from 1; 0 is the empty string and the empty stack.
 *
 * One thread adds, others may look up what was added before they were told the id. */
#ifndef TRACE_SYMBOLS_H
#define TRACE_SYMBOLS_H

#include "trace/event.h"

struct frame {
    uint64_t pc;
    uint32_t func; /* string ids */
    uint32_t file;
    uint64_t line;
};

/* Leaf first. */
struct stack {
    size_t n;
    const struct frame *frames;
};

struct symbols;

struct symbols *symbols_new(void);
void symbols_free(struct symbols *symbols);

/* The id of these bytes; they are copied when new. */
uint32_t symbols_add_string(struct symbols *symbols, const char *at, size_t len);

/* The id of this stack; the frames are copied when new. Stacks are equal when all their frames are.
 */
uint32_t symbols_add_stack(struct symbols *symbols, const struct frame *frames, size_t n);

/* Borrowed, valid until symbols_free(). The bytes are followed by a NUL that is not counted. */
struct slice symbols_string(const struct symbols *symbols, uint32_t id);
struct stack symbols_stack(const struct symbols *symbols, uint32_t id);

size_t symbols_n_strings(const struct symbols *symbols);
size_t symbols_n_stacks(const struct symbols *symbols);

#endif
