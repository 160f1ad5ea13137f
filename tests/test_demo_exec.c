/* Commands in the practice cluster: they end as in a real one, and fail as they are told to. */
#include <string.h>

#include "tests/raw.h"

#define TRACE "/tmp/trace_dir/trace.out"
#define WEB_TRACE_BYTES 223075

static void run(struct raw *raw, struct raw_outcome *outcome, const char *container,
                const char *const *argv)
{
    const struct raw_exec exec = {.pod = "web", .container = container, .argv = argv};
    raw_exec(raw, &exec, outcome);
}

static void assert_success(const struct raw_outcome *outcome)
{
    g_assert_cmpstr(raw_string(outcome->status, "status"), ==, "Success");
    g_assert_cmpuint(outcome->close_code, ==, 1000);
    g_assert_false(outcome->inside);
    g_assert_false(outcome->stalled);
}

static void test_exec(struct raw *raw, gconstpointer data)
{
    struct raw_outcome outcome;
    const struct raw_exec exec = {.pod = "web",
                                  .container = "app",
                                  .argv = (const char *const[]){"cat", TRACE, NULL},
                                  .protocols = data};
    raw_exec(raw, &exec, &outcome);
    assert_success(&outcome);
    const char *wanted = data != NULL ? "v4.channel.k8s.io" : "v5.channel.k8s.io";
    g_assert_cmpstr(outcome.protocol, ==, wanted);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    g_assert_cmpmem(outcome.out->data, 13, "go 1.26 trace", 13);
    g_assert_cmpuint(outcome.first_len, ==, 1);
    g_assert_cmpint(outcome.first_channel, ==, 1);
    g_assert_cmpuint(outcome.largest, ==, 32769);
    g_assert_cmpuint(outcome.err->len, ==, 0);

    struct raw_outcome digest;
    run(raw, &digest, "app", (const char *const[]){"/usr/bin/sha256sum", TRACE, NULL});
    assert_success(&digest);
    g_autofree char *own =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, outcome.out->data, outcome.out->len);
    g_assert_cmpmem(digest.out->data, 64, own, 64);
    raw_outcome_clear(&digest);
    raw_outcome_clear(&outcome);
}

struct said {
    const char *argv[5];
    const char *out, *err; /* NULL: not looked at */
    int exit_status;
};

static const struct said said[] = {
    {{"stat", "-c", "%s", TRACE}, "223075\n", "", 0},
    {{"stat", "-c", "%n=%s%%", "/etc/hostname"}, "/etc/hostname=9%\n", "", 0},
    {{"stat", "-c", "%s", "/nope"}, "", "stat: can't stat '/nope': No such file or directory\n", 1},
    {{"wc", "-c", TRACE}, "223075 " TRACE "\n", "", 0},
    {{"wc", "-c", "/nope"}, "", "wc: /nope: No such file or directory\n", 1},
    {{"cat", "/nope"}, "", "cat: can't open '/nope': No such file or directory\n", 1},
    {{"cat", "/tmp/trace_dir"}, "", "cat: read error: Is a directory\n", 1},
    {{"cat", "/etc/hostname", "/tmp/trace_dir/empty.out"}, "practice\n", "", 0},
    {{"cat", "/nope", "/etc/hostname"}, "practice\n", NULL, 1},
    {{"tail", "-c", "+5", "/etc/hostname"}, "tice\n", "", 0},
    {{"tail", "-c", "3", "/etc/hostname"}, "ce\n", "", 0},
    {{"head", "-c", "4", "/etc/hostname"}, "prac", "", 0},
    {{"tail", "-c", "+999", "/etc/hostname"}, "", "", 0},
    {{"ls", "/tmp/trace_dir"},
     "annotations.out\nempty.out\nnotes.txt\nold.out\ntrace.out\ntruncated.out\n",
     "",
     0},
    {{"ls", "-l", "/nope"}, "", "ls: /nope: No such file or directory\n", 1},
    {{"ls", "/"}, "etc\ntmp\n", "", 0},
    {{"echo", "a", "b"}, "a b\n", "", 0},
    {{"cat", "/\xff"}, "", NULL, 1}, /* a status is JSON, and JSON is UTF-8 */
    {{"true"}, "", "", 0},
    {{"false"}, "", "", 1},
};

static void assert_exit(const struct raw_outcome *outcome, int exit_status)
{
    g_assert_cmpuint(outcome->close_code, ==, 1000);
    if (exit_status == 0) {
        assert_success(outcome);
        return;
    }
    g_assert_cmpstr(raw_string(outcome->status, "reason"), ==, "NonZeroExitCode");
    json_t *causes = json_object_get(json_object_get(outcome->status, "details"), "causes");
    g_assert_cmpstr(raw_string(json_array_get(causes, 0), "reason"), ==, "ExitCode");
    g_autofree char *code = g_strdup_printf("%d", exit_status);
    g_assert_cmpstr(raw_string(json_array_get(causes, 0), "message"), ==, code);
}

static void test_commands(struct raw *raw, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(said); i++) {
        struct raw_outcome outcome;
        g_test_message("row %zu: %s", i, said[i].argv[0]);
        run(raw, &outcome, "app", said[i].argv);
        assert_exit(&outcome, said[i].exit_status);
        g_assert_cmpmem(outcome.out->data, outcome.out->len, said[i].out, strlen(said[i].out));
        if (said[i].err != NULL)
            g_assert_cmpmem(outcome.err->data, outcome.err->len, said[i].err, strlen(said[i].err));
        raw_outcome_clear(&outcome);
    }
}

/* More than fits into any buffer on the way: it must be held back, not lost. */
static void test_much_input(struct raw *raw, gconstpointer data)
{
    (void)data;
    struct raw_outcome outcome;
    const size_t len = 20000000;
    g_autofree char *text = g_malloc(len + 1);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)('a' + i % 23);
    text[len] = '\0';
    const struct raw_exec exec = {.pod = "web",
                                  .container = "app",
                                  .argv = (const char *const[]){"cat", NULL},
                                  .input = text};
    raw_exec(raw, &exec, &outcome);
    assert_success(&outcome);
    g_assert_cmpmem(outcome.out->data, outcome.out->len, text, len);
    raw_outcome_clear(&outcome);
}

static void test_input(struct raw *raw, gconstpointer data)
{
    (void)data;
    struct raw_outcome outcome;
    const struct raw_exec exec = {.pod = "web",
                                  .container = "app",
                                  .argv = (const char *const[]){"cat", NULL},
                                  .input = "hello",
                                  .n_pings = 3};
    raw_exec(raw, &exec, &outcome);
    assert_success(&outcome);
    g_assert_cmpuint(outcome.n_pongs, ==, 3);
    g_assert_cmpmem(outcome.out->data, outcome.out->len, "hello", 5);
    raw_outcome_clear(&outcome);
}

struct refusal {
    const char *pod, *container, *protocols;
    int code;
    const char *message;
};

static const struct refusal refusals[] = {
    {"nopod", NULL, NULL, 404, "pods \\\"nopod\\\" not found"},
    {"web", "nope", NULL, 400, "container nope is not valid for pod web"},
    {"web", NULL, NULL, 400,
     "a container name must be specified for pod web, choose one of: [app sidecar]"},
    {"search-65c8b7d44f-p7k9h", NULL, NULL, 400,
     "pod search-65c8b7d44f-p7k9h does not have a host assigned"},
    {"payments-7c9d8f6b5-m4s8d", NULL, "v4.channel.k8s.io", 500, "container not found (\"app\")"},
    {"web", "app", "v3.channel.k8s.io", 403, ""},
    {"payments-7c9d8f6b5-m4s8d", NULL, NULL, 101, "container not found (\"app\")"},
    {"web", "n\xff", NULL, 400, "is not valid for pod web"},
    {"ledger-0", NULL, NULL, 101, "exec: \"cat\": executable file not found in $PATH: unknown"},
};

static void test_refusals(struct raw *raw, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const struct refusal *refusal = &refusals[i];
        g_test_message("%s: %s", refusal->pod, refusal->message);
        struct raw_outcome outcome;
        const struct raw_exec exec = {.pod = refusal->pod,
                                      .container = refusal->container,
                                      .protocols = refusal->protocols,
                                      .argv = (const char *const[]){"cat", TRACE, NULL}};
        raw_exec(raw, &exec, &outcome);
        g_assert_cmpint(outcome.http_code, ==, refusal->code);
        if (refusal->code == 101) {
            g_assert_cmpstr(raw_string(outcome.status, "reason"), ==, "InternalError");
            g_assert_nonnull(strstr(raw_string(outcome.status, "message"), refusal->message));
            g_assert_cmpuint(outcome.out->len, ==, 0);
        } else if (*refusal->message != '\0') {
            g_assert_nonnull(strstr(outcome.body, refusal->message));
        } else {
            g_assert_cmpstr(outcome.body, ==, "");
        }
        raw_outcome_clear(&outcome);
    }
}

static void cat_with(struct raw *raw, const struct demo_faults *faults, struct raw_exec more,
                     struct raw_outcome *outcome)
{
    demo_set_faults(raw->demo, faults);
    more.pod = "web";
    more.container = "app";
    more.argv = (const char *const[]){"cat", TRACE, NULL};
    raw_exec(raw, &more, outcome);
}

static void test_fault_cut(struct raw *raw, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(raw, &(struct demo_faults){.cut_after_bytes = 100000}, (struct raw_exec){0}, &outcome);
    g_assert_cmpuint(outcome.out->len, ==, 100000);
    g_assert_null(outcome.status);
    g_assert_cmpuint(outcome.close_code, ==, 0);
    g_assert_true(outcome.inside);
    raw_outcome_clear(&outcome);

    cat_with(raw, &(struct demo_faults){.cut_after_bytes = 100000, .cut_with_success = true},
             (struct raw_exec){0}, &outcome);
    assert_success(&outcome);
    g_assert_cmpuint(outcome.out->len, ==, 100000);
    raw_outcome_clear(&outcome);

    /* All the bytes, and then nothing that says so. */
    cat_with(raw, &(struct demo_faults){.cut_after_bytes = WEB_TRACE_BYTES}, (struct raw_exec){0},
             &outcome);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    g_assert_null(outcome.status);
    raw_outcome_clear(&outcome);
}

static void test_fault_stall(struct raw *raw, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(raw, &(struct demo_faults){.stall_after_bytes = 70000},
             (struct raw_exec){.patience_ms = 300}, &outcome);
    g_assert_true(outcome.stalled);
    g_assert_cmpuint(outcome.out->len, ==, 70000);
    g_assert_null(outcome.status);
    raw_outcome_clear(&outcome);
}

static void test_fault_words(struct raw *raw, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(raw, &(struct demo_faults){.no_cat = true}, (struct raw_exec){0}, &outcome);
    g_assert_cmpstr(raw_string(outcome.status, "reason"), ==, "InternalError");
    raw_outcome_clear(&outcome);
    run(raw, &outcome, "app", (const char *const[]){"stat", "-c", "%s", TRACE, NULL});
    assert_success(&outcome);
    raw_outcome_clear(&outcome);
    demo_set_faults(raw->demo, &(struct demo_faults){.no_stat = true});
    run(raw, &outcome, "app", (const char *const[]){"stat", "-c", "%s", TRACE, NULL});
    g_assert_cmpstr(raw_string(outcome.status, "reason"), ==, "InternalError");
    raw_outcome_clear(&outcome);

    cat_with(raw, &(struct demo_faults){.wrong_exit = true}, (struct raw_exec){0}, &outcome);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    assert_exit(&outcome, 1);
    raw_outcome_clear(&outcome);

    cat_with(raw, &(struct demo_faults){.http_status = 403}, (struct raw_exec){0}, &outcome);
    g_assert_cmpint(outcome.http_code, ==, 403);
    g_assert_nonnull(strstr(outcome.body, "forbidden"));
    raw_outcome_clear(&outcome);
}

static void test_fault_protocol(struct raw *raw, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    cat_with(raw, &(struct demo_faults){.v4_only = true}, (struct raw_exec){0}, &outcome);
    assert_success(&outcome);
    g_assert_cmpstr(outcome.protocol, ==, "v4.channel.k8s.io");
    raw_outcome_clear(&outcome);
    cat_with(raw, &(struct demo_faults){.v4_only = true},
             (struct raw_exec){.protocols = "v5.channel.k8s.io"}, &outcome);
    g_assert_cmpint(outcome.http_code, ==, 403);
    g_assert_cmpstr(outcome.body, ==, "");
    raw_outcome_clear(&outcome);
}

static void test_fault_slow(struct raw *raw, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    gint64 began_us = g_get_monotonic_time();
    cat_with(raw, &(struct demo_faults){.bytes_per_s = 2 * WEB_TRACE_BYTES}, (struct raw_exec){0},
             &outcome);
    gint64 took_us = g_get_monotonic_time() - began_us;
    assert_success(&outcome);
    g_assert_cmpuint(outcome.out->len, ==, WEB_TRACE_BYTES);
    g_assert_cmpint(took_us, >=, G_USEC_PER_SEC * 45 / 100);
    raw_outcome_clear(&outcome);
}

/* A client that says CLOSE in mid-transfer gets a CLOSE and no status. */
static void test_cancel(struct raw *raw, gconstpointer data)
{
    struct raw_outcome outcome;
    (void)data;
    demo_add_file(raw->demo, "/huge", UINT64_C(1) << 40);
    const struct raw_exec exec = {.pod = "web",
                                  .container = "app",
                                  .argv = (const char *const[]){"cat", "/huge", NULL},
                                  .close_after = 1000000};
    raw_exec(raw, &exec, &outcome);
    g_assert_false(outcome.stalled);
    g_assert_null(outcome.status);
    g_assert_cmpuint(outcome.close_code, ==, 1000);
    raw_outcome_clear(&outcome);
}

/* Whoever speaks nonsense after the upgrade is shown out, and nobody else notices. */
static void test_nonsense(struct raw *raw, gconstpointer data)
{
    (void)data;
    g_autoptr(GRand) rand = g_rand_new_with_seed(13);
    for (int round = 0; round < 20; round++) {
        g_autoptr(GSocketConnection) connection =
            raw_open(raw, raw->token, RAW_EXEC "&stdin=1&command=cat", RAW_UPGRADE);
        GSocket *socket = g_socket_connection_get_socket(connection);
        char bytes[200];
        /* The first frame is not masked, which alone is an offence. */
        bytes[0] = (char)0x82;
        bytes[1] = 5;
        for (size_t i = 2; i < sizeof bytes; i++)
            bytes[i] = (char)g_rand_int_range(rand, 0, 256);
        g_assert_cmpint(g_socket_send(socket, bytes, sizeof bytes, NULL, NULL), >, 0);
        g_autoptr(GError) error = NULL;
        gssize n;
        while ((n = g_socket_receive(socket, bytes, sizeof bytes, NULL, &error)) > 0)
            ;
        g_assert_no_error(error); /* the end came, and not the deadline */
    }
    struct raw_outcome outcome;
    run(raw, &outcome, "app", (const char *const[]){"true", NULL});
    assert_success(&outcome);
    raw_outcome_clear(&outcome);
}

/* The bytes depend on their place only: a tail is the end of the whole. */
static void test_random_file(struct raw *raw, gconstpointer data)
{
    struct raw_outcome whole, tail, digest;
    (void)data;
    demo_add_file(raw->demo, "/data/random", 100003);
    run(raw, &whole, "sidecar", (const char *const[]){"cat", "/data/random", NULL});
    run(raw, &tail, "app", (const char *const[]){"tail", "-c", "+54322", "/data/random", NULL});
    run(raw, &digest, "app", (const char *const[]){"sha256sum", "/data/random", NULL});
    g_assert_cmpuint(whole.out->len, ==, 100003);
    g_assert_cmpmem(whole.out->data + 54321, 100003 - 54321, tail.out->data, tail.out->len);
    g_autofree char *own =
        g_compute_checksum_for_data(G_CHECKSUM_SHA256, whole.out->data, whole.out->len);
    g_assert_cmpmem(digest.out->data, 64, own, 64);
    raw_outcome_clear(&whole);
    raw_outcome_clear(&tail);
    raw_outcome_clear(&digest);
}

/* How fast the server is by itself, so that a measured client is known not to wait for it. */
static void test_speed(struct raw *raw, gconstpointer data)
{
    (void)data;
    const gsize size = 300000000;
    demo_add_file(raw->demo, "/big", size);
    g_autoptr(GSocketConnection) connection =
        raw_open(raw, raw->token, RAW_EXEC "&command=cat&command=/big", RAW_UPGRADE);
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    static char buffer[65536];
    gsize total = 0;
    g_test_timer_start();
    for (gssize n; (n = g_input_stream_read(in, buffer, sizeof buffer, NULL, NULL)) > 0;)
        total += (gsize)n;
    double s = g_test_timer_elapsed();
    g_assert_cmpuint(total, >, size);
    g_test_maximized_result(size / 1e6 / s, "exec: %.0f MB/s", size / 1e6 / s);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *path;
        void (*test)(struct raw *raw, gconstpointer data);
        const char *data;
    } tests[] = {
        {"/demo-exec/v5", test_exec, NULL},
        {"/demo-exec/v4", test_exec, "v4.channel.k8s.io"},
        {"/demo-exec/commands", test_commands, NULL},
        {"/demo-exec/input", test_input, NULL},
        {"/demo-exec/much-input", test_much_input, NULL},
        {"/demo-exec/refusals", test_refusals, NULL},
        {"/demo-exec/cancel", test_cancel, NULL},
        {"/demo-exec/nonsense", test_nonsense, NULL},
        {"/demo-exec/random-file", test_random_file, NULL},
        {"/demo-exec/fault-cut", test_fault_cut, NULL},
        {"/demo-exec/fault-stall", test_fault_stall, NULL},
        {"/demo-exec/fault-words", test_fault_words, NULL},
        {"/demo-exec/fault-protocol", test_fault_protocol, NULL},
        {"/demo-exec/fault-slow", test_fault_slow, NULL},
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, struct raw, tests[i].data, raw_set_up, tests[i].test,
                   raw_tear_down);
    if (g_test_perf()) /* a figure to read, not a test */
        g_test_add("/demo-exec/speed", struct raw, NULL, raw_set_up, test_speed, raw_tear_down);
    return g_test_run();
}
