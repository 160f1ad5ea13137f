#include "kube/demo_exec.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include <jansson.h>

#include "kube/demo_command.h"
#include "kube/demo_json.h"
#include "kube/websocket.h"

/* The channels of v4 and v5: the first byte of each message. */
enum { CHANNEL_STDIN, CHANNEL_STDOUT, CHANNEL_STDERR, CHANNEL_STATUS, CHANNEL_CLOSE = 255 };

/* The largest frame of a real server is a byte more. */
#define CHUNK_BYTES 32768
/* A client has so long to take the end of an exec in. */
#define GOODBYE_MS 2000
#define POLL_MS 200

struct session {
    struct demo_exec *exec;
    struct demo_faults faults;
    struct websocket *websocket;
    struct demo_command *command; /* NULL: could not be started, or is over */
    int socket;
    int channel;          /* of the message that comes in; -1: of none that is known */
    bool closing;         /* a CLOSE is queued */
    bool gone;            /* nothing can come or go any more */
    bool stalled;         /* fault: be still from now on */
    bool cut;             /* fault: end the connection when the wire has taken ... */
    size_t unsent_bytes;  /* ... all but the last so many bytes */
    int64_t began_us;     /* of stdout, for the throttle */
    uint64_t stdout_sent; /* bytes */
};

struct demo_exec *demo_exec_new(struct demo_world *world)
{
    struct demo_exec *exec = g_new0(struct demo_exec, 1);
    exec->world = world;
    return exec;
}

void demo_exec_free(struct demo_exec *exec)
{
    if (exec == NULL)
        return;
    g_clear_pointer(&exec->pod, demo_object_unref);
    g_strfreev(exec->argv);
    g_free(exec);
}

const struct demo_container *demo_exec_choose(const struct demo_object *pod, const char *name,
                                              char **message)
{
    if (name != NULL && *name != '\0') {
        const struct demo_container *container = demo_object_container(pod, name);
        if (container == NULL)
            *message = g_strdup_printf("container %s is not valid for pod %s", name, pod->name);
        return container;
    }
    const struct demo_container *only = NULL;
    g_autoptr(GString) names = g_string_new(NULL);
    for (const struct demo_container *row = pod->row->containers; row->name != NULL; row++) {
        if (row->kind != CONTAINER_MAIN)
            continue;
        g_string_append_printf(names, "%s%s", names->len > 0 ? " " : "", row->name);
        only = row;
    }
    if (strchr(names->str, ' ') == NULL)
        return only;
    *message = g_strdup_printf("a container name must be specified for pod %s, choose one of: [%s]",
                               pod->name, names->str);
    return NULL;
}

static void send_status(struct session *session, json_t *status)
{
    g_autofree char *text = json_dumps(status, JSON_COMPACT);
    g_autofree char *message = g_strconcat("\003", text, NULL);
    websocket_send(session->websocket, WEBSOCKET_BINARY, (const uint8_t *)message, strlen(message));
    websocket_close(session->websocket, 1000, NULL);
    session->closing = true;
    json_decref(status);
}

static void send_exit(struct session *session, int exit_status)
{
    if (exit_status == 0) {
        send_status(session, json_pack("{s:{}, s:s}", "metadata", "status", "Success"));
        return;
    }
    g_autofree char *words = g_strjoinv(" ", session->exec->argv);
    g_autofree char *argv = g_utf8_make_valid(words, -1);
    g_autofree char *code = g_strdup_printf("%d", exit_status);
    g_autofree char *message =
        g_strdup_printf("command terminated with non-zero exit code: error executing command "
                        "[%s], exit code %s",
                        argv, code);
    send_status(session,
                json_pack("{s:{}, s:s, s:s, s:s, s:{s:[{s:s, s:s}]}}", "metadata", "status",
                          "Failure", "message", message, "reason", "NonZeroExitCode", "details",
                          "causes", "reason", "ExitCode", "message", code));
}

static void send_failure(struct session *session, const char *message)
{
    json_t *status = demo_status_json(500, "InternalError", message, NULL);
    json_t *cause = json_pack("{s:O}", "message", json_object_get(status, "message"));
    json_object_set_new(status, "details", json_pack("{s:[o]}", "causes", cause));
    send_status(session, status);
}

/* How many bytes of stdout may still go out by now, for the faults' sake. */
static uint64_t stdout_room(const struct session *session)
{
    const struct demo_faults *faults = &session->faults;
    uint64_t room = UINT64_MAX;
    if (faults->stall_after_bytes > 0)
        room = MIN(room, (uint64_t)faults->stall_after_bytes - session->stdout_sent);
    if (faults->bytes_per_s > 0) {
        int64_t us = g_get_monotonic_time() - session->began_us;
        uint64_t due = (uint64_t)us * faults->bytes_per_s / G_USEC_PER_SEC;
        room = MIN(room, due > session->stdout_sent ? due - session->stdout_sent : 0);
    }
    return room;
}

static bool throttled(const struct session *session)
{
    return session->faults.bytes_per_s > 0 && stdout_room(session) == 0;
}

/* Sends a chunk of stdout that holds the byte after which the connection breaks. A connection that
 * dies does so in the middle of a frame. */
static void send_last_chunk(struct session *session, const uint8_t *message, size_t len)
{
    uint64_t left = (uint64_t)session->faults.cut_after_bytes - session->stdout_sent;
    size_t shown = (size_t)MIN(left, (uint64_t)len);
    session->stdout_sent += shown;
    if (session->faults.cut_with_success) {
        websocket_send(session->websocket, WEBSOCKET_BINARY, message, 1 + shown);
        send_exit(session, 0);
        return;
    }
    websocket_send(session->websocket, WEBSOCKET_BINARY, message, 1 + len);
    session->unsent_bytes = len - shown;
    session->cut = true;
}

/* Hands on what the command prints next, or how it ended. False: there is nothing to do now. */
static bool produce(struct session *session)
{
    if (session->closing || session->stalled || session->cut || session->command == NULL ||
        throttled(session))
        return false;
    const struct demo_faults *faults = &session->faults;
    uint8_t message[1 + CHUNK_BYTES];
    size_t len = 0, max = (size_t)MIN(stdout_room(session), (uint64_t)CHUNK_BYTES);
    switch (demo_command_read(session->command, message + 1, max, &len)) {
    case DEMO_OUTPUT_LATER:
        return !demo_command_idle(session->command);
    case DEMO_OUTPUT_ENDED:
        send_exit(session, demo_command_exit_status(session->command));
        return true;
    case DEMO_OUTPUT_STDERR:
        message[0] = CHANNEL_STDERR;
        if (session->exec->with_stderr)
            websocket_send(session->websocket, WEBSOCKET_BINARY, message, 1 + len);
        return true;
    case DEMO_OUTPUT_STDOUT:
        break;
    }
    if (!session->exec->with_stdout)
        return true;
    message[0] = CHANNEL_STDOUT;
    if (faults->cut_after_bytes > 0 && (session->exec->v5 || !faults->cut_v5_only) &&
        session->stdout_sent + len >= (uint64_t)faults->cut_after_bytes) {
        send_last_chunk(session, message, len);
        return true;
    }
    websocket_send(session->websocket, WEBSOCKET_BINARY, message, 1 + len);
    session->stdout_sent += len;
    session->stalled = faults->stall_after_bytes > 0 &&
                       session->stdout_sent >= (uint64_t)faults->stall_after_bytes;
    return true;
}

static void take_data(enum websocket_type type, bool first, bool last, const uint8_t *bytes,
                      size_t len, void *self)
{
    struct session *session = self;
    (void)last;
    if (first) {
        bool known = type == WEBSOCKET_BINARY && len > 0;
        session->channel = known ? bytes[0] : -1;
        bytes += known;
        len -= known;
    }
    if (session->command == NULL || !session->exec->with_stdin)
        return;
    if (session->channel == CHANNEL_STDIN)
        demo_command_input(session->command, bytes, len);
    else if (session->channel == CHANNEL_CLOSE && session->exec->v5 && len > 0 &&
             bytes[0] == CHANNEL_STDIN)
        demo_command_input_end(session->command);
}

/* A client that says CLOSE gets its CLOSE and no status. */
static void take_close(unsigned code, const char *reason, size_t len, void *self)
{
    struct session *session = self;
    (void)code;
    (void)reason;
    (void)len;
    session->closing = true;
}

static void receive(struct session *session)
{
    uint8_t bytes[16384];
    ssize_t n = recv(session->socket, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || (session->faults.talk_cuts && session->stdout_sent > 0)) {
        session->gone = true;
        return;
    }
    /* Who stalls hears nothing either: not even a ping is answered. */
    if (!session->stalled && !websocket_feed(session->websocket, bytes, (size_t)n, NULL))
        session->closing = true;
}

/* Writes what waits. True: the wire took only a part. */
static bool transmit(struct session *session)
{
    while (!session->gone) {
        size_t len = 0;
        const uint8_t *bytes = websocket_pending(session->websocket, &len);
        if (len <= session->unsent_bytes)
            return false;
        ssize_t n =
            send(session->socket, bytes, len - session->unsent_bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (n > 0)
            websocket_wrote(session->websocket, (size_t)n);
        else if (errno == EAGAIN)
            return true;
        else if (errno != EINTR)
            session->gone = true;
    }
    return false;
}

static void session_wait(struct session *session, bool unwritten, bool busy)
{
    struct pollfd wanted = {session->socket, unwritten ? POLLOUT : 0, 0};
    if (session->command == NULL || demo_command_wants_input(session->command))
        wanted.events |= POLLIN;
    int timeout_ms = busy && !unwritten ? 0 : throttled(session) ? 5 : POLL_MS;
    if (poll(&wanted, 1, timeout_ms) > 0 && (wanted.revents & ~POLLOUT) != 0)
        receive(session);
}

/* Says that no more comes and waits for the client to leave: closing at once with unread input
 * would make the kernel throw away what the client has not read yet. */
static void session_goodbye(struct session *session)
{
    int64_t deadline_us = g_get_monotonic_time() + GOODBYE_MS * 1000;
    shutdown(session->socket, SHUT_WR);
    while (!session->gone && g_get_monotonic_time() < deadline_us &&
           !demo_world_ended(session->exec->world)) {
        struct pollfd wanted = {session->socket, POLLIN, 0};
        uint8_t bytes[4096];
        if (poll(&wanted, 1, POLL_MS) > 0 &&
            recv(session->socket, bytes, sizeof bytes, MSG_DONTWAIT) <= 0)
            session->gone = true;
    }
}

static void session_begin(struct session *session)
{
    struct demo_exec *exec = session->exec;
    /* A real server begins with an empty message of stdout. */
    const uint8_t nothing = CHANNEL_STDOUT;
    websocket_send(session->websocket, WEBSOCKET_BINARY, &nothing, 1);
    session->began_us = g_get_monotonic_time();
    if (exec->container->state != DEMO_RUNNING) {
        g_autofree char *message =
            g_strdup_printf("container not found (\"%s\")", exec->container->name);
        send_failure(session, message);
        return;
    }
    g_autofree char *failure = NULL;
    session->command = demo_command_start(exec->world, exec->pod, exec->container,
                                          (const char *const *)exec->argv, &failure);
    if (session->command == NULL)
        send_failure(session, failure);
}

void demo_exec_serve(struct demo_exec *exec, int socket, const void *early, size_t early_len)
{
    static const struct websocket_calls calls = {take_data, take_close, NULL};
    struct session session = {.exec = exec, .socket = socket, .channel = -1};
    session.faults = demo_world_faults(exec->world);
    session.websocket = websocket_new(WEBSOCKET_SERVER, &calls, &session);
    session_begin(&session);
    if (early_len > 0 && !websocket_feed(session.websocket, early, early_len, NULL))
        session.closing = true;

    while (!session.gone && !demo_world_ended(exec->world)) {
        bool unwritten = transmit(&session);
        if (!unwritten && (session.closing || session.cut))
            break;
        bool busy = !unwritten && produce(&session);
        session_wait(&session, unwritten, busy);
    }
    session_goodbye(&session);
    demo_command_free(session.command);
    websocket_free(session.websocket);
}
