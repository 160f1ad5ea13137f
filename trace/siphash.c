/* Two rounds for each word of eight bytes, four at the end. */
#include "trace/siphash.h"

struct state {
    uint64_t a, b, c, d;
};

static uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static void round_of(struct state *s)
{
    s->a += s->b;
    s->c += s->d;
    s->b = rotate(s->b, 13) ^ s->a;
    s->d = rotate(s->d, 16) ^ s->c;
    s->a = rotate(s->a, 32);
    s->c += s->b;
    s->a += s->d;
    s->b = rotate(s->b, 17) ^ s->c;
    s->d = rotate(s->d, 21) ^ s->a;
    s->c = rotate(s->c, 32);
}

static void take_word(struct state *s, uint64_t word)
{
    s->d ^= word;
    round_of(s);
    round_of(s);
    s->a ^= word;
}

/* Up to eight bytes, the first one lowest. */
static uint64_t word_of(const uint8_t *at, size_t len)
{
    uint64_t word = 0;
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)at[i] << 8 * i;
    return word;
}

uint64_t siphash(struct siphash_key key, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    struct state s = {
        key.low ^ UINT64_C(0x736f6d6570736575),
        key.high ^ UINT64_C(0x646f72616e646f6d),
        key.low ^ UINT64_C(0x6c7967656e657261),
        key.high ^ UINT64_C(0x7465646279746573),
    };
    for (size_t i = 0; i < len / 8; i++, at += 8)
        take_word(&s, word_of(at, 8));
    take_word(&s, word_of(at, len % 8) | (uint64_t)len << 56);
    s.c ^= 0xff;
    for (int i = 0; i < 4; i++)
        round_of(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}
