/* Each trace is given back once its numbers are known: what is held is what is shown. */
#include "tui/view_side.h"

#include "trace/outline.h"
#include "tui/pager.h"
#include "tui/side.h"
#include "tui/text.h"

struct view_side {
    struct view view;
    GPtrArray *outlines; /* of struct outline */
    GPtrArray *failures; /* of what is said of files that are not among them */
    struct pager pager;
    int text_width; /* that the text was made for */
};

static struct view_side *self_of(struct view *view)
{
    return (struct view_side *)view;
}

static char *side_title(const struct view *view)
{
    const struct view_side *self = (const struct view_side *)view;
    return g_strdup_printf("%u traces side by side", self->outlines->len);
}

/* Made again only when the screen has another width. */
static void make_text(struct view_side *self, int width)
{
    g_autoptr(GString) text = g_string_new(NULL);

    if (self->text_width == width)
        return;
    self->text_width = width;
    if (self->outlines->len > 0)
        side_write(self->outlines, width, text);
    if (self->failures->len > 0)
        g_string_append_printf(text, "%sNot read:\n", text->len > 0 ? "\n" : "");
    for (guint i = 0; i < self->failures->len; i++) {
        g_auto(GStrv) lines = text_wrap(g_ptr_array_index(self->failures, i), width - 2);
        for (char **line = lines; *line; line++)
            g_string_append_printf(text, " %s%s\n", line == lines ? "" : " ", *line);
    }
    pager_set(&self->pager, text->str);
}

static void side_draw(const struct view *view, struct canvas *canvas)
{
    pager_draw(&((const struct view_side *)view)->pager, canvas, 0);
}

static void side_shown(struct view *view, struct session *session)
{
    (void)session;
    make_text(self_of(view), MAX(view->width - 1, 40));
    pager_scroll(&self_of(view)->pager, 0, view->height);
}

static void scroll(struct view *view, struct session *session, int lines)
{
    pager_scroll(&self_of(view)->pager, lines, view->height);
    session_redraw(session);
}

static void up(struct view *view, struct session *session)
{
    scroll(view, session, -1);
}

static void down(struct view *view, struct session *session)
{
    scroll(view, session, 1);
}

static void page_up(struct view *view, struct session *session)
{
    scroll(view, session, -view->height);
}

static void page_down(struct view *view, struct session *session)
{
    scroll(view, session, view->height);
}

static void first(struct view *view, struct session *session)
{
    scroll(view, session, -G_MAXINT);
}

static void last(struct view *view, struct session *session)
{
    scroll(view, session, G_MAXINT);
}

static const struct command side_commands[] = {
    {"up", "up k", NULL, "a line up", up},
    {"down", "down j", NULL, "a line down", down},
    {"page-up", "pgup", "page up", "a page up", page_up},
    {"page-down", "pgdn space", "page down", "a page down", page_down},
    {"first", "home g", NULL, "to the begin", first},
    {"last", "end G", NULL, "to the end", last},
    {0},
};

static void side_free(struct view *view)
{
    struct view_side *self = self_of(view);
    g_ptr_array_unref(self->outlines);
    g_ptr_array_unref(self->failures);
    pager_clear(&self->pager);
    g_free(self);
}

static const struct view_type side_type = {
    .name = "side by side",
    .title = side_title,
    .draw = side_draw,
    .commands = side_commands,
    .shown = side_shown,
    .free = side_free,
};

/* --- reading --- */

struct reading {
    char **files, **names;
    GPtrArray *outlines;
    GPtrArray *failures;
    uint64_t n_read;
    bool stopped;
};

static void read_files(void *data, GCancellable *cancellable)
{
    struct reading *reading = data;

    for (size_t i = 0; reading->files[i]; i++) {
        g_autoptr(GError) error = NULL;
        struct trace *trace =
            trace_open(reading->files[i], TRACE_SUMMARY, cancellable, NULL, &error);
        if (g_cancellable_is_cancelled(cancellable)) {
            reading->stopped = true;
            trace_free(trace);
            return;
        }
        if (trace)
            g_ptr_array_add(reading->outlines, outline_of_trace(trace, reading->names[i]));
        else
            g_ptr_array_add(reading->failures,
                            g_strdup_printf("%s: %s", reading->names[i], error->message));
        trace_free(trace);
        __atomic_store_n(&reading->n_read, i + 1, __ATOMIC_RELAXED);
    }
}

static void show(void *data, struct session *session)
{
    struct reading *reading = data;

    if (reading->stopped) {
        session_say(session, STYLE_WARNING, "stopped; not all of them were read");
        g_ptr_array_unref(reading->outlines);
        g_ptr_array_unref(reading->failures);
    } else {
        struct view_side *self = g_new0(struct view_side, 1);
        self->view.type = &side_type;
        self->outlines = reading->outlines;
        self->failures = reading->failures;
        pager_init(&self->pager);
        session_push(session, &self->view);
    }
    g_strfreev(reading->files);
    g_strfreev(reading->names);
    g_free(reading);
}

static char **copy_words(const char *const *words, size_t n)
{
    char **copy = g_new0(char *, n + 1);
    for (size_t i = 0; i < n; i++)
        copy[i] = g_strdup(words[i]);
    return copy;
}

void session_open_side(struct session *session, const char *const *files, const char *const *names,
                       size_t n)
{
    struct reading *reading = g_new0(struct reading, 1);
    g_autofree char *what = g_strdup_printf("reading %zu traces", n);

    reading->files = copy_words(files, n);
    reading->names = copy_words(names, n);
    reading->outlines = g_ptr_array_new_with_free_func((GDestroyNotify)outline_free);
    reading->failures = g_ptr_array_new_with_free_func(g_free);
    session_job(session, what, read_files, show, reading);
    session_job_progress(session, &reading->n_read, n);
}
