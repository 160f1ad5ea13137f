/* tracetui get: what is there, as text, JSON or names. */
#include <string.h>

#include "kube/items.h"
#include "kube/list.h"
#include "kube/pod.h"
#include "tui/cli_cluster.h"
#include "tui/json_list.h"
#include "tui/sheet.h"
#include "tui/text.h"

struct job;

/* What can be asked for. */
struct thing {
    const char *name;
    const char *prefix; /* of -o name, as kubectl has it */
    bool (*run)(struct job *job, GError **error);
};

struct job {
    const struct options *options;
    const struct thing *thing;
    const char *namespace; /* NULL: all */
    const char *only;      /* this pod; NULL: all */
    bool wide;
    bool all; /* rows are of all namespaces, and name theirs */
    struct client *client;
    GMainLoop *loop;
    GError *error;
    bool done;
    struct sheet *sheet;       /* for text and wide */
    GString *names;            /* for -o name */
    struct json_list *objects; /* for -o json, else NULL */
};

static bool wants(const struct job *job, const char *format)
{
    return g_strcmp0(job->options->output, format) == 0;
}

static void finish(struct job *job, const GError *error)
{
    if (error && !job->error)
        job->error = g_error_copy(error);
    job->done = true;
    g_main_loop_quit(job->loop);
}

/* Waits for finish() or a signal; false: error is set. */
static bool wait_done(struct job *job, GError **error)
{
    cli_loop(job->loop);
    if (job->error)
        g_propagate_error(error, g_steal_pointer(&job->error));
    else if (!job->done)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    return !job->error && job->done && !*error;
}

static void add_name(struct job *job, const char *name)
{
    g_string_append_printf(job->names, "%s%s\n", job->thing->prefix, name);
}

/* Takes the object over. */
static void add_object(struct job *job, json_t *object)
{
    if (job->objects && !job->error)
        json_list_add(job->objects, object, &job->error);
    json_decref(object);
}

/* --- namespaces and pods as the server's own table --- */

static void add_header(struct job *job, const struct list *list)
{
    if (job->all)
        sheet_cell(job->sheet, "NAMESPACE");
    for (size_t c = 0; c < list_n_columns(list); c++) {
        const struct list_column *column = list_column_at(list, c);
        g_autofree char *upper = g_ascii_strup(column->name, -1);
        if (column->priority == 0 || job->wide)
            sheet_cell(job->sheet, upper);
    }
    sheet_end(job->sheet);
}

/* A server that makes no table leaves the age to us. */
static void add_cell(struct job *job, const struct list_row *row, const char *column,
                     const char *text)
{
    g_autofree char *age = NULL;
    if (!*text && row->created_s && g_ascii_strcasecmp(column, "Age") == 0)
        text = age = text_age(g_get_real_time() / G_USEC_PER_SEC - row->created_s);
    sheet_cell(job->sheet, text);
}

static void add_row(struct job *job, const struct list *list, const struct list_row *row)
{
    if (job->only && strcmp(row->name, job->only) != 0)
        return;
    if (wants(job, "name")) {
        add_name(job, row->name);
        return;
    }
    if (job->all)
        sheet_cell(job->sheet, row->namespace);
    for (size_t c = 0; c < list_n_columns(list); c++)
        if (list_column_at(list, c)->priority == 0 || job->wide)
            add_cell(job, row, list_column_at(list, c)->name, row->cells[c]);
    sheet_end(job->sheet);
}

static void on_list(struct list *list, enum list_event event, const GError *error, bool will_retry,
                    void *data)
{
    struct job *job = data;
    (void)will_retry;
    if (event == LIST_FAILED) {
        finish(job, error);
    } else if (event == LIST_SYNCED) {
        add_header(job, list);
        for (size_t i = 0; i < list_n_rows(list); i++)
            add_row(job, list, list_row_at(list, i));
        finish(job, NULL);
    }
}

static bool run_table(struct job *job, enum list_kind kind, GError **error)
{
    const struct list_query query = {
        .kind = kind, .namespace = job->namespace, .selector = job->options->selector};
    struct list *list = list_start(job->client, &query, on_list, job);
    bool ok = wait_done(job, error);
    list_free(list);
    return ok;
}

/* --- whole objects --- */

static void on_items_done(const GError *error, void *data)
{
    finish(data, error);
}

static bool run_items(struct job *job, const char *path, void (*item)(json_t *, void *),
                      GError **error)
{
    const struct items_calls calls = {item, on_items_done};
    struct items *items = items_start(job->client, path, job->options->selector, &calls, job);
    bool ok = wait_done(job, error);
    items_free(items);
    return ok;
}

static void on_object(json_t *item, void *data)
{
    struct job *job = data;
    const char *name =
        json_string_value(json_object_get(json_object_get(item, "metadata"), "name"));
    if (!name || (job->only && strcmp(name, job->only) != 0))
        return;
    add_name(job, name);
    add_object(job, json_incref(item));
}

static char *pods_path(const struct job *job)
{
    if (!job->namespace)
        return g_strdup("/api/v1/pods");
    g_autofree char *escaped = g_uri_escape_string(job->namespace, NULL, FALSE);
    return g_strdup_printf("/api/v1/namespaces/%s/pods", escaped);
}

static bool run_namespaces(struct job *job, GError **error)
{
    if (wants(job, "json"))
        return run_items(job, "/api/v1/namespaces", on_object, error);
    return run_table(job, LIST_NAMESPACES, error);
}

static bool run_pods(struct job *job, GError **error)
{
    g_autofree char *path = pods_path(job);
    if (wants(job, "json"))
        return run_items(job, path, on_object, error);
    return run_table(job, LIST_PODS, error);
}

/* --- containers, out of whole pods --- */

static const char *const container_kinds[] = {
    [CONTAINER_INIT] = "init", [CONTAINER_MAIN] = "main", [CONTAINER_EPHEMERAL] = "ephemeral"};

static void add_container_row(struct job *job, const struct pod *pod, const struct container *it)
{
    g_autofree char *restarts = g_strdup_printf("%d", it->restarts);
    if (job->all)
        sheet_cell(job->sheet, pod->namespace);
    sheet_cell(job->sheet, pod->name);
    sheet_cell(job->sheet, it->name);
    sheet_cell(job->sheet, it->ready ? "yes" : "no");
    sheet_cell(job->sheet, *it->reason ? it->reason : it->state);
    sheet_cell(job->sheet, restarts);
    sheet_cell(job->sheet, container_kinds[it->kind]);
    if (job->wide)
        sheet_cell(job->sheet, it->image);
    sheet_end(job->sheet);
}

static json_t *container_json(const struct pod *pod, const struct container *it)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:i}", "namespace", pod->namespace,
                     "pod", pod->name, "name", it->name, "kind", container_kinds[it->kind], "image",
                     it->image, "state", it->state, "reason", it->reason, "ready", it->ready,
                     "restarts", it->restarts);
}

static void on_pod(json_t *item, void *data)
{
    struct job *job = data;
    struct pod *pod = pod_parse(item, job->error ? NULL : &job->error);

    if (!pod)
        return;
    for (guint i = 0; i < pod->containers->len && (!job->only || !strcmp(pod->name, job->only));
         i++) {
        const struct container *it = g_ptr_array_index(pod->containers, i);
        g_autofree char *name = g_strdup_printf("%s/%s", pod->name, it->name);
        add_container_row(job, pod, it);
        add_name(job, name);
        if (job->objects)
            add_object(job, container_json(pod, it));
    }
    pod_free(pod);
}

static bool run_containers(struct job *job, GError **error)
{
    static const char *const header[] = {"POD", "CONTAINER", "READY", "STATE", "RESTARTS", "KIND"};
    g_autofree char *path = pods_path(job);

    if (job->all)
        sheet_cell(job->sheet, "NAMESPACE");
    for (size_t i = 0; i < G_N_ELEMENTS(header); i++)
        sheet_cell(job->sheet, header[i]);
    if (job->wide)
        sheet_cell(job->sheet, "IMAGE");
    sheet_end(job->sheet);
    return run_items(job, path, on_pod, error);
}

/* --- contexts, out of the kubeconfig --- */

static void add_context_row(struct job *job, const char *const *cells)
{
    for (; *cells; cells++)
        sheet_cell(job->sheet, *cells);
    sheet_end(job->sheet);
}

static void add_context(struct job *job, const struct config_context *it)
{
    const char *cells[] = {
        it->current ? "*" : "",        it->name, it->cluster, it->user, it->namespace,
        job->wide ? it->server : NULL, NULL};
    add_context_row(job, cells);
    add_name(job, it->name);
    add_object(job, json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "name", it->name, "cluster",
                              it->cluster, "user", it->user, "namespace", it->namespace, "server",
                              it->server, "current", it->current));
}

static bool run_contexts(struct job *job, GError **error)
{
    const char *const header[] = {
        "CURRENT", "NAME", "CLUSTER", "USER", "NAMESPACE", job->wide ? "SERVER" : NULL, NULL};
    struct config *config = config_load(&job->options->flags, error);

    if (!config)
        return false;
    add_context_row(job, header);
    for (size_t i = 0; i < config_n_contexts(config); i++)
        add_context(job, config_context_at(config, i));
    config_free(config);
    return true;
}

/* --- the command --- */

static const struct thing things[] = {
    {"contexts", "", run_contexts},
    {"namespaces", "namespace/", run_namespaces},
    {"pods", "pod/", run_pods},
    {"containers", "", run_containers},
};

/* Plural, singular, and kubectl's short names. */
static const struct thing *thing_find(const char *name)
{
    static const char *const aliases[][3] = {
        {"contexts", "context", "ctx"},
        {"namespaces", "namespace", "ns"},
        {"pods", "pod", "po"},
        {"containers", "container", NULL},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(things); i++)
        for (size_t a = 0; a < G_N_ELEMENTS(aliases[i]); a++)
            if (g_strcmp0(aliases[i][a], name) == 0)
                return &things[i];
    return NULL;
}

static bool print_result(const struct job *job, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GOutputStream) stream = cli_stdout();

    if (job->objects) {
        if (!json_list_print(job->objects, stream, error))
            return false;
    } else if (wants(job, "name")) {
        g_string_append(out, job->names->str);
    } else if (sheet_n_rows(job->sheet) > 1) {
        sheet_print(job->sheet, out);
    } else {
        g_printerr("No %s found%s%s.\n", job->thing->name, job->namespace ? " in namespace " : "",
                   job->namespace ? job->namespace : "");
    }
    return g_output_stream_write_all(stream, out->str, out->len, NULL, NULL, error) &&
           g_output_stream_close(stream, NULL, error);
}

/* A pod that was named must be there. */
static bool found(const struct job *job, GError **error)
{
    bool any = job->names->len > 0 || sheet_n_rows(job->sheet) > 1;
    if (job->only && !any)
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND, "pod %s is not there%s%s", job->only,
                    job->namespace ? " in namespace " : "", job->namespace ? job->namespace : "");
    return !job->only || any;
}

static bool run(struct job *job, const char *namespace, GError **error)
{
    if (job->thing->run != run_contexts) {
        job->client = cli_connect(job->options, error);
        if (!job->client)
            return false;
        if (!job->all && job->thing->run != run_namespaces)
            job->namespace = namespace ? namespace : client_login(job->client)->namespace;
    }
    return job->thing->run(job, error) && found(job, error) && print_result(job, error);
}

enum cli_status cli_get(const struct options *options, char **args)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *namespace = NULL, *pod = NULL, *what = g_strdup_printf("get %s", args[0]);
    struct job job = {.options = options, .thing = thing_find(args[0])};

    if (!job.thing)
        return cli_usage("get", "it lists contexts, namespaces, pods or containers");
    if (args[1] && !options_parse_place(args[1], &namespace, &pod, NULL, &error))
        return cli_usage("get", error->message);
    if (pod && (job.thing->run == run_contexts || job.thing->run == run_namespaces))
        return cli_usage("get", "only pods and containers can be asked for by a pod's name");
    job.only = pod;
    job.wide = wants(&job, "wide");
    job.all = options->all_namespaces && job.thing->run != run_namespaces;
    job.loop = g_main_loop_new(NULL, FALSE);
    job.sheet = sheet_new();
    job.names = g_string_new(NULL);
    if (wants(&job, "json"))
        job.objects = json_list_new(&error);

    bool ok = !error && run(&job, namespace, &error);
    g_main_loop_unref(job.loop);
    sheet_free(job.sheet);
    g_string_free(job.names, TRUE);
    json_list_free(job.objects);
    client_free(job.client);
    return ok ? CLI_OK : cli_fail(what, error);
}
