/* Which file of a container: typed, or one of those that were pulled before. */
#include <string.h>

#include "tui/history.h"
#include "tui/prompt.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

#define FIRST_PATH "/tmp/trace_dir/trace.out"

struct view_path {
    struct view view;
    struct prompt *prompt;
    struct site *site;
    char *place;
    GPtrArray *paths; /* offered; the first one is never missing */
};

static struct view_path *self_of(struct view *view)
{
    return (struct view_path *)view;
}

static char *path_title(const struct view *view)
{
    const struct view_path *self = (const struct view_path *)view;
    return g_strdup_printf("%s > path", self->place);
}

static void path_free(struct view *view)
{
    struct view_path *self = self_of(view);
    prompt_free(self->prompt);
    g_ptr_array_unref(self->paths);
    site_free(self->site);
    g_free(self->place);
    g_free(self);
}

/* Which of the offered paths is typed; -1: none. */
static int chosen(const struct view_path *self)
{
    for (size_t i = 0; i < self->paths->len; i++) {
        if (strcmp(g_ptr_array_index(self->paths, i), prompt_text(self->prompt)) == 0)
            return (int)i;
    }
    return -1;
}

static void path_draw(const struct view *view, struct canvas *canvas)
{
    const struct view_path *self = (const struct view_path *)view;
    canvas_put(canvas, 2, 1, -1, STYLE_NORMAL, "Which file in the container is the trace?");
    canvas_put(canvas, 2, 3, -1, STYLE_KEY, ">");
    prompt_draw(self->prompt, canvas, 4, 3, canvas->width - 6, STYLE_NORMAL);
    canvas_put(canvas, 2, 5, -1, STYLE_DIM,
               "pulled before, and the usual place (up and down choose)");
    for (int i = 0; i < (int)self->paths->len && 6 + i < canvas->height; i++) {
        bool is = i == chosen(self);
        const char *path = g_ptr_array_index(self->paths, (size_t)i);
        g_autofree char *clean = text_sanitise(path, -1);
        g_autofree char *shortened = text_shorten(clean, canvas->width - 6, canvas->ascii);
        if (is)
            canvas_fill(canvas, 2, 6 + i, canvas->width - 4, 1, STYLE_SELECTED);
        canvas_put(canvas, 4, 6 + i, canvas->width - 6, is ? STYLE_SELECTED : STYLE_NORMAL,
                   shortened);
    }
}

static void path_pull(struct view *view, struct session *session)
{
    struct view_path *self = self_of(view);
    const char *path = prompt_text(self->prompt);
    if (!*path)
        session_say(session, STYLE_WARNING, "type the path of a file first");
    else
        session_push(session, view_pull_new(session, self->site, path));
}

static void choose(struct view *view, struct session *session, int step)
{
    struct view_path *self = self_of(view);
    int n = (int)self->paths->len, at = chosen(self);
    at = at < 0 ? (step > 0 ? 0 : n - 1) : (at + n + step) % n;
    prompt_set(self->prompt, g_ptr_array_index(self->paths, (size_t)at));
    session_redraw(session);
}

static void path_up(struct view *view, struct session *session)
{
    choose(view, session, -1);
}

static void path_down(struct view *view, struct session *session)
{
    choose(view, session, 1);
}

static void path_back(struct view *view, struct session *session)
{
    (void)view;
    session_pop(session);
}

static bool path_key(struct view *view, struct session *session, int key)
{
    if (prompt_key(self_of(view)->prompt, key) == PROMPT_NOT_MINE)
        return false;
    session_redraw(session);
    return true;
}

static const struct command path_commands[] = {
    {"pull", "enter", "pull the file", "pull this file and show its trace", path_pull},
    {"down", "down tab", "choose", "the next one of the offered paths", path_down},
    {"up", "up S-tab", NULL, "the one before", path_up},
    {"back", "esc", NULL, "back to the files", path_back},
    {0},
};

static const struct view_type path_type = {
    .name = "path",
    .title = path_title,
    .draw = path_draw,
    .commands = path_commands,
    .key = path_key,
    .types_text = true,
    .free = path_free,
};

static void offer(struct view_path *self, const char *path)
{
    for (size_t i = 0; i < self->paths->len; i++) {
        if (strcmp(g_ptr_array_index(self->paths, i), path) == 0)
            return;
    }
    g_ptr_array_add(self->paths, g_strdup(path));
}

struct view *view_path_new(struct session *session, const struct site *site, const char *path)
{
    struct view_path *self = g_new0(struct view_path, 1);
    g_autofree char *workload = site_workload(site);
    g_auto(GStrv) before = history_paths(cluster_name(session), workload);
    g_autofree char *last = history_path(cluster_name(session), workload);
    const char *first = path ? path : last ? last : FIRST_PATH;
    self->view.type = &path_type;
    self->site = site_copy(site);
    self->place = cluster_place(session, site->namespace, site->pod, site->container);
    self->paths = g_ptr_array_new_with_free_func(g_free);
    offer(self, first);
    for (size_t i = 0; before[i]; i++)
        offer(self, before[i]);
    offer(self, FIRST_PATH);
    self->prompt = prompt_new(first);
    return &self->view;
}
