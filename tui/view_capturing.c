/* A capture under way, with a bar of its time; then the trace is opened. */
#include "kube/capture.h"
#include "tui/capture_text.h"
#include "tui/incoming.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

struct view_capturing {
    struct view view;
    struct session *session;
    struct capture *capture; /* NULL: not under way */
    struct capture_progress progress;
    char *namespace, *pod, *container, *port, *path, *file; /* of the request */
    struct capture_request request;
    char *place;
    bool done;          /* the file is here, whole */
    char *error, *hint; /* NULL: none */
};

static struct view_capturing *self_of(struct view *view)
{
    return (struct view_capturing *)view;
}

static char *capturing_title(const struct view *view)
{
    const struct view_capturing *self = (const struct view_capturing *)view;
    return g_strdup_printf("%s > capture", self->place);
}

static void capturing_free(struct view *view)
{
    struct view_capturing *self = self_of(view);
    g_clear_pointer(&self->capture, capture_cancel);
    g_free(self->namespace);
    g_free(self->pod);
    g_free(self->container);
    g_free(self->port);
    g_free(self->path);
    g_free(self->file);
    g_free(self->place);
    g_free(self->error);
    g_free(self->hint);
    g_free(self);
}

static void on_progress(const struct capture_progress *progress, void *data)
{
    struct view_capturing *self = data;
    self->progress = *progress;
    session_redraw(self->session);
}

static void open_captured(struct view_capturing *self)
{
    g_autofree char *origin =
        g_strdup_printf("%s/%s port %u", self->namespace, self->pod, self->progress.port);
    session_open_trace(self->session, self->file, origin);
}

static void on_done(const struct capture_progress *final, const GError *error, void *data)
{
    struct view_capturing *self = data;
    self->capture = NULL;
    self->progress = *final;
    session_redraw(self->session);
    if (error) {
        self->error = g_strdup(error->message);
        self->hint = cluster_hint(error);
        return;
    }
    self->done = true;
    g_autofree char *size = text_bytes(final->bytes);
    session_say(self->session, STYLE_GOOD, "saved as %s, %s", self->file, size);
    open_captured(self);
}

static void begin(struct view_capturing *self)
{
    static const struct capture_calls calls = {.progress = on_progress, .done = on_done};
    g_clear_pointer(&self->error, g_free);
    g_clear_pointer(&self->hint, g_free);
    self->progress = (struct capture_progress){0};
    self->capture = capture_start(session_client(self->session), &self->request, &calls, self);
    session_redraw(self->session);
}

static void capturing_draw(const struct view *view, struct canvas *canvas)
{
    const struct view_capturing *self = (const struct view_capturing *)view;
    g_autofree char *port =
        self->progress.port
            ? g_strdup_printf("%s%u", self->request.https ? "https:" : "", self->progress.port)
            : g_strdup(self->port);
    int y = incoming_put_field(canvas, 1, "from", self->place);
    y = incoming_put_field(canvas, y, "port", port ? port : "(not known yet)");
    y = incoming_put_field(canvas, y, "path", self->path);
    y = incoming_put_field(canvas, y, "to", self->file) + 1;
    if (self->capture || self->done || self->progress.bytes > 0) {
        g_autofree char *text = capture_text(&self->progress);
        y = incoming_put_progress(canvas, y, capture_part(&self->progress), text);
    }
    if (self->error) {
        incoming_put_wrapped(canvas, &y, STYLE_ERROR, self->error);
        if (self->hint)
            incoming_put_wrapped(canvas, &y, STYLE_DIM, self->hint);
        y++;
        incoming_put_wrapped(canvas, &y, STYLE_DIM,
                             "Nothing was kept. r tries again, esc goes back to the fields.");
    } else if (self->done) {
        incoming_put_wrapped(canvas, &y, STYLE_GOOD, "The trace is here, whole.");
        incoming_put_wrapped(canvas, &y, STYLE_DIM, "enter opens it, esc goes back.");
    }
}

static void capturing_open(struct view *view, struct session *session)
{
    struct view_capturing *self = self_of(view);
    if (self->done && !session_is_busy(session)) /* else it is being read already */
        open_captured(self);
}

static void capturing_again(struct view *view, struct session *session)
{
    struct view_capturing *self = self_of(view);
    if (self->done)
        session_say(session, STYLE_WARNING, "it is here; esc goes back for another one");
    else if (!self->capture)
        begin(self);
}

static void capturing_back(struct view *view, struct session *session)
{
    bool running = self_of(view)->capture != NULL;
    session_pop(session);
    if (running)
        session_say(session, STYLE_WARNING, "stopped; nothing was kept");
}

static const struct command capturing_commands[] = {
    {"open", "enter right l", "open", "open the trace when it is here", capturing_open},
    {"again", "r", "again", "try again after an error", capturing_again},
    {"back", "esc left h backspace", NULL, "stop it, or go back", capturing_back},
    {0},
};

static const struct view_type capturing_type = {
    .name = "capture",
    .title = capturing_title,
    .draw = capturing_draw,
    .commands = capturing_commands,
    .free = capturing_free,
};

struct view *view_capturing_new(struct session *session, const struct capture_request *request)
{
    struct view_capturing *self = g_new0(struct view_capturing, 1);
    self->view.type = &capturing_type;
    self->session = session;
    self->namespace = g_strdup(request->place.namespace);
    self->pod = g_strdup(request->place.pod);
    self->container = g_strdup(request->place.container);
    self->port = g_strdup(request->port);
    self->path = g_strdup(request->path);
    self->file = g_strdup(request->file);
    self->request = (struct capture_request){
        .place = {self->namespace, self->pod, self->container},
        .port = self->port,
        .https = request->https,
        .path = self->path,
        .seconds = request->seconds,
        .file = self->file,
    };
    self->place = cluster_place(session, self->namespace, self->pod, self->container);
    begin(self);
    return &self->view;
}
