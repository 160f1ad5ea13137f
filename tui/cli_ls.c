/* tracetui ls: the files in a folder of a container, newest first. */
#include <inttypes.h>
#include <string.h>

#include <jansson.h>

#include "kube/directory.h"
#include "tui/cli_debug.h"
#include "tui/file_text.h"
#include "tui/sheet.h"
#include "tui/text.h"

struct job {
    const struct options *options;
    GMainLoop *loop;
    GError *error;
    bool done;
    GString *out;
};

static void print_text(const struct directory *directory, GString *out)
{
    static const char *const header[] = {"AGE", "SIZE", "KIND", "NAME"};
    struct sheet *sheet = sheet_new();
    int64_t now_s = g_get_real_time() / G_USEC_PER_SEC;
    for (size_t c = 0; c < G_N_ELEMENTS(header); c++)
        sheet_cell(sheet, header[c]);
    sheet_end(sheet);
    for (guint i = 0; i < directory->entries->len; i++) {
        const struct entry *entry = g_ptr_array_index(directory->entries, i);
        bool sized = entry->kind == ENTRY_FILE && entry->size_bytes >= 0;
        g_autofree char *age = entry->changed_s ? text_age(now_s - entry->changed_s) : NULL;
        g_autofree char *size = sized ? text_bytes((uint64_t)entry->size_bytes) : NULL;
        g_autofree char *kind = file_kind_text(entry);
        g_autofree char *name =
            g_strconcat(entry->name, entry->kind == ENTRY_FOLDER ? "/" : "", NULL);
        sheet_cell(sheet, age ? age : "-");
        sheet_cell(sheet, size ? size : "-");
        sheet_cell(sheet, *kind ? kind : "-");
        sheet_cell(sheet, name);
        sheet_end(sheet);
    }
    sheet_print(sheet, out);
    sheet_free(sheet);
}

/* One path a line, so that one with a line break in it is given as it is shown. */
static void print_names(const struct directory *directory, GString *out)
{
    for (guint i = 0; i < directory->entries->len; i++) {
        g_autofree char *path = directory_path_of(directory, directory->entries->pdata[i]);
        g_autofree char *clean = text_sanitise(path, -1);
        g_string_append_printf(out, "%s\n", clean);
    }
}

static json_t *entry_json(const struct directory *directory, const struct entry *entry)
{
    static const char *const kinds[] = {
        [ENTRY_FILE] = "file", [ENTRY_FOLDER] = "folder", [ENTRY_OTHER] = "other"};
    g_autofree char *version = file_trace_version(entry);
    g_autofree char *path = directory_path_of(directory, entry);
    g_autofree char *clean = text_sanitise(path, -1);
    g_autoptr(GDateTime) time =
        entry->changed_s ? g_date_time_new_from_unix_utc(entry->changed_s) : NULL;
    g_autofree char *changed = time ? g_date_time_format_iso8601(time) : NULL;
    bool utf8 = g_utf8_validate(path, -1, NULL);
    json_t *object = json_pack("{s:s, s:s, s:b, s:s?, s:s?, s:s?}", "path", utf8 ? path : clean,
                               "kind", kinds[entry->kind], "link", entry->link, "changed", changed,
                               "trace", version, "packed", file_packing(entry));
    json_object_set_new(object, "size_bytes",
                        entry->size_bytes >= 0 ? json_integer(entry->size_bytes) : json_null());
    if (!utf8) {
        g_autofree char *bytes = g_base64_encode((const guchar *)path, strlen(path));
        json_object_set_new(object, "path_base64", json_string(bytes));
    }
    return object;
}

static void print_json(const struct directory *directory, GString *out)
{
    json_t *entries = json_array();
    g_autofree char *path = text_sanitise(directory->path, -1);
    for (guint i = 0; i < directory->entries->len; i++)
        json_array_append_new(entries, entry_json(directory, directory->entries->pdata[i]));
    json_t *object = json_pack("{s:s, s:I, s:o}", "path", path, "count",
                               (json_int_t)directory->n_entries, "entries", entries);
    char *text = json_dumps(object, JSON_INDENT(2));
    g_string_append_printf(out, "%s\n", text);
    free(text);
    json_decref(object);
}

static void print_directory(const struct job *job, const struct directory *directory)
{
    const char *format = job->options->output;
    if (g_strcmp0(format, "json") == 0)
        print_json(directory, job->out);
    else if (g_strcmp0(format, "name") == 0)
        print_names(directory, job->out);
    else if (directory->entries->len > 0)
        print_text(directory, job->out);
    else
        g_printerr("No files found.\n");
}

static void on_directory(struct directory *directory, const GError *error, void *data)
{
    struct job *job = data;
    job->done = true;
    if (error)
        job->error = g_error_copy(error);
    else
        print_directory(job, directory);
    if (!error && directory->n_entries > directory->entries->len) {
        g_autofree char *why = g_strdup_printf("the newest %u of %" PRIu64 " entries",
                                               directory->entries->len, directory->n_entries);
        cli_warn("ls", why);
    }
    directory_free(directory);
    g_main_loop_quit(job->loop);
}

static bool run_ls(struct client *client, const struct directory_request *request, struct job *job,
                   GError **error)
{
    g_autoptr(GOutputStream) stream = cli_stdout();
    struct directory_read *read = directory_read(client, request, on_directory, job);
    cli_loop(job->loop);
    if (!job->done) {
        directory_cancel(read);
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "interrupted");
    } else if (job->error) {
        g_propagate_error(error, g_steal_pointer(&job->error));
    }
    return !*error &&
           g_output_stream_write_all(stream, job->out->str, job->out->len, NULL, NULL, error) &&
           g_output_stream_close(stream, NULL, error);
}

enum cli_status cli_ls(const struct options *options, char **args)
{
    g_autofree char *namespace = NULL, *pod = NULL, *path = NULL;
    g_autoptr(GError) error = NULL;

    if (!options_parse_place(args[0], &namespace, &pod, &path, &error))
        return cli_usage("ls", error->message);
    struct client *client = cli_connect(options, &error);
    if (!client)
        return cli_fail("ls", error);
    const struct place place = {namespace ? namespace : client_login(client)->namespace, pod,
                                options->container};
    const char *const paths[] = {path, NULL};
    struct directory_request request = {.paths = paths};
    struct place *where = NULL;
    g_autofree char *root = NULL;
    struct job job = {
        .options = options, .loop = g_main_loop_new(NULL, FALSE), .out = g_string_new(NULL)};
    bool ok = cli_debug(options, client, &place, &where, &root, &error);
    if (ok) {
        request.root = root;
        request.place = *where;
        ok = run_ls(client, &request, &job, &error);
    }
    place_free(where);
    g_main_loop_unref(job.loop);
    g_string_free(job.out, TRUE);
    client_free(client);
    return ok ? CLI_OK : cli_fail("ls", error);
}
