/* A profile in pprof's format, as `go tool trace -pprof=` writes it. */
#ifndef TRACE_EXPORT_PPROF_H
#define TRACE_EXPORT_PPROF_H

#include "trace/export.h"

/* Gzipped protobuf with the sample types contentions/count and delay/nanoseconds; for CPU samples
 * samples/count alone. Needs TRACE_PROFILES. */
bool export_pprof_profile(const struct trace *trace, const struct profile *profile,
                          GOutputStream *out, GCancellable *cancellable, GError **error);

/* The exporter's row function; `kind` is any of profile.h, NULL: "sync". */
bool export_pprof(const struct trace *trace, const char *kind, GOutputStream *out,
                  GCancellable *cancellable, GError **error);

#endif
