/* The error domain. */
#include "trace/error.h"

G_DEFINE_QUARK(trace - error - quark, trace_error)
