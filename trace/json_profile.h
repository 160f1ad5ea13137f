/* A profile as JSON: what `tracetui profile -o json` prints. */
#ifndef TRACE_JSON_PROFILE_H
#define TRACE_JSON_PROFILE_H

#include <gio/gio.h>

#include "trace/profile.h"

/* {"kind", "count", "delay_ns", "stacks": [...]}, the heaviest stack first, frames leaf first.
 * False: the stream's error. */
bool json_profile_write(const struct profile *profile, const struct symbols *symbols,
                        GOutputStream *out, GCancellable *cancellable, GError **error);

#endif
