/* What the garbage collector did, in words. */
#ifndef TRACE_TEXT_GC_H
#define TRACE_TEXT_GC_H

#include "trace/text_page.h"

/* Nothing where it did nothing and the world never stood still. */
void text_gc(struct text_page *page);

#endif
