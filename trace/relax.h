/* A reader says what it will not look at soon, so that somebody may free that memory meanwhile. */
#ifndef TRACE_RELAX_H
#define TRACE_RELAX_H

#include <stddef.h>

/* Called with a range of bytes: see reader_set_relax(). */
typedef void relax_call(void *data, size_t from, size_t to);

/* How far a walk over the bytes has come. */
struct relax {
    relax_call *call; /* NULL: nobody wants to know */
    void *data;
    size_t at; /* what lies before it has been said */
};

/* How many bytes are looked at before memory is given back: it costs a call to the system. */
#define RELAX_BYTES ((size_t)2 << 20)

/* A walk begins at the first byte. */
static inline void relax_begin(struct relax *relax)
{
    relax->at = 0;
}

/* The bytes before `to` can wait. */
static inline void relax_to(struct relax *relax, size_t to)
{
    if (relax->call == NULL || to < relax->at + RELAX_BYTES)
        return;
    relax->call(relax->data, relax->at, to);
    relax->at = to;
}

#endif
