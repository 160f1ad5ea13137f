/* SipHash-2-4: a hash of bytes that whoever does not know the key cannot make collide.
 *
 * Source: J.-P. Aumasson and D. J. Bernstein, "SipHash: a fast short-input PRF", 2012. */
#ifndef TRACE_SIPHASH_H
#define TRACE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
    uint64_t low, high;
};

uint64_t siphash(struct siphash_key key, const void *bytes, size_t len);

#endif
