/* The errors of this library. */
#ifndef TRACE_ERROR_H
#define TRACE_ERROR_H

#include <glib.h>

/* Each message says what, where (file, byte offset, generation) and, where there is something,
 * what to do. */
enum trace_error {
    TRACE_ERROR_NOT_A_TRACE, /* the file is something else */
    TRACE_ERROR_VERSION,     /* a trace, of a version that is not read */
    TRACE_ERROR_DAMAGED,     /* the bytes or their order make no sense from here on */
    TRACE_ERROR_TRUNCATED,   /* the file ends in the middle of something */
    TRACE_ERROR_USAGE,       /* an export or analysis that does not exist */
};

#define TRACE_ERROR (trace_error_quark())
GQuark trace_error_quark(void);

#endif
