/* The assembler of hand-written old traces. */
#include "tests/assemble1.h"

#include <stdbool.h>
#include <string.h>

#include "tests/uvarint.h"
#include "trace/wire1.h"

static uint64_t number(const char *word)
{
    return word[0] == '-' ? (uint64_t)g_ascii_strtoll(word, NULL, 10)
                          : g_ascii_strtoull(word, NULL, 10);
}

static void put_byte(GByteArray *out, uint8_t byte)
{
    g_byte_array_append(out, &byte, 1);
}

static void put_text(GByteArray *out, const char *text)
{
    uvarint_put(out, strlen(text));
    g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static uint8_t type_of(const char *name)
{
    static const struct {
        const char *name;
        uint8_t type;
    } others[] = {{"batch", WIRE1_BATCH},
                  {"stack", WIRE1_STACK},
                  {"frequency", WIRE1_FREQUENCY},
                  {"timer", WIRE1_TIMER_GOROUTINE}};
    for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
        if (strcmp(name, others[i].name) == 0)
            return others[i].type;
    for (uint8_t i = 0; i < WIRE1_N_TYPES; i++)
        if (g_strcmp0(name, wire1_specs[i].name) == 0)
            return i;
    g_error("no record is called %s", name);
}

/* The record `words[0]` with its numbers; `n_free` of them need no place in the first byte. */
static void put_record(GByteArray *out, char **words, bool is_long, unsigned n_free)
{
    uint8_t type = type_of(words[0]);
    g_autoptr(GByteArray) body = g_byte_array_new();
    unsigned n = 0;
    const char *text = NULL;
    for (char **word = words + 1; *word != NULL; word++) {
        if (type == WIRE1_USER_LOG && word[1] == NULL) {
            text = *word;
            break;
        }
        uvarint_put(body, number(*word));
        n++;
    }
    is_long = is_long || n > n_free + 3;
    put_byte(out, (uint8_t)(type | (is_long ? 3 : type == WIRE1_BATCH ? 1 : n - n_free - 1) << 6));
    if (is_long)
        uvarint_put(out, body->len);
    g_byte_array_append(out, body->data, body->len);
    if (text != NULL)
        put_text(out, text);
}

GBytes *assemble1(const char *text)
{
    GByteArray *out = g_byte_array_new();
    unsigned n_free = 0;
    g_auto(GStrv) lines = g_strsplit_set(text, ";\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) words = g_strsplit(g_strstrip(lines[i]), " ", -1);
        if (words[0] == NULL || words[0][0] == '\0')
            continue;
        if (strcmp(words[0], "go") == 0) {
            char header[16] = "";
            g_snprintf(header, sizeof header, "go %s trace", words[1]);
            g_byte_array_append(out, (const guint8 *)header, sizeof header);
            n_free = strcmp(words[1], "1.5") == 0;
        } else if (strcmp(words[0], "bytes") == 0) {
            for (size_t k = 1; words[k] != NULL; k++)
                put_byte(out, (uint8_t)number(words[k]));
        } else if (strcmp(words[0], "string") == 0) {
            put_byte(out, WIRE1_STRING);
            uvarint_put(out, number(words[1]));
            put_text(out, words[2]);
        } else {
            bool is_long = strcmp(words[0], "long") == 0;
            put_record(out, words + is_long, is_long, n_free);
        }
    }
    return g_byte_array_free_to_bytes(out);
}
