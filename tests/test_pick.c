/* Which containers are meant, and what is said of pods that are left out. */
#include <string.h>

#include "kube/pick.h"
#include "tests/harness.h"

struct run {
    bool done;
    GString *said; /* a line for each pod */
    GError *error;
};

static void on_picked(const GPtrArray *picked, const GError *error, void *data)
{
    struct run *run = data;

    g_assert_false(run->done);
    run->done = true;
    run->error = error != NULL ? g_error_copy(error) : NULL;
    for (guint i = 0; picked != NULL && i < picked->len; i++) {
        const struct picked *one = g_ptr_array_index(picked, i);
        g_string_append_printf(run->said, "%s/%s", one->place->namespace, one->place->pod);
        if (one->why == NULL)
            g_string_append_printf(run->said, " %s\n", one->place->container);
        else
            g_string_append_printf(run->said, ": %s\n", one->why);
    }
}

/* What is said of them. */
static char *pick(struct harness *harness, const struct pick_query *query)
{
    struct run run = {.said = g_string_new(NULL)};
    struct pick *it = pick_start(harness->client, query, on_picked, &run);

    harness_wait(&run.done);
    pick_free(it);
    if (run.error != NULL) {
        g_autofree char *clean = harness_clean(harness, run.error->message);
        g_string_append(run.said, clean);
        g_clear_error(&run.error);
    }
    return g_string_free(run.said, FALSE);
}

static void by_labels(void)
{
    struct harness harness;
    struct pick_query query = {.namespace = "shop", .selector = "tier=back"};

    harness_up(&harness, 0);
    g_autofree char *back = pick(&harness, &query);
    g_assert_cmpstr(back, ==,
                    "shop/cart-0 app\n"
                    "shop/checkout-6f7d9c5b8-x2k4q app\n"
                    "shop/checkout-6f7d9c5b8-zl9wp app\n"
                    "shop/ledger-0 ledger\n"
                    "shop/orders-84b5f7d6c9-rn6tv: it is not running but Pending\n"
                    "shop/payments-7c9d8f6b5-m4s8d: container app is not running but waiting: "
                    "CrashLoopBackOff\n"
                    "shop/search-65c8b7d44f-p7k9h: it is not running but Pending\n");
    query.container = "app";
    g_autofree char *app = pick(&harness, &query);
    g_assert_nonnull(strstr(app, "shop/ledger-0: it has no container app, but ledger\n"));

    /* a container that was added to look into the pod is one to be named, not to be chosen */
    query = (struct pick_query){.selector = "app=dns"};
    g_autofree char *dns = pick(&harness, &query);
    g_assert_cmpstr(dns, ==,
                    "platform/dns-5d78c9869d-4m7tq dns\nplatform/dns-5d78c9869d-hx9rk dns\n");
    query = (struct pick_query){.namespace = "shop", .selector = "app=web"};
    g_autofree char *web = pick(&harness, &query);
    g_assert_cmpstr(web, ==, "shop/web app\n");
    query.container = "sidecar";
    g_autofree char *side = pick(&harness, &query);
    g_assert_cmpstr(side, ==, "shop/web sidecar\n");
    query.selector = "app=nothing";
    g_autofree char *nothing = pick(&harness, &query);
    g_assert_cmpstr(nothing, ==, "");
    harness_down(&harness);
}

static void by_names(void)
{
    static const struct place pods[] = {
        {"shop", "web", NULL}, {"shop", "nope", NULL}, {"platform", "log-agent-8wz2c", NULL}};
    const struct pick_query query = {.pods = pods, .n_pods = G_N_ELEMENTS(pods)};
    struct harness harness;

    harness_up(&harness, 0);
    g_autofree char *said = pick(&harness, &query);
    g_auto(GStrv) lines = g_strsplit(said, "\n", -1);
    g_assert_cmpstr(lines[0], ==, "shop/web app");
    g_assert_true(g_str_has_prefix(lines[1], "shop/nope: "));
    g_assert_nonnull(strstr(lines[1], "not found"));
    g_assert_cmpstr(lines[2], ==, "platform/log-agent-8wz2c agent");
    harness_down(&harness);
}

/* Pods as servers describe them that the practice cluster has not. */
static void odd_pods(void)
{
    static const struct {
        const char *pod, *wanted, *container, *why;
    } rows[] = {
        {"'spec': {'containers': [{'name': 'a'}, {'name': 'b'}]}, 'status': {'phase': 'Running'}",
         NULL, NULL, "it has several containers, and -c names none of them: a, b"},
        {"'spec': {'containers': [{'name': 'a'}, {'name': 'b'}]}, 'status': {'phase': 'Running'}",
         "b", NULL, "container b is not running but unknown"},
        {"'spec': {}, 'status': {}", NULL, NULL, "it is not running but unknown"},
        {"'spec': {'containers': []}, 'status': {'phase': 'Running'}", "x", NULL,
         "it has no container x, but "},
        {"'spec': {'containers': [{'name': 'a'}], 'initContainers': [{'name': 'i'}]},"
         "'status': {'phase': 'Running', 'containerStatuses': [{'name': 'a', 'state':"
         "{'running': {}}}]}",
         NULL, "a", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strdup_printf("{'metadata': {'name': 'p'}, %s}", rows[i].pod);
        g_autofree char *why = NULL;
        g_strdelimit(text, "'", '"');
        json_t *json = json_loads(text, 0, NULL);
        struct pod *pod = pod_parse(json, NULL);
        g_assert_nonnull(pod);
        g_assert_cmpstr(pick_container(pod, rows[i].wanted, &why), ==, rows[i].container);
        g_assert_cmpstr(why, ==, rows[i].why);
        pod_free(pod);
        json_decref(json);
    }
}

static void failures(void)
{
    struct harness harness;
    const struct pick_query query = {.namespace = "shop"};
    const struct place web = {"shop", "web", NULL};
    const struct pick_query named = {.pods = &web, .n_pods = 1};

    harness_up(&harness, 0);
    demo_set_faults(harness.demo, &(struct demo_faults){.http_status = 403});
    g_autofree char *all = pick(&harness, &query);
    g_assert_nonnull(strstr(all, "forbidden"));
    /* of a pod by name it is what is said of that pod */
    g_autofree char *one = pick(&harness, &named);
    g_assert_true(g_str_has_prefix(one, "shop/web: "));
    demo_set_faults(harness.demo, &(struct demo_faults){.garbage_json = true});
    g_autofree char *garbage = pick(&harness, &query);
    g_assert_cmpstr(garbage, !=, "");
    harness_down(&harness);
}

static void never_called(const GPtrArray *picked, const GError *error, void *data)
{
    (void)picked;
    (void)error;
    (void)data;
    g_assert_not_reached();
}

static void freed_while_it_asks(void)
{
    struct harness harness;
    const struct pick_query query = {.namespace = "shop"};
    const struct place web = {"shop", "web", NULL};
    const struct pick_query named = {.pods = &web, .n_pods = 1};

    harness_up(&harness, 0);
    pick_free(pick_start(harness.client, &query, never_called, NULL));
    pick_free(pick_start(harness.client, &named, never_called, NULL));
    for (int i = 0; i < 50; i++)
        g_main_context_iteration(NULL, FALSE);
    harness_down(&harness);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pick/labels", by_labels);
    g_test_add_func("/pick/names", by_names);
    g_test_add_func("/pick/odd-pods", odd_pods);
    g_test_add_func("/pick/failures", failures);
    g_test_add_func("/pick/freed", freed_while_it_asks);
    return g_test_run();
}
