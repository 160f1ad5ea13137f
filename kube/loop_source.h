/* What every file here does with sources of a main loop. */
#ifndef KUBE_LOOP_SOURCE_H
#define KUBE_LOOP_SOURCE_H

#include <glib.h>

/* Ends a source that is ours, when there is one, and forgets it; also from inside of its own call,
 * whatever that returns then. */
void loop_source_clear(GSource **source);
/* Puts a fresh source (taken over) in its place, on the caller's thread-default main context. */
void loop_source_set(GSource **source, GSource *fresh, GSourceFunc fn, void *data);

#endif
