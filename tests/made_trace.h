/* A small trace made by hand: everything that a screen has to show, at round times. */
#ifndef TESTS_MADE_TRACE_H
#define TESTS_MADE_TRACE_H

#include "trace/trace.h"

/* 100 ms on two Ps: main starts three workers that hand work on by a channel, a GC cycle, a
 * stopped world, a syscall, a name that would harm a terminal. */
struct trace *made_trace_new(void);
/* The same with its end cut off. */
struct trace *made_trace_damaged_new(void);
/* A single event. */
struct trace *made_trace_one_event_new(void);
/* n goroutines of n_names functions, each with some spans. */
struct trace *made_trace_big_new(int n, int n_names);

#endif
