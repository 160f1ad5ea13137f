/* What to capture: how long, from which port and path of the pod, into which file. */
#include <string.h>
#include <unistd.h>

#include "kube/capture.h"
#include "kube/pod.h"
#include "kube/port.h"
#include "tui/capture_text.h"
#include "tui/incoming.h"
#include "tui/prompt.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

#define OVER_TLS "https:"

enum field { FIELD_SECONDS, FIELD_PORT, FIELD_PATH, FIELD_FILE, N_FIELDS };

static const char *const labels[N_FIELDS] = {"seconds", "port", "path", "save to"};

struct view_capture {
    struct view view;
    struct session *session;
    struct pod_request *request;       /* NULL: none is under way */
    char *namespace, *pod, *container; /* container may be NULL */
    char *place;
    struct prompt *fields[N_FIELDS];
    enum field at;
    char *offered_file; /* what is in its field, as long as nobody changes it */
    bool port_typed;
    char *ports; /* that the pod declares; NULL: none, or not known yet */
};

static struct view_capture *self_of(struct view *view)
{
    return (struct view_capture *)view;
}

static char *capture_title(const struct view *view)
{
    const struct view_capture *self = (const struct view_capture *)view;
    return g_strdup_printf("%s > capture", self->place);
}

static void capture_view_free(struct view *view)
{
    struct view_capture *self = self_of(view);
    g_clear_pointer(&self->request, pod_request_cancel);
    for (size_t i = 0; i < N_FIELDS; i++)
        prompt_free(self->fields[i]);
    g_free(self->namespace);
    g_free(self->pod);
    g_free(self->container);
    g_free(self->place);
    g_free(self->offered_file);
    g_free(self->ports);
    g_free(self);
}

static bool takes_seconds(const struct view_capture *self)
{
    return capture_takes_seconds(prompt_text(self->fields[FIELD_PATH]));
}

/* --- the screen --- */

static void draw_field(const struct view_capture *self, struct canvas *canvas, int y, enum field i)
{
    bool mine = i == self->at;
    canvas_put(canvas, 2, y, -1, mine ? STYLE_KEY : STYLE_DIM, mine ? ">" : " ");
    canvas_put(canvas, 4, y, -1, STYLE_DIM, labels[i]);
    if (mine) {
        prompt_draw(self->fields[i], canvas, 14, y, canvas->width - 16, STYLE_NORMAL);
        return;
    }
    g_autofree char *shortened =
        text_shorten(prompt_text(self->fields[i]), canvas->width - 16, canvas->ascii);
    canvas_put(canvas, 14, y, -1,
               i == FIELD_SECONDS && !takes_seconds(self) ? STYLE_DIM : STYLE_NORMAL, shortened);
}

/* What the field that is being typed in means. */
static char *field_hint(const struct view_capture *self)
{
    switch (self->at) {
    case FIELD_SECONDS:
        return takes_seconds(self) ? g_strdup("How long the program traces itself.")
                                   : g_strdup("Not asked for: the path below is taken as it is.");
    case FIELD_PORT:
        return g_strdup_printf("A number or a name; https: in front of it asks over TLS.%s%s",
                               self->ports ? "\nThe pod declares " : "",
                               self->ports ? self->ports : "");
    case FIELD_PATH:
        return g_strdup("net/http/pprof's path, or that of a flight recorder's snapshot.");
    default:
        return g_strdup("The file here; one that is there already stays.");
    }
}

static void capture_view_draw(const struct view *view, struct canvas *canvas)
{
    const struct view_capture *self = (const struct view_capture *)view;
    g_autofree char *hint = field_hint(self);
    int y = 3;
    canvas_put(canvas, 2, 1, -1, STYLE_NORMAL, "A fresh trace, from the program's net/http/pprof");
    for (int i = 0; i < N_FIELDS; i++)
        draw_field(self, canvas, y++, (enum field)i);
    y++;
    incoming_put_wrapped(canvas, &y, STYLE_DIM, hint);
}

/* --- keys --- */

static bool read_fields(const struct view_capture *self, struct capture_request *request,
                        GError **error)
{
    const char *port = prompt_text(self->fields[FIELD_PORT]);
    request->https = g_str_has_prefix(port, OVER_TLS);
    request->port = request->https ? port + strlen(OVER_TLS) : port;
    if (!self->port_typed && self->request) /* what the pod declares is not known yet */
        request->port = NULL;
    request->path = prompt_text(self->fields[FIELD_PATH]);
    request->file = prompt_text(self->fields[FIELD_FILE]);
    if ((request->port && !*request->port) || !*request->path || !*request->file) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "port, path and file must be named");
        return false;
    }
    if (!takes_seconds(self))
        return true;
    request->seconds = capture_parse_seconds(prompt_text(self->fields[FIELD_SECONDS]), error);
    return request->seconds > 0;
}

static void capture_go(struct view *view, struct session *session)
{
    struct view_capture *self = self_of(view);
    struct capture_request request = {.place = {self->namespace, self->pod, self->container}};
    g_autoptr(GError) error = NULL;
    if (!read_fields(self, &request, &error)) {
        session_say(session, STYLE_WARNING, "%s", error->message);
        return;
    }
    g_autofree char *at_home = g_str_has_prefix(request.file, "~/")
                                   ? g_build_filename(g_get_home_dir(), request.file + 2, NULL)
                                   : NULL;
    if (at_home)
        request.file = at_home;
    session_push(session, view_capturing_new(session, &request));
}

static void move(struct view *view, struct session *session, int step)
{
    struct view_capture *self = self_of(view);
    self->at = (enum field)(((int)self->at + step + N_FIELDS) % N_FIELDS);
    session_redraw(session);
}

static void capture_up(struct view *view, struct session *session)
{
    move(view, session, -1);
}

static void capture_down(struct view *view, struct session *session)
{
    move(view, session, 1);
}

static void capture_back(struct view *view, struct session *session)
{
    (void)view;
    session_pop(session);
}

static bool capture_key(struct view *view, struct session *session, int key)
{
    struct view_capture *self = self_of(view);
    enum prompt_result result = prompt_key(self->fields[self->at], key);
    if (result == PROMPT_NOT_MINE)
        return false;
    if (result == PROMPT_CHANGED && self->at == FIELD_PORT)
        self->port_typed = true;
    session_redraw(session);
    return true;
}

/* A name that is not taken: not even by the capture before. */
static void offer_file(struct view_capture *self)
{
    struct prompt *field = self->fields[FIELD_FILE];
    if (self->offered_file && strcmp(prompt_text(field), self->offered_file) != 0)
        return;
    g_free(self->offered_file);
    self->offered_file = incoming_file(self->pod, self->container,
                                       access(".", W_OK | X_OK) == 0 ? NULL : g_get_home_dir());
    prompt_set(field, self->offered_file);
}

static void capture_shown(struct view *view, struct session *session)
{
    (void)session;
    offer_file(self_of(view));
}

static const struct command capture_commands[] = {
    {"capture", "enter", "capture", "take the trace and show it", capture_go},
    {"down", "down tab", "next field", "the next field", capture_down},
    {"up", "up S-tab", NULL, "the field before", capture_up},
    {"back", "esc", NULL, "back to where you came from", capture_back},
    {0},
};

static const struct view_type capture_type = {
    .name = "capture",
    .title = capture_title,
    .draw = capture_view_draw,
    .commands = capture_commands,
    .key = capture_key,
    .types_text = true,
    .shown = capture_shown,
    .free = capture_view_free,
};

/* The port that the pod declares. Who may not see the pod types one. */
static void on_pod(const struct pod *pod, const GError *error, void *data)
{
    struct view_capture *self = data;
    self->request = NULL;
    if (error)
        return;
    if (!self->port_typed) {
        g_autofree char *port =
            g_strdup_printf("%u", port_choose(pod, self->container, NULL, NULL));
        prompt_set(self->fields[FIELD_PORT], port);
    }
    self->ports = port_list(pod);
    session_redraw(self->session);
}

struct view *view_capture_new(struct session *session, const char *namespace, const char *pod,
                              const char *container)
{
    struct view_capture *self = g_new0(struct view_capture, 1);
    g_autofree char *seconds = g_strdup_printf("%d", CAPTURE_SECONDS);
    g_autofree char *port = g_strdup_printf("%d", PORT_DEFAULT);
    self->view.type = &capture_type;
    self->session = session;
    self->namespace = g_strdup(namespace);
    self->pod = g_strdup(pod);
    self->container = g_strdup(container);
    self->place = cluster_place(session, namespace, pod, container);
    self->fields[FIELD_SECONDS] = prompt_new(seconds);
    self->fields[FIELD_PORT] = prompt_new(port);
    self->fields[FIELD_PATH] = prompt_new(CAPTURE_PATH);
    self->fields[FIELD_FILE] = prompt_new(NULL);
    offer_file(self);
    self->request = pod_get(session_client(session), namespace, pod, on_pod, self);
    return &self->view;
}
