/* cksum's CRC, and digests that are counted while a file grows. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "kube/cksum.h"
#include "kube/digest.h"
#include "tests/harness.h"

/* What GNU cksum prints of these. */
static const struct {
    const char *text;
    uint32_t value;
} rows[] = {
    {"", 4294967295},
    {"123456789", 930766865},
    {"hello\n", 3015617425},
    {"a", 1220704766},
};

static void test_cksum(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct cksum cksum = {0};

        cksum_add(&cksum, (const uint8_t *)rows[i].text, strlen(rows[i].text));
        g_assert_cmpuint(cksum_value(&cksum), ==, rows[i].value);
    }
}

/* However it is cut into pieces. */
static void test_pieces(void)
{
    struct cksum whole = {0};
    uint8_t bytes[1000];

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 31 + i / 7);
    cksum_add(&whole, bytes, sizeof bytes);
    for (size_t piece = 1; piece < 20; piece++) {
        struct cksum cksum = {0};

        for (size_t at = 0; at < sizeof bytes; at += piece)
            cksum_add(&cksum, bytes + at, MIN(piece, sizeof bytes - at));
        g_assert_cmpuint(cksum_value(&cksum), ==, cksum_value(&whole));
    }
}

struct result {
    bool done;
    char *text;
    GError *error;
};

static void on_done(const char *text, const GError *error, void *data)
{
    struct result *result = (struct result *)data;

    g_assert_false(result->done);
    result->done = true;
    result->text = g_strdup(text);
    result->error = error != NULL ? g_error_copy(error) : NULL;
}

struct file {
    char *path;
    int fd;
};

static void file_open(struct file *file, const char *text)
{
    g_autoptr(GError) error = NULL;

    file->fd = g_file_open_tmp("digest-XXXXXX", &file->path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(write(file->fd, text, strlen(text)), ==, (ssize_t)strlen(text));
}

static void file_close(struct file *file)
{
    close(file->fd);
    g_unlink(file->path);
    g_free(file->path);
}

static void test_grows(void)
{
    static const struct {
        enum tool by;
        const char *text;
    } wanted[] = {
        {TOOL_SHA256SUM, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"},
        {TOOL_MD5SUM, "25f9e794323b453885f5181f1b624d0b"},
        {TOOL_CKSUM, "930766865"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
        struct result result = {0};
        struct file file;
        struct digest *digest;

        file_open(&file, "1234");
        digest = digest_new(wanted[i].by, file.fd);
        digest_allow(digest, 2);
        g_usleep(5000);
        /* Where the writer stands is its own. */
        g_assert_cmpint(write(file.fd, "56789xxx", 8), ==, 8);
        digest_allow(digest, 9);
        digest_finish(digest, on_done, &result);
        harness_wait(&result.done);
        g_assert_no_error(result.error);
        g_assert_cmpstr(result.text, ==, wanted[i].text);
        digest_free(digest);
        file_close(&file);
        g_free(result.text);
    }
}

/* A file that is shorter than was said, and one that is let go of in the middle. */
static void test_ends(void)
{
    struct result result = {0}, unheard = {0};
    struct file file;
    struct digest *digest;

    file_open(&file, "1234");
    digest = digest_new(TOOL_MD5SUM, file.fd);
    digest_allow(digest, 5);
    digest_finish(digest, on_done, &result);
    harness_wait(&result.done);
    g_assert_error(result.error, KUBE_ERROR, KUBE_ERROR_FILE);
    g_assert_null(result.text);
    digest_free(digest);

    digest = digest_new(TOOL_MD5SUM, file.fd);
    digest_finish(digest, on_done, &unheard);
    digest_free(digest);
    for (int i = 0; i < 20; i++) {
        g_usleep(1000);
        g_main_context_iteration(NULL, FALSE);
    }
    g_assert_false(unheard.done);
    g_clear_error(&result.error);
    file_close(&file);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/digest/cksum", test_cksum);
    g_test_add_func("/digest/pieces", test_pieces);
    g_test_add_func("/digest/grows", test_grows);
    g_test_add_func("/digest/ends", test_ends);
    return g_test_run();
}
