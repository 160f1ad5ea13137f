/* The CRC of POSIX cksum (XCU, cksum, "EXTENDED DESCRIPTION"), which GLib does not have. */
#ifndef KUBE_CKSUM_H
#define KUBE_CKSUM_H

#include <stddef.h>
#include <stdint.h>

struct cksum {
    uint32_t crc;
    uint64_t bytes;
}; /* all zero is a good beginning */

void cksum_add(struct cksum *cksum, const uint8_t *bytes, size_t len);
/* What cksum prints first. */
uint32_t cksum_value(const struct cksum *cksum);

#endif
