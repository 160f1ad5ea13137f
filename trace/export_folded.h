/* Stacks as lines of text, for flame graphs. */
#ifndef TRACE_EXPORT_FOLDED_H
#define TRACE_EXPORT_FOLDED_H

#include "trace/export.h"

/* "outermost;caller;leaf N": the lines that flamegraph.pl, speedscope and others read; N is the
 * time in nanoseconds, the number of samples for a CPU profile. A blank, ';' or control character
 * inside a name becomes '_', for the format has no escapes. */
void export_folded_profile(const struct trace *trace, const struct profile *profile, GString *out);

/* Appends the frames of a stack, outermost first, each followed by ';'. */
void export_folded_stack(const struct symbols *symbols, uint32_t stack, GString *out);

/* Appends a name as it may stand in a line. */
void export_folded_name(const struct symbols *symbols, uint32_t name, GString *out);

/* The exporter's row function; `kind` is any of profile.h, NULL: "sync". */
bool export_folded(const struct trace *trace, const char *kind, GOutputStream *out,
                   GCancellable *cancellable, GError **error);

#endif
