/* A file on its way here, with a progress bar; then it is opened as a trace. */
#include <unistd.h>

#include "kube/directory.h"
#include "kube/pull.h"
#include "tui/history.h"
#include "tui/incoming.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

struct view_pull {
    struct view view;
    struct session *session;
    struct pull *pull; /* NULL: not under way */
    struct pull_progress progress;
    struct directory_read *read; /* ... what the path leads to below another root */
    struct site *site;
    char *path, *place;
    char *file;         /* here; NULL: not known where to put it yet */
    bool asked;         /* where to put it, because there is no other way */
    bool done;          /* the file is here, whole */
    bool kept;          /* what has come of it, in FILE.part */
    char *error, *hint; /* NULL: none */
};

static struct view_pull *self_of(struct view *view)
{
    return (struct view_pull *)view;
}

static char *pull_title(const struct view *view)
{
    const struct view_pull *self = (const struct view_pull *)view;
    return g_strdup_printf("%s > pull", self->place);
}

static void pull_free(struct view *view)
{
    struct view_pull *self = self_of(view);
    if (self->pull)
        pull_cancel(self->pull);
    g_clear_pointer(&self->read, directory_cancel);
    site_free(self->site);
    g_free(self->path);
    g_free(self->place);
    g_free(self->file);
    g_free(self->error);
    g_free(self->hint);
    g_free(self);
}

/* Where a pull of this was left unfinished, it goes on under that name. */
static char *file_for(const struct view_pull *self, const char *folder)
{
    const struct place place = {self->site->namespace, self->site->pod, self->site->container};
    char *unfinished = pull_find_unfinished(folder ? folder : "", &place, self->path);
    return unfinished ? unfinished : incoming_file(self->site->pod, self->site->container, folder);
}

/* --- the transfer --- */

static void on_progress(const struct pull_progress *progress, void *data)
{
    struct view_pull *self = data;
    self->progress = *progress;
    session_redraw(self->session);
}

static void open_pulled(struct view_pull *self)
{
    g_autofree char *origin = g_strdup_printf("%s/%s %s:%s", self->site->namespace, self->site->pod,
                                              self->site->container, self->path);
    session_open_trace(self->session, self->file, origin);
}

static void fail(struct view_pull *self, const GError *error)
{
    self->error = g_strdup(error->message);
    self->hint = cluster_hint(error);
}

static void on_done(const struct pull_progress *final, const GError *error, void *data)
{
    struct view_pull *self = data;
    self->pull = NULL;
    self->progress = *final;
    session_redraw(self->session);
    if (error) {
        g_autofree char *part = g_strconcat(self->file, ".part", NULL);
        self->kept = g_file_test(part, G_FILE_TEST_EXISTS);
        fail(self, error);
        return;
    }
    self->done = true;
    g_autofree char *size = text_bytes(final->bytes);
    session_say(self->session, STYLE_GOOD, "saved as %s, %s", self->file, size);
    g_autoptr(GError) forgot = NULL;
    g_autofree char *workload = site_workload(self->site);
    if (!history_remember(cluster_name(self->session), workload, self->path, &forgot))
        session_say(self->session, STYLE_WARNING, "saved as %s; the path cannot be remembered: %s",
                    self->file, forgot->message);
    open_pulled(self);
}

/* The path is that of the container where `cat` runs. */
static void start(struct view_pull *self, const char *path)
{
    static const struct pull_calls calls = {.progress = on_progress, .done = on_done};
    const struct pull_request request = {
        .place = site_place(self->site),
        .path = path,
        .file = self->file,
    };
    self->pull = pull_start(session_client(self->session), &request, &calls, self);
}

/* Below another root a link could lead to a file of ours: it was followed there. */
static void on_real(struct directory *directory, const GError *error, void *data)
{
    struct view_pull *self = data;
    self->read = NULL;
    session_redraw(self->session);
    if (error) {
        fail(self, error);
        return;
    }
    if (directory->is_file && directory->entries->len > 0) {
        g_autofree char *real = directory_path_of(directory, directory->entries->pdata[0]);
        g_autofree char *path = site_path(self->site, real);
        start(self, path);
    } else {
        g_autoptr(GError) folder =
            g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND, "%s is a folder", self->path);
        fail(self, folder);
    }
    directory_free(directory);
}

static void begin(struct view_pull *self)
{
    const char *const paths[] = {self->path, NULL};
    const struct directory_request request = {
        .place = site_place(self->site), .root = self->site->root, .paths = paths};
    g_clear_pointer(&self->error, g_free);
    g_clear_pointer(&self->hint, g_free);
    self->progress = (struct pull_progress){.size_bytes = -1, .left_s = -1};
    self->done = false;
    if (self->site->through)
        self->read = directory_read(session_client(self->session), &request, on_real, self);
    else
        start(self, self->path);
    session_redraw(self->session);
}

static void place_typed(const char *text, struct view *view, struct session *session)
{
    struct view_pull *self = self_of(view);
    if (!text || !*text) {
        session_redraw(session);
        return;
    }
    g_free(self->file);
    self->file = g_str_has_prefix(text, "~/") ? g_build_filename(g_get_home_dir(), text + 2, NULL)
                                              : g_strdup(text);
    begin(self);
}

/* --- the screen --- */

static int draw_bar(const struct view_pull *self, struct canvas *canvas, int y)
{
    const struct pull_progress *progress = &self->progress;
    double part = incoming_part(progress->bytes, progress->size_bytes);
    g_autofree char *text = self->done ? text_bytes(progress->bytes) : pull_progress_text(progress);
    return incoming_put_progress(canvas, y, part, text);
}

static void pull_draw(const struct view *view, struct canvas *canvas)
{
    const struct view_pull *self = (const struct view_pull *)view;
    int y = incoming_put_field(canvas, 1, "pull", self->path);
    y = incoming_put_field(canvas, y, "from", self->place);
    y = incoming_put_field(canvas, y, "to", self->file ? self->file : "(not chosen yet)") + 1;
    if (self->pull || self->done || self->progress.bytes > 0)
        y = draw_bar(self, canvas, y);
    if (self->error) {
        incoming_put_wrapped(canvas, &y, STYLE_ERROR, self->error);
        if (self->hint)
            incoming_put_wrapped(canvas, &y, STYLE_DIM, self->hint);
        y++;
        incoming_put_wrapped(canvas, &y, STYLE_DIM,
                             self->kept ? "What has come is kept. r goes on from there, w saves to "
                                          "another place, esc goes back."
                                        : "Nothing was kept. r tries again, w saves to another "
                                          "place, esc goes back.");
    } else if (self->pull && self->progress.reason && self->progress.stage == PULL_WAITING) {
        incoming_put_wrapped(canvas, &y, STYLE_WARNING, self->progress.reason);
        incoming_put_wrapped(canvas, &y, STYLE_DIM, "It goes on by itself from where it stopped.");
    } else if (self->done) {
        g_autofree char *whole =
            g_strdup_printf("The file is here, whole: %s.", self->progress.proof);
        incoming_put_wrapped(canvas, &y, STYLE_GOOD, whole);
        incoming_put_wrapped(canvas, &y, STYLE_DIM, "enter opens it, esc goes back.");
    }
}

/* --- keys --- */

static void pull_save_as(struct view *view, struct session *session)
{
    struct view_pull *self = self_of(view);
    if (self->pull || self->read) {
        session_say(session, STYLE_WARNING, "it is on its way; esc stops it first");
        return;
    }
    g_autofree char *file = file_for(self, g_get_home_dir());
    session_prompt(session, "save to:", file, place_typed);
}

static void pull_again(struct view *view, struct session *session)
{
    struct view_pull *self = self_of(view);
    if (self->pull || self->read)
        return;
    if (!self->file) {
        pull_save_as(view, session);
        return;
    }
    if (self->done) {
        g_free(self->file);
        self->file = file_for(self, NULL);
    }
    begin(self);
}

static void pull_open(struct view *view, struct session *session)
{
    struct view_pull *self = self_of(view);
    if (self->done && !session_is_busy(session)) /* else it is being read already */
        open_pulled(self);
}

static void pull_back(struct view *view, struct session *session)
{
    struct view_pull *self = self_of(view);
    bool running = self->pull != NULL;
    bool kept = running && pull_cancel(g_steal_pointer(&self->pull));
    session_pop(session);
    if (running)
        session_say(session, STYLE_WARNING,
                    kept ? "stopped; pulling it again goes on from here"
                         : "stopped; nothing was kept");
}

/* A folder that cannot be written to: ask before the bytes are on their way. */
static void pull_shown(struct view *view, struct session *session)
{
    struct view_pull *self = self_of(view);
    if (self->file || self->asked)
        return;
    self->asked = true;
    session_say(session, STYLE_WARNING, "this folder cannot be written to: say where to save it");
    pull_save_as(view, session);
}

static const struct command pull_commands[] = {
    {"open", "enter right l", "open", "open the trace when it is here", pull_open},
    {"save-as", "w", "save elsewhere", "pull it to a place that you type", pull_save_as},
    {"again", "r", "again", "pull it again", pull_again},
    {"back", "esc left h backspace", NULL, "stop it, or go back", pull_back},
    {0},
};

static const struct view_type pull_type = {
    .name = "pull",
    .title = pull_title,
    .draw = pull_draw,
    .commands = pull_commands,
    .shown = pull_shown,
    .free = pull_free,
};

struct view *view_pull_new(struct session *session, const struct site *site, const char *path)
{
    struct view_pull *self = g_new0(struct view_pull, 1);
    self->view.type = &pull_type;
    self->session = session;
    self->site = site_copy(site);
    self->path = g_strdup(path);
    self->place = cluster_place(session, site->namespace, site->pod, site->container);
    if (access(".", W_OK | X_OK) == 0) {
        self->file = file_for(self, NULL);
        begin(self);
    }
    return &self->view;
}
