/* The assembler of hand-written traces. */
#include "tests/assemble.h"

#include <string.h>

#include "tests/uvarint.h"
#include "trace/wire2.h"

static uint64_t number(const char *word)
{
    return word[0] == '-' ? (uint64_t)g_ascii_strtoll(word, NULL, 10)
                          : g_ascii_strtoull(word, NULL, 10);
}

static void put_words(GByteArray *out, char **words)
{
    for (size_t i = 0; words[i] != NULL; i++)
        uvarint_put(out, number(words[i]));
}

static void put_byte(GByteArray *out, uint8_t byte)
{
    g_byte_array_append(out, &byte, 1);
}

static uint8_t type_of(const char *name)
{
    static const struct {
        const char *name;
        uint8_t type;
    } tables[] = {
        {"strings", WIRE2_STRINGS},     {"stacks", WIRE2_STACKS},         {"stack", WIRE2_STACK},
        {"samples", WIRE2_CPU_SAMPLES}, {"sample", WIRE2_CPU_SAMPLE},     {"sync", WIRE2_SYNC},
        {"frequency", WIRE2_FREQUENCY}, {"end", WIRE2_END_OF_GENERATION},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        if (strcmp(name, tables[i].name) == 0)
            return tables[i].type;
    for (unsigned i = 0; i < 256; i++)
        if (g_strcmp0(name, wire2_specs[i].name) == 0)
            return (uint8_t)i;
    g_error("no record is called %s", name);
}

static void put_record(GByteArray *data, char **words)
{
    if (strcmp(words[0], "bytes") == 0) {
        for (size_t i = 1; words[i] != NULL; i++)
            put_byte(data, (uint8_t)number(words[i]));
    } else if (strcmp(words[0], "string") == 0) {
        put_byte(data, WIRE2_STRING);
        uvarint_put(data, number(words[1]));
        uvarint_put(data, strlen(words[2]));
        g_byte_array_append(data, (const guint8 *)words[2], (guint)strlen(words[2]));
    } else {
        put_byte(data, type_of(words[0]));
        put_words(data, words + 1);
    }
}

/* Writes the batch that has been collected, if there is one. */
static void put_batch(GByteArray *out, GByteArray *head, GByteArray *data)
{
    if (head->len == 0)
        return;
    g_byte_array_append(out, head->data, head->len);
    uvarint_put(out, data->len);
    g_byte_array_append(out, data->data, data->len);
    g_byte_array_set_size(head, 0);
    g_byte_array_set_size(data, 0);
}

GBytes *assemble(const char *text)
{
    g_autoptr(GByteArray) head = g_byte_array_new();
    g_autoptr(GByteArray) data = g_byte_array_new();
    GByteArray *out = g_byte_array_new();
    g_auto(GStrv) lines = g_strsplit_set(text, ";\n", -1);
    for (size_t i = 0; lines[i] != NULL; i++) {
        g_auto(GStrv) words = g_strsplit(g_strstrip(lines[i]), " ", -1);
        if (words[0] == NULL || words[0][0] == '\0')
            continue;
        if (strcmp(words[0], "go") == 0) {
            char header[16] = "";
            g_snprintf(header, sizeof header, "go %s trace", words[1]);
            g_byte_array_append(out, (const guint8 *)header, sizeof header);
        } else if (strcmp(words[0], "batch") == 0) {
            put_batch(out, head, data);
            put_byte(head, WIRE2_EVENT_BATCH);
            put_words(head, words + 1);
        } else if (strcmp(words[0], "experimental") == 0) {
            put_batch(out, head, data);
            put_byte(head, WIRE2_EXPERIMENTAL_BATCH);
            put_byte(head, (uint8_t)number(words[1]));
            put_words(head, words + 2);
        } else if (strcmp(words[0], "end") == 0) {
            put_batch(out, head, data);
            put_byte(out, WIRE2_END_OF_GENERATION);
        } else {
            put_record(head->len > 0 ? data : out, words);
        }
    }
    put_batch(out, head, data);
    return g_byte_array_free_to_bytes(out);
}
