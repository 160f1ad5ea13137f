/* What becomes of each key of two summaries that are added up. */
#ifndef TRACE_MERGE_RULES_H
#define TRACE_MERGE_RULES_H

#include "trace/json_merge.h"

/* The whole object; the key "merged" has what is kept of each trace. */
extern const struct merge_rule merge_rules[];

#endif
