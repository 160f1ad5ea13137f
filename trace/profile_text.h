/* A profile as a table, for people. */
#ifndef TRACE_PROFILE_TEXT_H
#define TRACE_PROFILE_TEXT_H

#include "trace/profile.h"

/* Every stack with all its frames, the heaviest first, in `width` cells. */
void profile_text(const struct profile *profile, const struct symbols *symbols, int width,
                  GString *out);

#endif
