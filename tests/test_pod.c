/* A pod as it is told, and given up at any time. */
#include <string.h>

#include "kube/pod.h"
#include "tests/harness.h"

struct seen {
    bool done;
    GString *text;
};

static void on_pod(const struct pod *pod, const GError *error, void *data)
{
    struct seen *seen = (struct seen *)data;

    seen->done = true;
    if (error != NULL) {
        g_string_append(seen->text, strstr(error->message, ": ") + 2);
        return;
    }
    g_assert_null(pod_container(pod, "nope"));
    g_string_append_printf(seen->text, "%s/%s %s", pod->namespace, pod->name, pod->phase);
    for (guint i = 0; i < pod->containers->len; i++) {
        const struct container *c = (const struct container *)pod->containers->pdata[i];

        g_assert_true(pod_container(pod, c->name) == c);
        g_string_append_printf(seen->text, "; %d %s %s %s %s %d", c->kind, c->name, c->state,
                               c->reason, c->ready ? "ready" : "not ready", c->restarts);
    }
}

static void test_get(void)
{
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"web", "shop/web Running; 1 app running  ready 0; 1 sidecar running  ready 0"},
        {"payments-7c9d8f6b5-m4s8d",
         "shop/payments-7c9d8f6b5-m4s8d Running; 1 app waiting CrashLoopBackOff not ready 42"},
        {"cart-0", "shop/cart-0 Running; 0 migrate terminated Completed ready 0; 1 app running  "
                   "ready 0"},
        {"search-65c8b7d44f-p7k9h", "shop/search-65c8b7d44f-p7k9h Pending; 1 app unknown  not "
                                    "ready 0"},
        {"nope", "pods \"nope\" not found"},
    };
    struct harness harness;

    harness_up(&harness, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct seen seen = {.text = g_string_new(NULL)};

        pod_get(harness.client, "shop", rows[i].name, on_pod, &seen);
        harness_wait(&seen.done);
        g_assert_cmpstr(seen.text->str, ==, rows[i].text);
        g_string_free(seen.text, TRUE);
    }
    harness_down(&harness);
}

/* Given up while it is asked for, while its answer is read, and by the client's end. */
static void test_given_up(void)
{
    struct harness harness;
    struct seen seen = {.text = g_string_new(NULL)};

    harness_up(&harness, 0);
    for (int steps = 0; steps < 40 && !seen.done; steps++) {
        struct pod_request *request = pod_get(harness.client, "shop", "web", on_pod, &seen);

        for (int i = 0; i < steps && !seen.done; i++)
            g_main_context_iteration(NULL, FALSE);
        if (!seen.done)
            pod_request_cancel(request);
    }
    seen.done = false;
    pod_get(harness.client, "shop", "web", on_pod, &seen);
    g_string_truncate(seen.text, 0);
    client_free(harness.client);
    harness.client = harness_client(demo_kubeconfig(harness.demo), 0);
    for (int i = 0; i < 100; i++) {
        g_main_context_iteration(NULL, FALSE);
        g_usleep(500);
    }
    g_assert_false(seen.done);
    g_string_free(seen.text, TRUE);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pod/get", test_get);
    g_test_add_func("/pod/given-up", test_given_up);
    return g_test_run();
}
