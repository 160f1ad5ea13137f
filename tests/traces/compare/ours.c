/* What this library makes of traces, in the words of peer.go: one line for each file named on
 * standard input. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "trace/parsed.h"
#include "trace/reader.h"

struct state {
    const struct symbols *symbols;
    GString *line;
    uint64_t hash;
    int64_t start_ns;
};

static void see(void *self, const struct event *event)
{
    struct state *state = self;
    if (event->kind == EVENT_SYNC)
        state->start_ns = event->sync.raw_ns - event->time_ns;
    g_string_truncate(state->line, 0);
    parsed_append(state->line, state->symbols, event, state->start_ns);
    for (gsize i = 0; i < state->line->len; i++)
        state->hash = (state->hash ^ (uint8_t)state->line->str[i]) * UINT64_C(1099511628211);
}

static void read_one(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize len;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &bytes, &len, &error)) {
        printf("%s %s\n", path, error->message);
        return;
    }
    struct symbols *symbols = symbols_new();
    struct state state = {symbols, g_string_new(NULL), UINT64_C(14695981039346656037), 0};
    struct sink sink = {.event = see, .self = &state};
    struct reader *reader = reader_new(symbols, &sink, 1);
    bool good = reader_read(reader, (uint8_t *)bytes, len, true, NULL, NULL, &error);
    printf("%s events=%" G_GUINT64_FORMAT " hash=%016" G_GINT64_MODIFIER "x %s%s\n", path,
           reader_info(reader)->n_events, state.hash,
           good ? "ok" : "refused: ", good ? "" : error->message);
    reader_free(reader);
    symbols_free(symbols);
    g_string_free(state.line, TRUE);
}

int main(void)
{
    char path[4096];
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        read_one(path);
    }
    return 0;
}
