/* Numbers of a trace as JSON integers, which are signed. */
#ifndef TRACE_JSON_NUMBER_H
#define TRACE_JSON_NUMBER_H

#include <glib.h>
#include <jansson.h>

/* A count or a size; what is too large is the largest there is. */
static inline json_t *json_count(uint64_t value)
{
    return json_integer((json_int_t)MIN(value, (uint64_t)INT64_MAX));
}

/* A time, or null when it is the value that stands for none. */
static inline json_t *json_time(int64_t ns, int64_t none)
{
    return ns == none ? json_null() : json_integer(ns);
}

#endif
