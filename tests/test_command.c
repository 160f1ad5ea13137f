/* Short commands in containers of the practice cluster. */
#include <string.h>

#include "kube/command.h"
#include "tests/harness.h"

struct run {
    bool done;
    char *out;
    int exit_status;
    GError *error;
};

static void on_done(struct command_result *result, const GError *error, void *data)
{
    struct run *run = (struct run *)data;

    g_assert_false(run->done);
    run->done = true;
    run->out = g_strndup(result->out->str, result->out->len);
    run->exit_status = result->exit_status;
    run->error = error != NULL ? g_error_copy(error) : NULL;
}

static void run_clear(struct run *run)
{
    g_clear_pointer(&run->out, g_free);
    g_clear_error(&run->error);
    *run = (struct run){0};
}

static void run(struct run *run, struct harness *harness, const char *const *argv, size_t max_bytes)
{
    const struct place place = {"shop", "web", "app"};

    command_run(harness->client, &place, argv, max_bytes, on_done, run);
    g_assert_false(run->done);
    harness_wait(&run->done);
}

static void test_output(void)
{
    const char *const argv[] = {"cat", "/etc/hostname", NULL};
    struct harness harness;
    struct run it = {0};

    harness_up(&harness, 0);
    run(&it, &harness, argv, 9); /* as long as it is */
    g_assert_no_error(it.error);
    g_assert_cmpint(it.exit_status, ==, 0);
    g_assert_cmpstr(it.out, ==, "practice\n");
    run_clear(&it);

    run(&it, &harness, argv, 8);
    g_assert_error(it.error, KUBE_ERROR, KUBE_ERROR_SERVER);
    g_assert_nonnull(
        strstr(it.error->message, "pod shop/web, container app: cat printed more than 0 KiB"));
    g_assert_cmpint(it.exit_status, ==, -1);
    run_clear(&it);
    harness_down(&harness);
}

static void test_failure(void)
{
    const char *const argv[] = {"cat", "/nope", NULL};
    struct harness harness;
    struct run it = {0};

    harness_up(&harness, 0);
    run(&it, &harness, argv, 4096);
    g_assert_error(it.error, KUBE_ERROR, KUBE_ERROR_COMMAND);
    g_assert_cmpint(it.exit_status, ==, 1);
    g_assert_cmpstr(it.out, ==, "");
    run_clear(&it);
    harness_down(&harness);
}

static void test_cancel(void)
{
    const char *const argv[] = {"cat", "/etc/hostname", NULL};
    const struct place place = {"shop", "web", "app"};
    struct harness harness;
    struct run it = {0};

    harness_up(&harness, 0);
    command_cancel(command_run(harness.client, &place, argv, 4096, on_done, &it));
    run(&it, &harness, argv, 4096); /* and the cancelled one does not call */
    g_assert_no_error(it.error);
    run_clear(&it);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/command/output", test_output);
    g_test_add_func("/command/failure", test_failure);
    g_test_add_func("/command/cancel", test_cancel);
    return g_test_run();
}
