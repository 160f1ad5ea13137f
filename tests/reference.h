/* What Go's own tools said of a trace, held against ours. */
#ifndef TESTS_REFERENCE_H
#define TESTS_REFERENCE_H

#include <jansson.h>

#include "trace/trace.h"

/* What is compared is named in failures; all differences of a trace are reported, up to some. */
struct reference {
    const struct trace *trace;
    const char *stem;
    int differences;
};

void reference_differ(struct reference *check, const char *what, int64_t got, int64_t want);

/* The integer under a key, 0 when there is none. */
int64_t reference_number(const json_t *object, const char *key);

/* A string of the trace as text; the caller owns it. */
char *reference_name(const struct reference *check, uint32_t id);

/* The references write times as they are in the trace, and 0 for what is not known. */
void reference_point(struct reference *check, const char *what, const char *key, int64_t ns,
                     const json_t *want);

/* Order of an array of char pointers. */
int reference_order(const void *a, const void *b);

/* Whole parts of the trace: the reference as a whole, its "gc", its "mmu_fixed". */
void reference_annotations(struct reference *check, json_t *want);
void reference_gc(struct reference *check, json_t *want);
void reference_mmu(struct reference *check, json_t *want);

/* Adds a test for each trace that has a reference: those of tests/traces/ref and of the folder that
 * TRACETUI_TRACES names. The test is given the trace's path. */
void reference_add_tests(const char *prefix, GTestDataFunc test);

#endif
