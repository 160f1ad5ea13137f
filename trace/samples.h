/* The CPU profile inside a trace: how often each stack was found running.
 *
 * A trace has samples when the CPU profiler was on while it was taken. */
#ifndef TRACE_SAMPLES_H
#define TRACE_SAMPLES_H

#include "trace/profile.h"

struct samples_builder;
struct samples_builder *samples_builder_new(void);
void samples_builder_free(struct samples_builder *builder);
struct sink samples_builder_sink(struct samples_builder *builder);

/* A profile of kind PROFILE_CPU: counts are samples, delays are 0; most samples first. */
struct profile *samples_builder_finish(const struct samples_builder *builder);

#endif
