/* Memory for bytes whose number is not known: it grows without moving, and its beginning can be
 * given back. */
#ifndef TRACE_RESERVE_H
#define TRACE_RESERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reserve {
    uint8_t *at;
    size_t size;     /* of the addresses that are set aside */
    size_t usable;   /* of them that memory stands behind, or will when written to */
    size_t released; /* bytes at the beginning that must not be touched any more */
};

/* Sets aside up to `size` addresses; as many as there are when those are too many. False: errno. */
bool reserve_init(struct reserve *reserve, size_t size);
void reserve_clear(struct reserve *reserve);

/* Makes bytes[0..upto) usable. False: errno; ENOMEM when they are not set aside. */
bool reserve_grow(struct reserve *reserve, size_t upto);

/* Gives back the whole pages below `upto`. */
void reserve_release(struct reserve *reserve, size_t upto);

#endif
