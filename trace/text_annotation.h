/* User tasks, regions and logs, in tables. */
#ifndef TRACE_TEXT_ANNOTATION_H
#define TRACE_TEXT_ANNOTATION_H

#include "trace/text_page.h"

/* Nothing where the program has none. */
void text_annotations(struct text_page *page);

#endif
