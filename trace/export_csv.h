/* The goroutine groups as comma-separated values (RFC 4180), for spreadsheets. */
#ifndef TRACE_EXPORT_CSV_H
#define TRACE_EXPORT_CSV_H

#include "trace/export.h"

#define EXPORT_CSV_HEADER \
    "file,function,count,total_ns,exec_ns,sched_wait_ns,syscall_ns,syscall_block_ns,block_ns\r\n"

/* The exporter's row function: a header, then a row for each group, longest running first. Times
 * are integers in nanoseconds. Needs TRACE_SUMMARY. */
bool export_csv(const struct trace *trace, const char *kind, GOutputStream *out,
                GCancellable *cancellable, GError **error);

/* The rows alone, so that those of several traces make one table; the first column names the
 * file. */
bool export_csv_rows(const struct trace *trace, GOutputStream *out, GCancellable *cancellable,
                     GError **error);

/* Appends a field: quoted always, a quote doubled; bytes that are no UTF-8 become U+FFFD. */
void export_csv_append(GString *out, struct slice bytes);

#endif
