#include "kube/cksum.h"

#include <stdbool.h>

#include <glib.h>

#define POLYNOMIAL 0x04c11db7u
#define LANES 8 /* bytes that are taken at a time: a table for each */

static uint32_t tables[LANES][256];

static void make_tables(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i << 24;

        for (int bit = 0; bit < 8; bit++)
            crc = crc << 1 ^ (crc >> 31 != 0 ? POLYNOMIAL : 0);
        tables[0][i] = crc;
    }
    for (int lane = 1; lane < LANES; lane++)
        for (int i = 0; i < 256; i++) {
            uint32_t before = tables[lane - 1][i];

            tables[lane][i] = before << 8 ^ tables[0][before >> 24];
        }
}

static uint32_t add_byte(uint32_t crc, uint8_t byte)
{
    return crc << 8 ^ tables[0][crc >> 24 ^ byte];
}

static uint32_t add_lanes(uint32_t crc, const uint8_t *p)
{
    crc ^= (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return tables[7][crc >> 24] ^ tables[6][crc >> 16 & 255] ^ tables[5][crc >> 8 & 255] ^
           tables[4][crc & 255] ^ tables[3][p[4]] ^ tables[2][p[5]] ^ tables[1][p[6]] ^
           tables[0][p[7]];
}

void cksum_add(struct cksum *cksum, const uint8_t *bytes, size_t len)
{
    static gsize made;
    uint32_t crc = cksum->crc;

    if (g_once_init_enter(&made)) {
        make_tables();
        g_once_init_leave(&made, 1);
    }
    cksum->bytes += len;
    for (; len >= LANES; len -= LANES, bytes += LANES)
        crc = add_lanes(crc, bytes);
    for (; len > 0; len--)
        crc = add_byte(crc, *bytes++);
    cksum->crc = crc;
}

uint32_t cksum_value(const struct cksum *cksum)
{
    struct cksum whole = *cksum;

    /* The length belongs to it, low byte first, without leading zeros. */
    for (uint64_t n = cksum->bytes; n > 0; n >>= 8) {
        uint8_t byte = (uint8_t)n;

        cksum_add(&whole, &byte, 1);
    }
    return ~whole.crc;
}
