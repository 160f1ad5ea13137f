/* Files on their way here from several pods, a bar each; then side by side, or one as a trace. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "kube/pick.h"
#include "kube/pulls.h"
#include "tui/file_name.h"
#include "tui/history.h"
#include "tui/incoming.h"
#include "tui/table_view.h"
#include "tui/text.h"
#include "tui/view_cluster.h"
#include "tui/view_side.h"

#define FILL_MS 80
#define BAR_WIDTH 16
#define WHY_LINES 3 /* of the selected pod's error */
#define ABOVE 3     /* lines of the total */

struct view_pulls {
    struct table_view base;
    struct session *session;
    char *path, *container, *place, *folder;
    struct pick *pick;   /* NULL: over */
    struct pulls *pulls; /* NULL: not begun */
    GPtrArray *left_out; /* of struct left_out */
    char *error;         /* nothing could be begun; NULL: none */
    bool remembered;     /* the path was */
    bool several;        /* namespaces */
    guint fill_source;
};

struct left_out {
    char *id, *why;
};

static struct view_pulls *self_of(struct view *view)
{
    return (struct view_pulls *)view;
}

static void left_out_free(void *data)
{
    struct left_out *one = data;
    g_free(one->id);
    g_free(one->why);
    g_free(one);
}

static char *pulls_title(const struct view *view)
{
    const struct view_pulls *self = (const struct view_pulls *)view;
    g_autofree char *count = table_view_count(&self->base, "pods");
    return g_strdup_printf("%s > pull\t%s", self->place, count);
}

static void pulls_view_free(struct view *view)
{
    struct view_pulls *self = self_of(view);
    g_clear_handle_id(&self->fill_source, g_source_remove);
    pick_free(self->pick);
    pulls_free(self->pulls);
    if (self->folder)
        (void)g_rmdir(self->folder); /* goes when nothing came into it */
    table_view_clear(&self->base);
    g_ptr_array_unref(self->left_out);
    g_free(self->path);
    g_free(self->container);
    g_free(self->place);
    g_free(self->folder);
    g_free(self->error);
    g_free(self);
}

/* --- rows --- */

static char *id_of(const struct place *place)
{
    return g_strdup_printf("%s/%s", place->namespace, place->pod);
}

static char *bar_of(const struct pull_progress *progress, bool full)
{
    double part = incoming_part(progress->bytes, progress->size_bytes);
    int n = full ? BAR_WIDTH : (int)(MAX(part, 0) * BAR_WIDTH);
    GString *bar = g_string_new(NULL);
    for (int i = 0; i < BAR_WIDTH; i++)
        g_string_append_c(bar, i < n ? '#' : '.');
    return g_string_free(bar, FALSE);
}

static char *running_text(const struct pull_progress *progress)
{
    g_autofree char *speed = text_bytes((uint64_t)progress->bytes_per_s);
    double part = incoming_part(progress->bytes, progress->size_bytes);
    char *stage = pull_stage_text(progress);

    if (stage)
        return stage;
    return g_strdup_printf("%3d%%  %9s/s", (int)(MAX(part, 0) * 100), speed);
}

static char *state_text(const struct pulls_row *row)
{
    switch (row->state) {
    case PULLS_WAITING:
        return g_strdup("waits");
    case PULLS_RUNNING:
        return running_text(&row->progress);
    case PULLS_HERE:
    case PULLS_DONE:
        return g_strdup("here, whole");
    case PULLS_FAILED:
        break;
    }
    return g_strdup("failed");
}

static void add_row(struct view_pulls *self, const struct pulls_row *row)
{
    static const enum style styles[] = {[PULLS_WAITING] = STYLE_DIM,
                                        [PULLS_RUNNING] = STYLE_NORMAL,
                                        [PULLS_HERE] = STYLE_GOOD,
                                        [PULLS_DONE] = STYLE_GOOD,
                                        [PULLS_FAILED] = STYLE_ERROR};
    bool sized = row->progress.size_bytes > 0 || row->state == PULLS_DONE;
    g_autofree char *id = id_of(row->place);
    g_autofree char *bar = bar_of(&row->progress, row->state == PULLS_DONE);
    g_autofree char *state = state_text(row);
    g_autofree char *size =
        sized ? text_bytes(row->state == PULLS_DONE ? row->progress.bytes
                                                    : (uint64_t)row->progress.size_bytes)
              : g_strdup("");
    const char *cells[] = {self->several ? id : row->place->pod, bar, size, state};
    const double order[] = {NAN, (double)row->progress.bytes, (double)row->progress.size_bytes,
                            NAN};
    table_add(self->base.table, id, styles[row->state], cells, order);
}

static void fill(struct view_pulls *self)
{
    struct table *table = self->base.table;

    table_begin(table);
    for (size_t i = 0; self->pulls && i < pulls_n(self->pulls); i++)
        add_row(self, pulls_row(self->pulls, i));
    for (guint i = 0; i < self->left_out->len; i++) {
        const struct left_out *one = g_ptr_array_index(self->left_out, i);
        const char *slash = strchr(one->id, '/');
        const char *cells[] = {self->several ? one->id : slash + 1, "", "", "left out"};
        table_add(table, one->id, STYLE_DIM, cells, NULL);
    }
    table_end(table);
    session_redraw(self->session);
}

static gboolean on_fill(gpointer data)
{
    struct view_pulls *self = data;
    self->fill_source = 0;
    fill(self);
    return G_SOURCE_REMOVE;
}

/* --- the transfers --- */

static void on_changed(const struct pulls_row *row, void *data)
{
    struct view_pulls *self = data;
    g_autoptr(GError) forgot = NULL;

    if (row->state == PULLS_DONE && !self->remembered) {
        self->remembered = true;
        if (!history_remember(cluster_name(self->session), NULL, self->path, &forgot))
            session_say(self->session, STYLE_WARNING, "the path cannot be remembered: %s",
                        forgot->message);
    }
    if (!self->fill_source)
        self->fill_source = g_timeout_add(FILL_MS, on_fill, self);
}

static void on_done(void *data)
{
    struct view_pulls *self = data;
    struct pulls_total total = pulls_total(self->pulls);

    fill(self);
    if (total.n_done > 0)
        session_say(self->session, total.n_failed > 0 ? STYLE_WARNING : STYLE_GOOD,
                    "saved %zu of %zu in %s", total.n_done, total.n, self->folder);
}

/* A folder for all of them, of a name that is not taken. */
static bool make_folder(struct view_pulls *self)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *name = g_date_time_format(now, "pulled-%Y%m%d-%H%M%S");

    for (int n = 1; n < 100; n++) {
        char *folder = n > 1 ? g_strdup_printf("%s-%d", name, n) : g_strdup(name);
        if (g_mkdir(folder, 0777) == 0) {
            self->folder = folder;
            return true;
        }
        if (errno != EEXIST) {
            self->error = g_strdup_printf("no folder can be made here: %s", g_strerror(errno));
            g_free(folder);
            return false;
        }
        g_free(folder);
    }
    self->error = g_strdup_printf("no folder can be made here: %s is taken", name);
    return false;
}

static void start(struct view_pulls *self, const GPtrArray *picked)
{
    static const struct pulls_calls calls = {on_changed, on_done};
    g_autoptr(GArray) requests = g_array_new(FALSE, FALSE, sizeof(struct pull_request));
    g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < picked->len; i++) {
        const struct picked *one = g_ptr_array_index(picked, i);
        if (one->why)
            continue;
        g_ptr_array_add(files,
                        file_name_of_pod(self->folder, one->place, self->path, self->several));
        struct pull_request request = {
            .place = *one->place,
            .path = self->path,
            .file = g_ptr_array_index(files, files->len - 1),
        };
        g_array_append_val(requests, request);
    }
    self->pulls =
        pulls_start(session_client(self->session), &g_array_index(requests, struct pull_request, 0),
                    requests->len, PULLS_AT_ONCE, &calls, self);
}

static void on_picked(const GPtrArray *picked, const GError *error, void *data)
{
    struct view_pulls *self = data;

    for (guint i = 0; picked && i < picked->len; i++) {
        const struct picked *one = g_ptr_array_index(picked, i);
        if (one->why) {
            struct left_out *left = g_new0(struct left_out, 1);
            left->id = id_of(one->place);
            left->why = g_strdup(one->why);
            g_ptr_array_add(self->left_out, left);
        }
    }
    table_view_note(&self->base, STYLE_NORMAL, NULL, NULL);
    if (error)
        self->error = g_strdup(error->message);
    else if (self->left_out->len == picked->len)
        self->error = g_strdup("nothing can be pulled from any of these pods");
    else if (make_folder(self))
        start(self, picked);
    fill(self);
}

static void begin(struct view_pulls *self, const char *const *pods, size_t n)
{
    g_autofree struct place *places = g_new0(struct place, n);
    g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);

    for (size_t i = 0; i < n; i++) {
        const char *slash = strchr(pods[i], '/');
        char *namespace = g_strndup(pods[i], (size_t)(slash - pods[i]));
        g_ptr_array_add(strings, namespace);
        places[i] = (struct place){namespace, slash + 1, NULL};
        self->several = self->several || strcmp(namespace, places[0].namespace) != 0;
    }
    const struct pick_query query = {.pods = places, .n_pods = n, .container = self->container};
    table_view_note(&self->base, STYLE_DIM, "asking for the pods ...", NULL);
    self->pick = pick_start(session_client(self->session), &query, on_picked, self);
}

/* --- the screen --- */

static char *total_text(const struct pulls_total *total, guint n_left_out)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%zu of %zu here", total->n_done + total->n_here, total->n);
    if (total->n_failed > 0)
        g_string_append_printf(text, ", %zu failed", total->n_failed);
    if (n_left_out > 0)
        g_string_append_printf(text, ", %u left out", n_left_out);
    struct pull_progress sum = {.stage = PULL_READING,
                                .bytes = total->bytes,
                                .size_bytes = total->size_bytes,
                                .bytes_per_s = total->bytes_per_s,
                                .left_s = total->left_s};
    g_autofree char *size =
        total->n_running > 0 ? pull_progress_text(&sum) : text_bytes(total->bytes);
    g_string_append_printf(text, "   %s", size);
    return g_string_free(text, FALSE);
}

/* Above the table: how far all of it is. */
static void draw_total(const struct view_pulls *self, struct canvas *canvas)
{
    struct pulls_total total = pulls_total(self->pulls);
    g_autofree char *text = total_text(&total, self->left_out->len);

    incoming_put_bar(canvas, 1, 0, canvas->width - 2, incoming_part(total.bytes, total.size_bytes));
    canvas_put(canvas, 1, 1, -1, STYLE_NORMAL, text);
}

/* The row of pulls that is selected, NULL: none, or a pod that was left out. */
static const struct pulls_row *selected_row(const struct view_pulls *self, size_t *index)
{
    const char *id = table_selected(self->base.table);
    for (size_t i = 0; id && self->pulls && i < pulls_n(self->pulls); i++) {
        const struct pulls_row *row = pulls_row(self->pulls, i);
        g_autofree char *own = id_of(row->place);
        if (strcmp(own, id) == 0) {
            if (index)
                *index = i;
            return row;
        }
    }
    return NULL;
}

/* Why the selected pod's file is not here; NULL when there is nothing to say. */
static const char *selected_why(const struct view_pulls *self)
{
    const struct pulls_row *row = selected_row(self, NULL);
    const char *id = table_selected(self->base.table);
    if (row)
        return row->error ? row->error->message : NULL;
    for (guint i = 0; id && i < self->left_out->len; i++) {
        const struct left_out *one = g_ptr_array_index(self->left_out, i);
        if (strcmp(one->id, id) == 0)
            return one->why;
    }
    return NULL;
}

static void pulls_draw(const struct view *view, struct canvas *canvas)
{
    const struct view_pulls *self = (const struct view_pulls *)view;
    const char *own = selected_why(self), *why = own ? own : self->error;
    int why_y = canvas->height - WHY_LINES; /* what does not fit below is left out */

    if (self->pick && !self->pulls && !self->error && table_n_rows(self->base.table) == 0) {
        table_view_draw(view, canvas);
        return;
    }
    if (self->pulls)
        draw_total(self, canvas);
    table_draw(self->base.table, canvas, 1, ABOVE, canvas->width - 2,
               canvas->height - ABOVE - WHY_LINES);
    if (why)
        incoming_put_wrapped(canvas, &why_y, STYLE_ERROR, why);
}

static void pulls_shown(struct view *view, struct session *session)
{
    (void)session;
    table_set_height(self_of(view)->base.table, view->height - ABOVE - WHY_LINES);
}

/* --- keys --- */

static bool is_here(const struct pulls_row *row)
{
    return row->state == PULLS_DONE || row->state == PULLS_HERE;
}

static void pulls_compare(struct view *view, struct session *session)
{
    const struct view_pulls *self = self_of(view);
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (size_t i = 0; self->pulls && i < pulls_n(self->pulls); i++) {
        const struct pulls_row *row = pulls_row(self->pulls, i);
        if (!is_here(row))
            continue;
        g_ptr_array_add(files, row->file);
        g_ptr_array_add(names, (void *)(uintptr_t)row->place->pod);
    }
    if (files->len == 0)
        session_say(session, STYLE_WARNING, "none of them is here yet");
    else if (!session_is_busy(session)) /* else they are being read already */
        session_open_side(session, (const char *const *)files->pdata,
                          (const char *const *)names->pdata, files->len);
}

static void pulls_trace(struct view *view, struct session *session)
{
    const struct view_pulls *self = self_of(view);
    const struct pulls_row *row = selected_row(self, NULL);

    if (!row || !is_here(row)) {
        session_say(session, STYLE_WARNING, "this one is not here");
    } else if (!session_is_busy(session)) {
        g_autofree char *origin =
            g_strdup_printf("%s/%s %s:%s", row->place->namespace, row->place->pod,
                            row->place->container, row->path);
        session_open_trace(session, row->file, origin);
    }
}

static void pulls_again(struct view *view, struct session *session)
{
    struct view_pulls *self = self_of(view);
    size_t n = 0;

    for (size_t i = 0; self->pulls && i < pulls_n(self->pulls); i++) {
        n += pulls_row(self->pulls, i)->state == PULLS_FAILED;
        pulls_retry(self->pulls, i);
    }
    if (n == 0)
        session_say(session, STYLE_WARNING, "none of them has failed");
    fill(self);
}

static const struct command pulls_commands[] = {
    {"compare", "enter right l", "side by side", "the summaries of all that are here, side by side",
     pulls_compare},
    {"timeline", "t", "timeline", "open this one's trace", pulls_trace},
    {"again", "r", "again", "pull those once more that failed", pulls_again},
    TABLE_VIEW_COMMANDS,
    {0},
};

static const struct view_type pulls_type = {
    .name = "pulls",
    .title = pulls_title,
    .draw = pulls_draw,
    .commands = pulls_commands,
    .shown = pulls_shown,
    .free = pulls_view_free,
};

struct view *view_pulls_new(struct session *session, const char *const *pods, size_t n,
                            const char *container, const char *path)
{
    static const struct table_column columns[] = {
        {.title = "POD", .shrinks = true},
        {.title = "PULLED"},
        {.title = "SIZE", .right = true},
        {.title = "STATE"},
    };
    struct view_pulls *self = g_new0(struct view_pulls, 1);

    table_view_init(&self->base, &pulls_type);
    table_set_columns(self->base.table, columns, G_N_ELEMENTS(columns));
    self->session = session;
    self->path = g_strdup(path);
    self->container = g_strdup(container);
    self->left_out = g_ptr_array_new_with_free_func(left_out_free);
    begin(self, pods, n);
    g_autofree char *first = g_strndup(pods[0], strcspn(pods[0], "/"));
    self->place = cluster_place(session, self->several ? "(several)" : first, NULL, NULL);
    return &self->base.view;
}
