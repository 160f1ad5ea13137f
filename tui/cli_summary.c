/* tracetui summary: one trace as the exporters have it, several side by side, or summaries that
 * were made elsewhere, added up. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <gio/gunixinputstream.h>

#include "trace/export_csv.h"
#include "trace/merge.h"
#include "tui/cli_trace.h"
#include "tui/console.h"
#include "tui/side.h"

#define WIDTH 80
#define MERGE_MAX_BYTES (1 << 30)

static bool write_side(const GPtrArray *outlines, GOutputStream *out, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    int columns = console_columns(STDOUT_FILENO);
    /* Pipes and logs are read by people, too, and know no columns. */
    side_write(outlines, columns > 0 ? columns : WIDTH, text);
    return g_output_stream_write_all(out, text->str, text->len, NULL, NULL, error);
}

static GPtrArray *outlines_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)outline_free);
}

/* --- traces --- */

/* What is kept of each trace while the next one is read: its text, or its column. */
struct summing {
    const struct exporter *exporter;
    guint n;             /* traces in all */
    guint at;            /* the one that is added */
    GOutputStream *text; /* of those so far */
    GPtrArray *outlines;
};

/* Several in a machine's format are one JSON array, or one table of CSV. */
static bool add_trace(struct summing *summing, const struct trace *trace, GError **error)
{
    const char *name = summing->exporter->name;
    bool several = summing->n > 1, json = several && strcmp(name, "json") == 0;
    const char *before = !json ? "" : summing->at == 0 ? "[" : ",";
    bool rows_alone = summing->at > 0 && strcmp(name, "csv") == 0;

    summing->at++;
    if (several && strcmp(name, "text") == 0) {
        g_ptr_array_add(summing->outlines, outline_of_trace(trace, NULL));
        return true;
    }
    return g_output_stream_write_all(summing->text, before, strlen(before), NULL, NULL, error) &&
           (rows_alone ? export_csv_rows(trace, summing->text, NULL, error)
                       : summing->exporter->write(trace, NULL, summing->text, NULL, error)) &&
           (!json || summing->at < summing->n ||
            g_output_stream_write_all(summing->text, "]\n", 2, NULL, NULL, error));
}

/* Nothing is printed before all of it is known. */
static bool print(struct summing *summing, GError **error)
{
    GMemoryOutputStream *text = G_MEMORY_OUTPUT_STREAM(summing->text);
    g_autoptr(GOutputStream) out = cli_stdout();
    bool ok = summing->outlines->len > 0
                  ? write_side(summing->outlines, out, error)
                  : g_output_stream_write_all(out, g_memory_output_stream_get_data(text),
                                              g_memory_output_stream_get_data_size(text), NULL,
                                              NULL, error);
    return ok && g_output_stream_close(out, NULL, error);
}

static enum cli_status sum_traces(const struct options *options, char **args)
{
    struct summing summing = {
        .exporter = exporter_find(options->output ? options->output : "text"),
        .n = g_strv_length(args),
        .text = g_memory_output_stream_new_resizable(),
        .outlines = outlines_new(),
    };
    g_autoptr(GError) error = NULL;
    bool ok = true;

    for (; ok && *args; args++) {
        struct trace *trace = cli_open("summary", *args, summing.exporter->parts, &error);
        ok = trace && add_trace(&summing, trace, &error);
        trace_free(trace);
    }
    ok = ok && print(&summing, &error);
    g_object_unref(summing.text);
    g_ptr_array_unref(summing.outlines);
    return ok ? CLI_OK : cli_fail("summary", error);
}

/* --- summaries --- */

struct reading {
    const char *path; /* "-": standard input */
    struct merge *merge;
};

static bool read_bytes(int fd, GByteArray *bytes, GCancellable *cancellable, GError **error)
{
    g_autoptr(GInputStream) in = g_unix_input_stream_new(fd, FALSE);
    guint8 piece[65536];
    gssize n;

    while ((n = g_input_stream_read(in, piece, sizeof piece, cancellable, error)) > 0) {
        if (bytes->len + (guint)n > MERGE_MAX_BYTES) {
            g_set_error(error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                        "it is larger than a gibibyte; try: --merge of its parts, then of these");
            return false;
        }
        g_byte_array_append(bytes, piece, (guint)n);
    }
    return n == 0;
}

/* In a worker: a file may be a pipe that takes its time. */
static bool read_summaries(void *data, GCancellable *cancellable, GError **error)
{
    struct reading *reading = data;
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    bool pipe = strcmp(reading->path, "-") == 0;
    int fd = pipe ? STDIN_FILENO : open(reading->path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "%s: %s", reading->path,
                    g_strerror(errno));
        return false;
    }
    bool read = read_bytes(fd, bytes, cancellable, error);
    if (!pipe)
        (void)close(fd);
    if (!read) {
        g_prefix_error(error, "%s: ", reading->path);
        return false;
    }
    return merge_add(reading->merge, pipe ? "standard input" : reading->path, bytes->data,
                     bytes->len, error);
}

static bool write_merged(struct merge *merge, const char *format, GError **error)
{
    g_autoptr(GOutputStream) out = cli_stdout();
    bool ok;

    if (g_strcmp0(format, "json") == 0) {
        ok = merge_write_json(merge, out, error);
    } else if (g_strcmp0(format, "csv") == 0) {
        ok = merge_write_csv(merge, out, error);
    } else {
        const GPtrArray *parts = merge_outlines(merge);
        struct outline *total = merge_total(merge);
        g_autoptr(GPtrArray) outlines = g_ptr_array_new();
        g_ptr_array_add(outlines, total);
        for (guint i = 0; parts->len > 1 && i < parts->len; i++)
            g_ptr_array_add(outlines, g_ptr_array_index(parts, i));
        ok = write_side(outlines, out, error);
        outline_free(total);
    }
    return ok && g_output_stream_close(out, NULL, error);
}

static enum cli_status merge_all(const struct options *options, char **args)
{
    struct merge *merge = merge_new();
    g_autoptr(GError) error = NULL;
    bool ok = true;

    for (; ok && *args; args++) {
        struct reading reading = {*args, merge};
        ok = cli_run(read_summaries, &reading, &error);
    }
    if (ok) {
        g_auto(GStrv) repeated = merge_repeated(merge);
        for (char **name = repeated; *name; name++) {
            g_autofree char *why = g_strdup_printf("%s is in the sum more than once", *name);
            cli_warn("summary", why);
        }
        ok = write_merged(merge, options->output, &error);
    }
    merge_free(merge);
    return ok ? CLI_OK : cli_fail("summary", error);
}

enum cli_status cli_summary(const struct options *options, char **args)
{
    return options->merge ? merge_all(options, args) : sum_traces(options, args);
}
