/* Files that are no trace are called by their names. */
#include <glib.h>
#include <string.h>

#include "trace/looks.h"

static const struct {
    const char *bytes;
    size_t len;        /* 0: that of the text */
    const char *looks; /* NULL: like nothing that is known */
} rows[] = {
    {"\x1f\x8b\x08\0", 4, "a gzip file: unpack it first"},
    {"\x28\xb5\x2f\xfd\x04", 5, "a zstd file: unpack it first"},
    {"\xfd\x37zXZ\0\0", 7, "an xz file: unpack it first"},
    {"BZh91AY&SY", 0, "a bzip2 file: unpack it first"},
    {"\x04\x22\x4d\x18@", 0, "an lz4 file: unpack it first"},
    {"7z\xbc\xaf\x27\x1c\0\4", 8, "a 7-Zip file: unpack it first"},
    {"PK\3\4\x14", 0, "a zip file: unpack it first"},
    {"\x7f\x45LF\2\1\1\0\0\0\0\0\0\0\0\0\2\0>\0", 20, "a program"},
    {"\x7f\x45LF\2\1\1\0\0\0\0\0\0\0\0\0\4\0>\0", 20, "a core dump"},
    {"\x7f\x45LF\2\2\1\0\0\0\0\0\0\0\0\0\0\4\0\0", 20, "a core dump"},
    {"\x7f\x45LF", 0, "a program"},
    {"\x0a\4\x08\1\x10\2\x0a\4", 8, "a pprof profile"},
    {"\x5a\4\x08\1\x10\2\x0a\4", 8, "a pprof profile"},
    {"<!DOCTYPE html>\n<html>", 0, "an HTML page, \"<!DOCTYPE html>\""},
    {"<html><head>", 0, "an HTML page, \"<html><head>\""},
    {"<?xml version=\"1.0\"?>", 0, "XML, \"<?xml version=\"1.0\"?>\""},
    {"{\"kind\":\"Status\"}", 0, "JSON, \"{\"kind\":\"Status\"}\""},
    {"[1]", 0, "JSON, \"[1]\""},
    {"heap profile: 1: 2 [3: 4] @ heap/1048576\n", 0,
     "a heap profile as text, \"heap profile: 1: 2 [3: 4] @ heap/1048576\""},
    {"goroutine profile: total 7\n", 0,
     "a goroutine profile as text, \"goroutine profile: total 7\""},
    {"--- contention:\ncycles", 0, "a block profile as text, \"--- contention:\""},
    {"--- mutex:\ncycles", 0, "a mutex profile as text, \"--- mutex:\""},
    {"panic: boom\n\ngoroutine 1 [running]:", 0,
     "the stacks that a Go program prints when it ends, \"panic: boom\""},
    {"goroutine 1 [running]:\n", 0,
     "the stacks that a Go program prints when it ends, \"goroutine 1 [running]:\""},
    {"Trace Go1.23\n", 0, "a trace as text, made by Go's own tests, \"Trace Go1.23\""},
    {"M=-1 P=-1 G=-1 Sync Time=1 N=1\n", 0,
     "the events of a trace as text, \"M=-1 P=-1 G=-1 Sync Time=1 N=1\""},
    {"Error from server (NotFound): pods \"x\" not found\n", 0,
     "an answer of the API server, \"Error from server (NotFound): pods \"x\" not found\""},
    {"error: unable to upgrade connection\n", 0,
     "an error message, \"error: unable to upgrade connection\""},
    {"cat: /tmp/trace.out: No such file or directory\r\n", 0,
     "an error message, \"cat: /tmp/trace.out: No such file or directory\""},
    {"404 page not found\n", 0, "an answer of a web server, \"404 page not found\""},
    {"hello\nworld", 0, "text, \"hello\""},
    /* Sanitised, and not longer than a line has room for. */
    {"no \x1b[31mred", 0, NULL},
    {"na\xc3\xafve", 0, "text, \"na??ve\""},
    {"0123456789012345678901234567890123456789012345678901234567890123456789", 0,
     "text, \"012345678901234567890123456789012345678901234567890123456789\""},
    {"\1\2\3\4", 0, NULL},
};

static void test_rows(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        size_t len = rows[i].len == 0 ? strlen(rows[i].bytes) : rows[i].len;
        /* A block of its own size: what is read behind it is noticed. */
        g_autofree uint8_t *block = g_memdup2(rows[i].bytes, len);
        g_autofree char *looks = looks_like(block, len);
        g_assert_cmpstr(looks, ==, rows[i].looks);
        for (size_t n = 1; n < len; n++) {
            g_autofree uint8_t *part = g_memdup2(rows[i].bytes, n);
            g_free(looks_like(part, n));
        }
    }
}

static void test_tar(void)
{
    uint8_t block[LOOKS_BYTES] = "trace.out";
    memcpy(block + 257, "ustar", 5);
    g_autofree char *looks = looks_like(block, sizeof block);
    g_assert_cmpstr(looks, ==, "a tar file: unpack it first");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/looks/rows", test_rows);
    g_test_add_func("/looks/tar", test_tar);
    return g_test_run();
}
