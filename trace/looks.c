/* Files that end up where a trace was expected, by how they begin. */
#include "trace/looks.h"

#include <stdbool.h>
#include <string.h>

#define MAX_LINE 60

/* Binary files. */
static const struct {
    size_t at;
    const char *magic;
    const char *name;
} files[] = {
    {0, "\x1f\x8b", "a gzip file: unpack it first"},
    {0, "\x28\xb5\x2f\xfd", "a zstd file: unpack it first"},
    {0,
     "\xfd"
     "7zXZ",
     "an xz file: unpack it first"},
    {0, "BZh", "a bzip2 file: unpack it first"},
    {0, "\x04\x22\x4d\x18", "an lz4 file: unpack it first"},
    {0, "7z\xbc\xaf\x27\x1c", "a 7-Zip file: unpack it first"},
    {0, "PK\x03\x04", "a zip file: unpack it first"},
    {257, "ustar", "a tar file: unpack it first"},
};

/* Text, by its first word; names end in what the user may have meant. */
static const struct {
    const char *begin, *name;
} texts[] = {
    {"<!", "an HTML page"},
    {"<html", "an HTML page"},
    {"<HTML", "an HTML page"},
    {"<?xml", "XML"},
    {"{", "JSON"},
    {"[", "JSON"},
    {"heap profile: ", "a heap profile as text"},
    {"goroutine profile: ", "a goroutine profile as text"},
    {"threadcreate profile: ", "a threadcreate profile as text"},
    {"--- contention", "a block profile as text"},
    {"--- mutex", "a mutex profile as text"},
    {"goroutine ", "the stacks that a Go program prints when it ends"},
    {"panic: ", "the stacks that a Go program prints when it ends"},
    {"Trace Go1.", "a trace as text, made by Go's own tests"},
    {"M=-1 P=-1 G=-1 Sync ", "the events of a trace as text"},
    {"Error from server", "an answer of the API server"},
    {"error: ", "an error message"},
    {"Error: ", "an error message"},
    {"cat: ", "an error message"},
    {"tar: ", "an error message"},
    {"ls: ", "an error message"},
    {"sh: ", "an error message"},
    {"/bin/sh: ", "an error message"},
    {"OCI runtime exec failed", "an error message"},
    {"404 page not found", "an answer of a web server"},
};

/* As much of the first line as is fit to be shown; NULL when the file is no text. */
static char *first_line(const uint8_t *bytes, size_t len)
{
    GString *line = g_string_new(NULL);
    bool in_line = true;
    for (size_t i = 0; i < MIN(len, LOOKS_BYTES); i++) {
        uint8_t byte = bytes[i];
        if (byte < 0x20 && strchr("\t\n\r", byte) == NULL) {
            g_string_free(line, TRUE);
            return NULL;
        }
        in_line = in_line && byte != '\n' && byte != '\r' && line->len < MAX_LINE;
        if (in_line)
            g_string_append_c(line, byte >= 0x20 && byte < 0x7f ? (char)byte : '?');
    }
    return g_string_free(line, FALSE);
}

static bool begins(const uint8_t *bytes, size_t len, size_t at, const char *magic)
{
    size_t n = strlen(magic);
    return len >= at + n && memcmp(bytes + at, magic, n) == 0;
}

/* Its type stands at byte 16, in the byte order that byte 5 names. */
static const char *elf_name(const uint8_t *bytes, size_t len)
{
    if (len < 18)
        return "a program";
    int type = bytes[5] == 2 ? bytes[16] << 8 | bytes[17] : bytes[17] << 8 | bytes[16];
    return type == 4 ? "a core dump" : "a program";
}

/* The protobuf of pprof, which is mostly gzipped: it begins with the types of its samples, or with
 * that of its period, as a message of two small numbers. */
static bool is_pprof(const uint8_t *bytes, size_t len)
{
    return len > 6 && (bytes[0] == 0x0a || bytes[0] == 0x5a) && bytes[1] >= 2 && bytes[1] <= 8 &&
           bytes[2] == 0x08 && (bytes[1] == 2 || bytes[4] == 0x10 || bytes[5] == 0x10);
}

char *looks_like(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
        if (begins(bytes, len, files[i].at, files[i].magic))
            return g_strdup(files[i].name);
    if (begins(bytes, len, 0,
               "\x7f"
               "ELF"))
        return g_strdup(elf_name(bytes, len));
    if (is_pprof(bytes, len))
        return g_strdup("a pprof profile");
    g_autofree char *line = first_line(bytes, len);
    if (line == NULL)
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (g_str_has_prefix(line, texts[i].begin))
            return g_strdup_printf("%s, \"%s\"", texts[i].name, line);
    return g_strdup_printf("text, \"%s\"", line);
}
