#include "kube/watch.h"

#include <string.h>

#include "kube/inquiry.h"
#include "kube/json.h"
#include "kube/status.h"

struct watch {
    const struct watch_calls *calls;
    void *data;
    const char *server; /* the login's */
    struct inquiry *request;
    GString *line; /* the beginning of one */
    bool busy;     /* inside got_piece(): nothing may be freed */
    bool over;
};

void watch_free(struct watch *watch)
{
    if (watch == NULL)
        return;
    watch->over = true;
    if (watch->busy)
        return;
    if (watch->request != NULL)
        inquiry_cancel(watch->request);
    g_string_free(watch->line, TRUE);
    g_free(watch);
}

/* Takes the error over. */
static void end(struct watch *watch, GError *error)
{
    const struct watch_calls *calls = watch->calls;
    void *data = watch->data;
    g_autoptr(GError) why = error;

    watch_free(watch);
    calls->ended(why, data);
}

static GError *take_line(struct watch *watch, const char *line, size_t len)
{
    GError *error = NULL;
    json_auto_t *event = json_read(line, len, &error);
    const json_t *object = json_object_get(event, "object");
    const char *type = json_text(event, "type", NULL);

    if (event == NULL)
        return error;
    if (strcmp(type, "ERROR") == 0)
        return status_object_error(object);
    watch->calls->event(type, object, watch->data);
    return NULL;
}

static GError *take_lines(struct watch *watch)
{
    size_t at = 0;
    GError *error = NULL;
    const char *end_of_line;

    while (error == NULL && !watch->over &&
           (end_of_line =
                (const char *)memchr(watch->line->str + at, '\n', watch->line->len - at)) != NULL) {
        size_t len = (size_t)(end_of_line - watch->line->str) - at;

        if (len > 0)
            error = take_line(watch, watch->line->str + at, len);
        at += len + 1;
    }
    g_string_erase(watch->line, 0, (gssize)at);
    if (error == NULL && watch->line->len > WATCH_MAX_EVENT)
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_SERVER, "an event of more than %u MiB",
                            WATCH_MAX_EVENT >> 20);
    return error;
}

static void got_piece(const char *bytes, size_t len, void *data)
{
    struct watch *watch = (struct watch *)data;
    GError *error;

    g_string_append_len(watch->line, bytes, (gssize)len);
    watch->busy = true;
    error = take_lines(watch);
    if (!watch->over)
        watch->calls->pause(watch->data);
    watch->busy = false;
    if (watch->over) {
        g_clear_error(&error);
        watch_free(watch);
    } else if (error != NULL) {
        g_prefix_error(&error, "%s: ", watch->server);
        end(watch, error);
    }
}

static void begun(void *data)
{
    struct watch *watch = (struct watch *)data;

    watch->calls->begun(watch->data);
}

static void request_done(const char *body, size_t len, const GError *error, void *data)
{
    struct watch *watch = (struct watch *)data;

    (void)body;
    (void)len;
    watch->request = NULL;
    end(watch, error != NULL ? g_error_copy(error) : NULL);
}

static void request_dropped(void *data)
{
    ((struct watch *)data)->request = NULL;
}

struct watch *watch_start(struct http *http, const char *path, const char *accept,
                          const struct watch_calls *calls, void *data)
{
    static const struct http_calls http_calls = {
        .begun = begun, .piece = got_piece, .done = request_done, .drop = request_dropped};
    struct http_ask ask = {.path = path, .accept = accept, .endless = true};
    struct watch *watch = g_new0(struct watch, 1);

    watch->calls = calls;
    watch->data = data;
    watch->server = http_login(http)->server;
    watch->line = g_string_new(NULL);
    watch->request = inquiry_start(http, &ask, &http_calls, watch);
    return watch;
}
