/* Remembered paths: newest first, for each cluster its own, and no file can do harm. */
#include "tui/history.h"

#include <glib/gstdio.h>

static char *folder, *file;

static void remember_of(const char *cluster, const char *workload, const char *path)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(history_remember(cluster, workload, path, &error));
    g_assert_no_error(error);
}

static void remember(const char *cluster, const char *path)
{
    remember_of(cluster, NULL, path);
}

/* The paths of a cluster, joined by a blank. */
static void check(const char *cluster, const char *expected)
{
    g_auto(GStrv) paths = history_paths(cluster, NULL);
    g_autofree char *joined = g_strjoinv(" ", paths);
    g_assert_cmpstr(joined, ==, expected);
}

static void test_newest_first(void)
{
    check("a", "");
    remember("a", "/1");
    remember("a", "/2");
    remember("b", "/3");
    remember("a", "/1");
    check("a", "/1 /2");
    check("b", "/3");
    check("c", "");
}

/* Those of the workload come first; of the cluster's others, each once. */
static void test_workloads(void)
{
    remember("w", "/by-an-older-program");
    remember_of("w", "shop/Deployment/web/app", "/web");
    remember_of("w", "shop/Deployment/cart/app", "/cart");
    remember_of("w", "shop/Deployment/cart/app", "/web");
    remember_of("other", "shop/Deployment/web/app", "/elsewhere");
    g_auto(GStrv) paths = history_paths("w", "shop/Deployment/web/app");
    g_autofree char *joined = g_strjoinv(" ", paths);
    g_assert_cmpstr(joined, ==, "/web /cart /by-an-older-program");
    check("w", "/web /cart /by-an-older-program");
    g_autofree char *own = history_path("w", "shop/Deployment/cart/app");
    g_assert_cmpstr(own, ==, "/web");
    g_assert_null(history_path("w", "shop/Deployment/web/sidecar"));
    g_assert_null(history_path("w", "shop/Deployment/we"));
    remember_of("w", "tab\tnew\nline", "/odd\n");
    g_autofree char *odd = history_path("w", "tab\tnew\nline");
    g_assert_cmpstr(odd, ==, "/odd\n");
}

static void test_image(void)
{
    g_assert_null(history_image());
    g_assert_true(history_remember_image("registry.example/busybox:1\n", NULL));
    g_autofree char *image = history_image();
    g_assert_cmpstr(image, ==, "registry.example/busybox:1\n");
}

static void test_strange_bytes(void)
{
    remember("https://[::1]:6443", "/a\tb\nc\xff/日本");
    check("https://[::1]:6443", "/a\tb\nc\xff/日本");
    remember("tab\tnew\nline", "/x");
    check("tab\tnew\nline", "/x");
    check("tab", "");
}

static void test_bounded(void)
{
    for (int i = 0; i < 1000; i++) {
        g_autofree char *path = g_strdup_printf("/%d", i);
        remember("many", path);
    }
    g_auto(GStrv) paths = history_paths("many", NULL);
    g_assert_cmpuint(g_strv_length(paths), ==, 12);
    g_assert_cmpstr(paths[0], ==, "/999");
    GStatBuf status;
    g_assert_cmpint(g_stat(file, &status), ==, 0);
    g_assert_cmpint(status.st_size, <, 8000);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
}

static void test_garbage(void)
{
    g_assert_true(g_file_set_contents(file, "\t\n\ta\n\0\xff\na\t\na", 12, NULL));
    check("a", "");
    remember("a", "/1");
    check("a", "/1");
}

static void test_cannot_write(void)
{
    g_autoptr(GError) error = NULL;
    g_setenv("XDG_STATE_HOME", "/dev/null", TRUE);
    g_assert_false(history_remember("a", NULL, "/1", &error));
    g_assert_nonnull(error);
    check("a", "");
    g_setenv("XDG_STATE_HOME", folder, TRUE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("tracetui-history-XXXXXX", NULL);
    file = g_build_filename(folder, "tracetui", "paths", NULL);
    g_setenv("XDG_STATE_HOME", folder, TRUE);
    g_test_add_func("/history/newest_first", test_newest_first);
    g_test_add_func("/history/workloads", test_workloads);
    g_test_add_func("/history/image", test_image);
    g_test_add_func("/history/strange_bytes", test_strange_bytes);
    g_test_add_func("/history/bounded", test_bounded);
    g_test_add_func("/history/garbage", test_garbage);
    g_test_add_func("/history/cannot_write", test_cannot_write);
    int status = g_test_run();
    g_autofree char *inner = g_path_get_dirname(file);
    g_autofree char *image = g_build_filename(inner, "debug-image", NULL);
    g_unlink(image);
    g_unlink(file);
    g_rmdir(inner);
    g_rmdir(folder);
    g_free(file);
    g_free(folder);
    return status;
}
