/* Strings as Go prints them with %q. */
#ifndef TRACE_QUOTE_H
#define TRACE_QUOTE_H

#include <glib.h>

#include "trace/event.h"

/* Appends the bytes in double quotes, with everything escaped that is not printable, or no UTF-8:
 * the result is one line of printable UTF-8. Source: strconv.Quote of Go. */
void quote_append(GString *out, struct slice bytes);

#endif
