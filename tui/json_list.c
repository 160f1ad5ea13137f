#include "tui/json_list.h"

#include <stdlib.h>
#include <string.h>

#define INDENT "    " /* of an object in its list */
#define BEGIN "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n  \"items\": ["

struct json_list {
    GFileIOStream *file;
    GOutputStream *buffer;
    bool any;
};

static bool put(struct json_list *list, const char *text, size_t len, GError **error)
{
    bool ok = g_output_stream_write_all(list->buffer, text, len, NULL, NULL, error);
    if (!ok)
        g_prefix_error(error, "%s: ", g_get_tmp_dir());
    return ok;
}

static bool put_text(struct json_list *list, const char *text, GError **error)
{
    return put(list, text, strlen(text), error);
}

struct json_list *json_list_new(GError **error)
{
    g_autoptr(GFileIOStream) io = NULL;
    g_autoptr(GFile) file = g_file_new_tmp("tracetui-XXXXXX", &io, error);
    if (!file)
        return NULL;
    g_file_delete(file, NULL, NULL);
    struct json_list *list = g_new0(struct json_list, 1);
    list->file = g_steal_pointer(&io);
    list->buffer = g_buffered_output_stream_new_sized(
        g_io_stream_get_output_stream(G_IO_STREAM(list->file)), 1 << 16);
    g_filter_output_stream_set_close_base_stream(G_FILTER_OUTPUT_STREAM(list->buffer), FALSE);
    return list;
}

/* No string of JSON has a line end in it, so each line may be moved to the right. */
bool json_list_add(struct json_list *list, const json_t *object, GError **error)
{
    char *text = json_dumps(object, JSON_INDENT(2));
    bool ok = put_text(list, list->any ? ",\n" : BEGIN "\n", error);
    list->any = true;
    for (const char *line = text; ok && line;) {
        const char *end = strchr(line, '\n');
        size_t len = end ? (size_t)(end + 1 - line) : strlen(line);
        ok = put_text(list, INDENT, error) && put(list, line, len, error);
        line = end ? end + 1 : NULL;
    }
    free(text);
    return ok;
}

bool json_list_print(struct json_list *list, GOutputStream *out, GError **error)
{
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(list->file));
    const char *end = list->any ? "\n  ]\n}\n" : BEGIN "]\n}\n";
    return put_text(list, end, error) && g_output_stream_flush(list->buffer, NULL, error) &&
           g_seekable_seek(G_SEEKABLE(list->file), 0, G_SEEK_SET, NULL, error) &&
           g_output_stream_splice(out, in, G_OUTPUT_STREAM_SPLICE_NONE, NULL, error) >= 0;
}

void json_list_free(struct json_list *list)
{
    if (!list)
        return;
    g_object_unref(list->buffer);
    g_object_unref(list->file);
    g_free(list);
}
