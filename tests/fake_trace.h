/* trace_open() and view_trace_new() for tests of what comes before a trace. */
#ifndef TESTS_FAKE_TRACE_H
#define TESTS_FAKE_TRACE_H

#include <stdbool.h>

extern bool fake_trace_is_damaged; /* the next file is no trace */

#endif
