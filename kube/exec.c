#include "kube/exec.h"

#include <string.h>

#include "kube/http.h"
#include "kube/json.h"
#include "kube/link.h"
#include "kube/loop_source.h"
#include "kube/path.h"
#include "kube/status.h"
#include "kube/upgrade.h"
#include "kube/websocket.h"

/* Channels of v4.channel.k8s.io and v5.channel.k8s.io: the first byte of each message. */
enum { CHANNEL_STDIN = 0, CHANNEL_STDOUT = 1, CHANNEL_STDERR = 2, CHANNEL_STATUS = 3 };

#define READ_BYTES (128u << 10)
#define READS_A_TURN 8         /* then other sources of the main loop have their turn */
#define MAX_STATUS (64u << 10) /* of the status frame */
#define STDERR_TAIL 2048       /* kept for the error message */
#define BEAT_MS 4000           /* of silence: at most 5 s, whenever the watch looks */
#define SILENCE_MS 20000       /* ... and after so long without a sign of life it is dead */
#define ANSWER_MS 60000        /* a kubelet may take its time to start a command */
#define WATCH_MS 250           /* how often all this is looked at */
#define CLOSE_MS 3000          /* from the status to the end of the connection */
#define LOGGED_WORD 200        /* bytes of a word of the command */
#define LINGER_MS 1000         /* how long a cancelled exec waits for the server's CLOSE */

static const char *const all_protocols[] = {"v5.channel.k8s.io", "v4.channel.k8s.io", NULL};
static const char *const v4_alone[] = {"v4.channel.k8s.io", NULL};

enum phase { CONNECTING, ASKING, RUNNING, LINGERING };

struct exec {
    struct http *http;
    struct exec_calls calls;
    void *data;
    char *where, *path, *program;
    char *asked; /* for the log */
    const char *const *protocols;

    enum phase phase;
    struct link *link;
    struct upgrade *upgrade;
    struct websocket *websocket;
    GString *request; /* what of it was not yet written */
    int64_t began_us, beat_us;
    int64_t silent_ms; /* since something came, in steps of WATCH_MS: time asleep does not count */
    GSource *beat;
    unsigned serial; /* of the identity that it was asked with */
    bool again;      /* the second try, with a new login */
    bool busy;       /* inside on_ready(): nothing may be freed */
    bool over;       /* ... and it is to be freed there */

    bool finished; /* `done` is due, with these */
    struct exec_result result;
    GError *error;

    int channel;        /* of the message that is coming in */
    GByteArray *status; /* the status frame */
    int64_t status_us;  /* when it had come whole; 0: not yet */
    GString *stderr_tail;
    bool closed; /* CLOSE came */
    uint8_t buffer[READ_BYTES];
};

/* The request holds the login. */
static void clear_request(struct exec *exec)
{
    explicit_bzero(exec->request->str, exec->request->allocated_len);
    g_string_free(exec->request, TRUE);
    exec->request = NULL;
}

static void exec_free(struct exec *exec)
{
    if (exec->http != NULL)
        http_let_go(exec->http, exec);
    loop_source_clear(&exec->beat);
    link_free(exec->link);
    upgrade_free(exec->upgrade);
    websocket_free(exec->websocket);
    if (exec->request != NULL)
        clear_request(exec);
    g_byte_array_unref(exec->status);
    g_string_free(exec->stderr_tail, TRUE);
    g_clear_error(&exec->error);
    g_free(exec->where);
    g_free(exec->path);
    g_free(exec->program);
    g_free(exec->asked);
    g_free(exec);
}

/* Frees it, and then calls `done` if that is due, so that `done` may free all the rest. */
static void settle(struct exec *exec)
{
    struct exec_calls calls = exec->calls;
    struct exec_result result = exec->result;
    void *data = exec->data;
    bool finished = exec->finished;
    g_autoptr(GError) error = NULL;

    exec->over = true;
    if (exec->busy)
        return; /* on_ready() comes back here */
    error = g_steal_pointer(&exec->error);
    exec_free(exec);
    if (finished)
        calls.done(&result, error, data);
}

/* The client goes away. */
static void exec_drop(void *data)
{
    struct exec *exec = (struct exec *)data;

    exec->finished = false;
    g_clear_pointer(&exec->link, link_free);
    exec->http = NULL;
    settle(exec);
}

/* Takes the error over; NULL: all is well. Nothing of exec may be touched after this, unless it
 * is busy. */
static void finish(struct exec *exec, int exit_status, GError *error)
{
    if (exec->phase == LINGERING) {
        g_clear_error(&error);
    } else {
        exec->finished = true;
        exec->result.exit_status = exit_status;
        exec->error = error;
        if (error != NULL)
            g_prefix_error(&exec->error, "%s: ", exec->where);
        exec->phase = LINGERING;
    }
    settle(exec);
}

/* The last lines of stderr, without the space around them; "" when it said nothing. */
static const char *last_words(struct exec *exec)
{
    return g_strstrip(exec->stderr_tail->str);
}

static GError *exit_error(struct exec *exec, int exit_status)
{
    const char *words = last_words(exec);

    if (exit_status == 137)
        return g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND,
                           "%s was killed (exit status 137): its container was stopped, or memory "
                           "ran out%s%s",
                           exec->program, *words != '\0' ? ": " : "", words);
    if (*words == '\0')
        return g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND, "%s failed with exit status %d",
                           exec->program, exit_status);
    return g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND, "%s (exit status %d)", words, exit_status);
}

/* What a status without an exit status means: the command was never started, or its end is not
 * known. */
static GError *start_error(struct exec *exec, const json_t *status)
{
    const char *message = json_text(status, "message", NULL);
    GError *error;

    if (strstr(message, "executable file not found") != NULL ||
        strstr(message, "not found in $PATH") != NULL ||
        (strstr(message, "exec failed") != NULL &&
         strstr(message, "no such file or directory") != NULL))
        return g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND,
                           "there is no program \"%s\" in the container", exec->program);
    error = status_object_error(status);
    if (error->code == KUBE_ERROR_SERVER) {
        g_error_free(error);
        error = g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND, "%s could not be run: %s",
                            exec->program, *message != '\0' ? message : "no reason is given");
    }
    return error;
}

/* The connection is over, one way or another. */
static void finish_by_status(struct exec *exec, const char *why)
{
    g_autoptr(GError) error = NULL;
    json_auto_t *status = NULL;
    int exit_status;

    if (exec->status_us == 0) {
        finish(exec, -1,
               g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                           "the connection ended before the command did%s%s",
                           why != NULL ? ": " : "", why != NULL ? why : ""));
        return;
    }
    status = json_read((const char *)exec->status->data, exec->status->len, &error);
    if (status == NULL) {
        finish(exec, -1, g_steal_pointer(&error));
        return;
    }
    exit_status = status_exit_code(status);
    if (exit_status == 0)
        finish(exec, 0, NULL);
    else if (exit_status > 0)
        finish(exec, exit_status, exit_error(exec, exit_status));
    else
        finish(exec, -1, start_error(exec, status));
}

static void keep_stderr(struct exec *exec, const uint8_t *bytes, size_t len)
{
    GString *tail = exec->stderr_tail;
    char *line;

    g_string_append_len(tail, (const char *)bytes, (gssize)len);
    if (tail->len <= STDERR_TAIL)
        return;
    g_string_erase(tail, 0, (gssize)(tail->len - STDERR_TAIL));
    line = memchr(tail->str, '\n', tail->len - 1);
    if (line != NULL)
        g_string_erase(tail, 0, line + 1 - tail->str);
}

static void take_output(struct exec *exec, const uint8_t *bytes, size_t len)
{
    if (exec->channel == CHANNEL_STDERR)
        keep_stderr(exec, bytes, len);
    if (len > 0)
        exec->calls.output((enum exec_stream)exec->channel, bytes, len, exec->data);
}

static void got_data(enum websocket_type type, bool first, bool last, const uint8_t *bytes,
                     size_t len, void *self)
{
    struct exec *exec = (struct exec *)self;

    (void)type;
    if (exec->phase != RUNNING)
        return;
    if (first)
        exec->channel = -1;
    if (exec->channel < 0 && len > 0) {
        exec->channel = *bytes++;
        len--;
    }
    if (exec->channel == CHANNEL_STDOUT || exec->channel == CHANNEL_STDERR) {
        take_output(exec, bytes, len);
    } else if (exec->channel == CHANNEL_STATUS && exec->status_us == 0) {
        if (len <= MAX_STATUS - exec->status->len)
            g_byte_array_append(exec->status, bytes, (guint)len);
        if (last)
            exec->status_us = g_get_monotonic_time();
    }
}

static void got_close(unsigned code, const char *reason, size_t len, void *self)
{
    (void)code;
    (void)reason;
    (void)len;
    ((struct exec *)self)->closed = true;
}

/* Writes what it can. */
static void write_pending(struct exec *exec)
{
    enum link_io io = LINK_OK;
    size_t len = 0, done;

    while (io == LINK_OK) {
        const uint8_t *bytes;

        if (exec->phase == ASKING) {
            bytes = (const uint8_t *)exec->request->str;
            len = exec->request->len;
        } else {
            bytes = websocket_pending(exec->websocket, &len);
        }
        if (len == 0)
            break;
        io = link_write(exec->link, bytes, len, &done);
        if (io != LINK_OK)
            break;
        if (exec->phase == ASKING)
            g_string_erase(exec->request, 0, (gssize)done);
        else
            websocket_wrote(exec->websocket, done);
    }
    link_want_write(exec->link, io == LINK_AGAIN && len > 0);
}

static void begin_frames(struct exec *exec)
{
    static const struct websocket_calls calls = {.data = got_data, .closed = got_close};

    http_log(exec->http, "GET %s%s: 101, %s, %" G_GINT64_FORMAT " ms",
             http_login(exec->http)->server, exec->asked, upgrade_protocol(exec->upgrade),
             (g_get_monotonic_time() - exec->began_us) / 1000);
    clear_request(exec);
    exec->websocket = websocket_new(WEBSOCKET_CLIENT, &calls, exec);
    exec->phase = RUNNING;
}

static void connect_link(struct exec *exec);

/* The server does not know us (any more): once more, where that may be mended. */
static bool try_again(struct exec *exec)
{
    if (upgrade_status(exec->upgrade) != 401 ||
        !identity_refused(http_identity(exec->http), exec->serial) || exec->again)
        return false;
    exec->again = true;
    clear_request(exec);
    upgrade_free(exec->upgrade);
    link_free(exec->link);
    exec->phase = CONNECTING;
    connect_link(exec);
    return true;
}

/* The answer was no. Takes the error over. */
static void refuse(struct exec *exec, GError *error)
{
    http_log(exec->http, "GET %s%s: %u: %s", http_login(exec->http)->server, exec->asked,
             upgrade_status(exec->upgrade), error->message);
    if (try_again(exec))
        g_error_free(error);
    else
        finish(exec, -1, error);
}

/* False: it is over, and finish() was called, or it begins anew. */
static bool take_bytes(struct exec *exec, const uint8_t *bytes, size_t len)
{
    GError *error = NULL;
    size_t used;

    if (exec->phase == ASKING) {
        switch (upgrade_feed(exec->upgrade, (const char *)bytes, len, &used, &error)) {
        case UPGRADE_MORE:
            return true;
        case UPGRADE_REFUSED:
            refuse(exec, error);
            return false;
        case UPGRADE_DONE:
            begin_frames(exec);
            bytes += used;
            len -= used;
        }
    }
    if (websocket_feed(exec->websocket, bytes, len, &error) || exec->over) {
        g_clear_error(&error);
        return !exec->over;
    }
    write_pending(exec);
    finish(exec, -1, error);
    return false;
}

static void stream_ended(struct exec *exec, const char *why)
{
    if (exec->phase == ASKING)
        refuse(exec, upgrade_end(exec->upgrade));
    else
        finish_by_status(exec, why);
}

static void read_more(struct exec *exec)
{
    bool going = true;

    for (int i = 0; going && i < READS_A_TURN; i++) {
        const char *why;
        size_t len;
        enum link_io io = link_read(exec->link, exec->buffer, READ_BYTES, &len, &why);

        if (io == LINK_AGAIN)
            return;
        if (io == LINK_END) {
            stream_ended(exec, why);
            return;
        }
        exec->silent_ms = 0;
        going = take_bytes(exec, exec->buffer, len);
        if (going && exec->closed) {
            write_pending(exec);
            finish_by_status(exec, NULL);
            return;
        }
    }
    if (going)
        link_again(exec->link);
}

static void on_ready(void *data)
{
    struct exec *exec = (struct exec *)data;

    exec->busy = true;
    /* When nothing can be written any more, what the server said last may still wait to be read;
     * reading finds the end. */
    write_pending(exec);
    read_more(exec);
    if (!exec->over && exec->websocket != NULL)
        write_pending(exec);
    exec->busy = false;
    if (exec->over)
        settle(exec);
}

static int64_t silence_limit_ms(const struct exec *exec)
{
    int64_t asked_ms = http_login(exec->http)->request_timeout_ms;

    if (asked_ms > 0)
        return asked_ms;
    return exec->phase == RUNNING ? SILENCE_MS : ANSWER_MS;
}

/* Sends a sign of life, and looks for one. */
static gboolean on_beat(gpointer data)
{
    struct exec *exec = (struct exec *)data;
    int64_t now_us = g_get_monotonic_time(), limit_ms = silence_limit_ms(exec);
    int64_t beat_ms = MIN(BEAT_MS, limit_ms / 3);

    exec->silent_ms = link_is_logging_in(exec->link) ? 0 : exec->silent_ms + WATCH_MS;
    if (exec->phase == LINGERING ||
        (exec->status_us != 0 && now_us - exec->status_us > CLOSE_MS * 1000)) {
        finish_by_status(exec, NULL);
    } else if (exec->silent_ms > limit_ms) {
        finish(exec, -1,
               g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                           "the connection is dead: nothing came for %.3g seconds",
                           (double)limit_ms / 1000));
    } else if (exec->phase == RUNNING && exec->silent_ms >= beat_ms &&
               now_us - exec->beat_us >= beat_ms * 1000) {
        /* Only in silence: a server that has sent all closes its socket while the end is on its way
         * over a slow link yet, and what reaches it then makes its kernel throw that end away.
         *
         * A ping keeps proxies from cutting the connection; only a message, such as one with
         * nothing for stdin, keeps the container's runtime from it. */
        const uint8_t nothing = CHANNEL_STDIN;

        exec->beat_us = now_us;
        websocket_ping(exec->websocket);
        websocket_send(exec->websocket, WEBSOCKET_BINARY, &nothing, 1);
        on_ready(exec);
    }
    return G_SOURCE_CONTINUE;
}

static void set_beat(struct exec *exec, guint interval_ms)
{
    loop_source_set(&exec->beat, g_timeout_source_new(interval_ms), on_beat, exec);
}

static void on_open(const GError *error, void *data)
{
    struct exec *exec = (struct exec *)data;
    g_autoptr(GPtrArray) headers = NULL;
    GError *bad = NULL;

    exec->silent_ms = 0;
    if (error != NULL) {
        finish(exec, -1, g_error_copy(error));
        return;
    }
    headers = identity_headers_new(http_identity(exec->http), &bad);
    exec->serial = identity_serial(http_identity(exec->http));
    if (headers != NULL)
        exec->request = upgrade_request(exec->upgrade, http_login(exec->http)->server, headers,
                                        exec->path, &bad);
    if (exec->request == NULL) {
        finish(exec, -1, bad);
        return;
    }
    exec->phase = ASKING;
    on_ready(exec);
}

static void connect_link(struct exec *exec)
{
    static const struct link_calls link_calls = {.open = on_open, .ready = on_ready};

    exec->upgrade = upgrade_new(exec->protocols);
    exec->link = link_new(exec->http, &link_calls, exec);
}

static char *exec_path(const struct place *place, const char *const *argv, unsigned manner)
{
    GString *path = g_string_new(NULL);

    path_append(path, "/api/v1/namespaces/%/pods/%/exec?", place->namespace, place->pod);
    for (; *argv != NULL; argv++)
        path_append(path, "command=%&", *argv);
    if (place->container != NULL)
        path_append(path, "container=%&", place->container);
    if ((manner & EXEC_STDIN) != 0)
        g_string_append(path, "stdin=true&");
    g_string_append(path, "stdout=true&stderr=true");
    return g_string_free(path, FALSE);
}

/* The path, and the command without what is long or empty in it: scripts, and lists for them. */
static char *asked_text(const char *path, const char *const *argv)
{
    GString *text = g_string_new_len(path, strcspn(path, "?"));

    g_string_append(text, " (");
    for (const char *const *word = argv; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        if (word != argv)
            g_string_append_c(text, ' ');
        g_string_append(text, strlen(*word) <= LOGGED_WORD && strchr(*word, '\n') == NULL ? *word
                                                                                          : "...");
    }
    g_string_append_c(text, ')');
    return g_string_free(text, FALSE);
}

struct exec *exec_start_as(struct client *client, const struct place *place,
                           const char *const *argv, unsigned manner, const struct exec_calls *calls,
                           void *data)
{
    struct exec *exec = g_new0(struct exec, 1);

    g_assert(argv[0] != NULL);
    exec->http = client_http(client);
    exec->calls = *calls;
    exec->data = data;
    exec->where = place_text(place);
    exec->path = exec_path(place, argv, manner);
    exec->program = g_strdup(argv[0]);
    exec->asked = asked_text(exec->path, argv);
    exec->protocols = (manner & EXEC_V4) != 0 ? v4_alone : all_protocols;
    exec->status = g_byte_array_new();
    exec->stderr_tail = g_string_new(NULL);
    exec->began_us = exec->beat_us = g_get_monotonic_time();
    connect_link(exec);
    http_hold(exec->http, exec_drop, exec);
    set_beat(exec, WATCH_MS);
    return exec;
}

struct exec *exec_start(struct client *client, const struct place *place, const char *const *argv,
                        const struct exec_calls *calls, void *data)
{
    return exec_start_as(client, place, argv, 0, calls, data);
}

/* Some runtimes start the program by one of their own, which ends as a shell would. */
bool exec_lacks_program(int exit_status, const GError *error)
{
    if (!g_error_matches(error, KUBE_ERROR, KUBE_ERROR_COMMAND))
        return false;
    return exit_status == 126 || exit_status == 127 ||
           (exit_status < 0 && strstr(error->message, "there is no program \"") != NULL);
}

void exec_cancel(struct exec *exec)
{
    bool running = exec->phase == RUNNING;

    exec->phase = LINGERING;
    if (!running) {
        settle(exec);
        return;
    }
    /* The command ends only when the server hears of it, and a connection that is closed with
     * bytes unread may take the CLOSE with it: so stay a moment. */
    websocket_close(exec->websocket, 1000, "");
    set_beat(exec, LINGER_MS);
    if (!exec->busy)
        on_ready(exec);
}
