/* Login plugins: what they are asked, what is made of their answers, and how they get to a
 * terminal. */
#include <string.h>

#include "kube/plugin_run.h"
#include "tests/harness.h"
#include "tests/plugin_room.h"

#define PEM(word) "-----BEGIN CERTIFICATE-----\\n" word "\\n-----END CERTIFICATE-----\\n"

struct outcome {
    bool done;
    struct plugin_answer answer;
    GError *error;
};

static void on_answer(struct plugin_answer *answer, const GError *error, void *data)
{
    struct outcome *outcome = (struct outcome *)data;

    g_assert_false(outcome->done);
    outcome->done = true;
    if (error != NULL) {
        g_assert_null(answer);
        outcome->error = g_error_copy(error);
        return;
    }
    outcome->answer = *answer;
    *answer = (struct plugin_answer){0};
}

/* --- answers --- */

static const struct {
    const char *body; /* NULL: there is no such program */
    enum plugin_mode mode;
    const char *message; /* after the beginning that all share; NULL: it is good */
} rows[] = {
    {TOKEN("SECRET"), PLUGIN_NEVER, NULL},
    {"echo a warning >&2\n" TOKEN("SECRET"), PLUGIN_IF_AVAILABLE, NULL},
    {NULL, PLUGIN_NEVER, "is not installed here: get it at https://example.org"},
    {TOKEN("SECRET"), PLUGIN_ALWAYS,
     "always asks something (interactiveMode), but the standard input is no terminal"},
    {"exit 3", PLUGIN_NEVER, "failed with exit status 3"},
    {"printf 'one\\ntwo\\n\\n  three \\nfour\\n' >&2; exit 1", PLUGIN_NEVER,
     "failed with exit status 1: two / three / four"},
    {TOKEN("SECRET") "exit 1", PLUGIN_NEVER, "failed with exit status 1"},
    {"kill -9 $$", PLUGIN_NEVER, "was ended by signal 9 (Killed)"},
    {"", PLUGIN_NEVER, "answered nothing"},
    {"echo", PLUGIN_NEVER, "answered nothing"},
    {"echo SECRET", PLUGIN_NEVER, "answered with something that is no JSON object"},
    {"echo '[\"SECRET\"]'", PLUGIN_NEVER, "answered with something that is no JSON object"},
    {TOKEN("SECRET") TOKEN("SECRET"), PLUGIN_NEVER,
     "answered with something that is no JSON object"},
    {"echo '{\"kind\":\"Status\"}'", PLUGIN_NEVER,
     "answered with \"Status\" instead of an ExecCredential"},
    {"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "beta1\"}'", PLUGIN_NEVER,
     "answered in \"" V1 "beta1\", but the kubeconfig wants \"" V1 "\""},
    {"echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\"}'", PLUGIN_NEVER,
     "answered without a status"},
    {GOOD(""), PLUGIN_NEVER, "answered with neither a token nor a certificate"},
    {GOOD("\"token\":7"), PLUGIN_NEVER, "answered with neither a token nor a certificate"},
    {GOOD("\"clientCertificateData\":\"SECRET\""), PLUGIN_NEVER,
     "answered with a certificate without its key"},
    {GOOD("\"clientKeyData\":\"SECRET\""), PLUGIN_NEVER,
     "answered with a key without its certificate"},
    {GOOD("\"clientKeyData\":\"SECRET\",\"clientCertificateData\":\"SECRET\""), PLUGIN_NEVER,
     "answered with a certificate or key that is not PEM text"},
    {GOOD("\"token\":\"SECRET\\r\\nX: y\""), PLUGIN_NEVER,
     "answered with a token that holds a line end"},
    {GOOD("\"token\":\"SECRET\",\"expirationTimestamp\":\"soon\""), PLUGIN_NEVER,
     "answered with an expirationTimestamp that is no time"},
    {"head -c 300000 /dev/zero", PLUGIN_NEVER, "answered with more than 256 KiB"},
    {"echo why >&2; sleep 60", PLUGIN_NEVER, "gave no answer in 0 seconds: why"},
    {"kill -STOP $$", PLUGIN_NEVER, "asks something, but there is no terminal here to ask at"},
};

static void test_answers(struct room *room, gconstpointer data)
{
    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct plugin *plugin = room_plugin(room, rows[i].body, rows[i].mode);
        struct outcome outcome = {0};
        g_autofree char *wanted =
            g_strdup_printf("the login plugin \"%s\" of user \"ann\" %s", plugin->command,
                            rows[i].message != NULL ? rows[i].message : "");

        g_test_message("%s", rows[i].body);
        if (rows[i].message != NULL && strstr(rows[i].message, "in 0 seconds") != NULL)
            plugin->limit_ms = 300;
        plugin_run_start(plugin, NULL, NULL, on_answer, &outcome);
        g_assert_false(outcome.done);
        harness_wait(&outcome.done);
        if (rows[i].message == NULL) {
            g_assert_no_error(outcome.error);
            g_assert_cmpstr(outcome.answer.token, ==, "SECRET");
        } else {
            g_assert_error(outcome.error, KUBE_ERROR, KUBE_ERROR_PLUGIN);
            g_assert_cmpstr(outcome.error->message, ==, wanted);
        }
        plugin_answer_clear(&outcome.answer);
        g_clear_error(&outcome.error);
        plugin_free(plugin);
    }
}

/* All that an answer may hold, and what the plugin saw of us. */
static void test_whole(struct room *room, gconstpointer data)
{
    struct plugin *plugin = room_plugin(
        room,
        "echo \"$A $KUBERNETES_EXEC_INFO $*\" > $FOLDER/seen\ncat >> $FOLDER/seen\n" GOOD(
            "\"token\":\"t\",\"clientCertificateData\":\"" PEM("c") "\",\"clientKeyData\":\"" PEM(
                "k") "\",\"expirationTimestamp\":\"2030-01-02T03:04:05Z\""),
        PLUGIN_IF_AVAILABLE);
    struct outcome outcome = {0};
    g_autofree char *seen = NULL;

    (void)data;
    g_strfreev(plugin->env);
    g_strfreev(plugin->args);
    plugin->env = g_strsplit("A=b=c", ",", 0);
    plugin->args = g_strsplit("x,y", ",", 0);
    plugin_run_start(plugin, NULL, NULL, on_answer, &outcome);
    harness_wait(&outcome.done);
    g_assert_no_error(outcome.error);
    seen = room_read(room, "seen");
    g_assert_cmpstr(seen, ==,
                    "b=c {\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
                    "\",\"spec\":{\"interactive\":false}} x y");
    g_assert_cmpstr(outcome.answer.token, ==, "t");
    g_assert_cmpint(outcome.answer.expires_s, ==, 1893553445);
    g_assert_cmpint(g_bytes_get_size(outcome.answer.cert), ==, 56);
    g_assert_nonnull(strstr((const char *)g_bytes_get_data(outcome.answer.key, NULL), "\nk\n"));
    plugin_answer_clear(&outcome.answer);
    plugin_free(plugin);
}

/* --- the terminal --- */

struct terminal {
    int group;
    unsigned asked, taken_back;
    GString *said;
};

static bool on_leave(void *data)
{
    return ++((struct terminal *)data)->asked > 1; /* not just now, the first time */
}

static void on_give(int group, void *data)
{
    ((struct terminal *)data)->group = group;
}

static void on_take_back(void *data)
{
    ((struct terminal *)data)->taken_back++;
}

static void on_say(const char *bytes, size_t len, void *data)
{
    g_string_append_len(((struct terminal *)data)->said, bytes, (gssize)len);
}

static const struct lender lender = {
    .leave = on_leave, .give = on_give, .take_back = on_take_back, .say = on_say};

/* A program that is stopped, as by its reading from a terminal, begins anew with the terminal its
 * own; no time limit is put on who types. */
static void test_lend(struct room *room, gconstpointer data)
{
    struct plugin *plugin =
        room_plugin(room,
                    "printf Password: >&2\n"
                    "[ $(wc -c < $FOLDER/runs) -gt 1 ] || kill -STOP $$\n"
                    "sleep 0.5; kill -STOP $$; echo thanks >&2\n" TOKEN("SECRET"),
                    PLUGIN_ALWAYS);
    struct terminal terminal = {.said = g_string_new(NULL)};
    struct outcome outcome = {0};

    (void)data;
    plugin->limit_ms = 400;
    plugin_run_start(plugin, &lender, &terminal, on_answer, &outcome);
    harness_wait(&outcome.done);
    g_assert_no_error(outcome.error);
    g_assert_cmpuint(terminal.asked, ==, 2);
    g_assert_cmpuint(terminal.taken_back, ==, 1);
    g_assert_cmpint(terminal.group, >, 1);
    room_check_runs(room, 2);
    g_assert_cmpstr(terminal.said->str, ==, "Password:thanks\n");
    g_string_free(terminal.said, TRUE);
    plugin_answer_clear(&outcome.answer);
    plugin_free(plugin);
}

/* ^C on a terminal that is shared ends the plugin and us; whose end is seen first is chance. */
static void test_interrupted(struct room *room, gconstpointer data)
{
    static const struct lender sharing = {.inherit = true};
    struct plugin *plugin = room_plugin(room, "kill -INT $$", PLUGIN_IF_AVAILABLE);
    struct outcome shared = {0}, apart = {0};

    (void)data;
    plugin_run_start(plugin, &sharing, NULL, on_answer, &shared);
    harness_wait(&shared.done);
    g_assert_error(shared.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    plugin_run_start(plugin, NULL, NULL, on_answer, &apart);
    harness_wait(&apart.done);
    g_assert_error(apart.error, KUBE_ERROR, KUBE_ERROR_PLUGIN);
    g_clear_error(&shared.error);
    g_clear_error(&apart.error);
    plugin_free(plugin);
}

/* One that says something and then waits is heard; one that is quick is not. */
static void test_say(struct room *room, gconstpointer data)
{
    static const char *const said[] = {"", "go to example.org\n"};

    (void)data;
    for (int i = 0; i < 2; i++) {
        struct plugin *plugin =
            room_plugin(room,
                        i == 0 ? "echo ah >&2\n" TOKEN("SECRET")
                               : "echo go to example.org >&2; sleep 1.6\n" TOKEN("SECRET"),
                        PLUGIN_NEVER);
        struct terminal terminal = {.asked = 1, .said = g_string_new(NULL)};
        struct outcome outcome = {0};

        plugin_run_start(plugin, &lender, &terminal, on_answer, &outcome);
        harness_wait(&outcome.done);
        g_assert_no_error(outcome.error);
        g_assert_cmpstr(terminal.said->str, ==, said[i]);
        g_assert_cmpuint(terminal.taken_back, ==, (unsigned)i);
        g_string_free(terminal.said, TRUE);
        plugin_answer_clear(&outcome.answer);
        plugin_free(plugin);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*fn)(struct room *room, gconstpointer data);
    } tests[] = {
        {"/plugin/answers", test_answers},
        {"/plugin/whole", test_whole},
        {"/plugin/lend", test_lend},
        {"/plugin/interrupted", test_interrupted},
        {"/plugin/say", test_say},
    };

    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].name, struct room, NULL, room_up, tests[i].fn, room_down);
    return g_test_run();
}
