/* Stacks as lines of text, for flame graphs. */
#ifndef TRACE_EXPORT_FOLDED_H
#define TRACE_EXPORT_FOLDED_H

#include "trace/export.h"

/* Lines of folded.h: N is the time in nanoseconds, the number of samples for a CPU profile. */
void export_folded_profile(const struct trace *trace, const struct profile *profile, GString *out);

/* The exporter's row function; `kind` is any of profile.h, or "flame" (NULL: that): all time on and
 * off the CPU (flame.h), which needs TRACE_FLAME. */
bool export_folded(const struct trace *trace, const char *kind, GOutputStream *out,
                   GCancellable *cancellable, GError **error);

#endif
