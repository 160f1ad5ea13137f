/* What the first bytes of a file in a container say that it is. */
#ifndef TUI_FILE_TEXT_H
#define TUI_FILE_TEXT_H

#include "kube/directory.h"

/* The version of a trace, "1.26"; NULL: it is none, or was not looked into. g_free() it. */
char *file_trace_version(const struct entry *entry);
/* "gzip", "zstd" of a file that may have a trace in it; NULL. */
const char *file_packing(const struct entry *entry);
/* "go 1.26 trace", "gzip", "folder", "link to no file", "special", ""; g_free() it. */
char *file_kind_text(const struct entry *entry);
/* Whether it is known not to be a trace: it was looked into, or it is empty. */
bool file_is_no_trace(const struct entry *entry);

#endif
