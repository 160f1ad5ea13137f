/* A child process, its last words, and whether its port answers. */
#include "tui/gotool.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#define RETRY_MS 100
/* Where Go's own installer puts it, which a login by ssh often does not have in its PATH. */
#define USUAL_GO "/usr/local/go/bin/go"

struct gotool {
    int n_references; /* of the owner and of each call under way */
    GSubprocess *process;
    GDataInputStream *err;
    GCancellable *cancellable; /* cancelled by the owner's leave */
    GSocketConnection *connection;
    guint retry;
    int pid; /* also of the group */
    int port;
    enum gotool_state state;
    char *words;
    char answer[16];
    void (*changed)(void *data);
    void *data;
};

static struct gotool *ref(struct gotool *gotool)
{
    gotool->n_references++;
    return gotool;
}

static void unref(struct gotool *gotool)
{
    if (--gotool->n_references > 0)
        return;
    g_clear_object(&gotool->process);
    g_clear_object(&gotool->err);
    g_clear_object(&gotool->connection);
    g_clear_object(&gotool->cancellable);
    g_free(gotool->words);
    g_free(gotool);
}

static bool is_left(const struct gotool *gotool)
{
    return g_cancellable_is_cancelled(gotool->cancellable);
}

static void set_state(struct gotool *gotool, enum gotool_state state)
{
    if (gotool->state == state || is_left(gotool))
        return;
    gotool->state = state;
    gotool->changed(gotool->data);
}

char *gotool_find(void)
{
    char *go = g_find_program_in_path("go");
    if (!go && g_file_test(USUAL_GO, G_FILE_TEST_IS_EXECUTABLE))
        go = g_strdup(USUAL_GO);
    return go;
}

/* A port that nobody listens on. Somebody else may take it before the tool does; then the tool
 * says so and ends, and that is shown. */
static int free_port(GError **error)
{
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
    if (!socket)
        return 0;
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    if (!g_socket_bind(socket, any, FALSE, error))
        return 0;
    g_autoptr(GSocketAddress) bound = g_socket_get_local_address(socket, error);
    return bound ? g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)) : 0;
}

static void connect_to(struct gotool *gotool);

static gboolean retry(gpointer data)
{
    struct gotool *gotool = data;
    gotool->retry = 0;
    connect_to(gotool);
    return G_SOURCE_REMOVE;
}

/* The tool listens before it has read the trace, and answers only after: so that a connection is
 * not enough, the first bytes of an answer are. */
static void on_answer(GObject *source, GAsyncResult *result, gpointer data)
{
    struct gotool *gotool = data;
    gssize n = g_input_stream_read_finish(G_INPUT_STREAM(source), result, NULL);
    g_clear_object(&gotool->connection);
    if (n > 0)
        set_state(gotool, GOTOOL_READY);
    else if (!is_left(gotool) && gotool->state == GOTOOL_STARTING && gotool->retry == 0)
        gotool->retry = g_timeout_add(RETRY_MS, retry, gotool);
    unref(gotool);
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer data)
{
    static const char request[] = "GET / HTTP/1.0\r\n\r\n";
    struct gotool *gotool = data;
    gotool->connection =
        g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(source), result, NULL);
    if (is_left(gotool) || gotool->state != GOTOOL_STARTING) {
        unref(gotool);
        return;
    }
    /* Some bytes always fit a fresh socket's buffer, so that this does not block. */
    if (gotool->connection &&
        g_socket_send(g_socket_connection_get_socket(gotool->connection), request,
                      sizeof request - 1, NULL, NULL) == sizeof request - 1) {
        g_input_stream_read_async(g_io_stream_get_input_stream(G_IO_STREAM(gotool->connection)),
                                  gotool->answer, sizeof gotool->answer, G_PRIORITY_DEFAULT,
                                  gotool->cancellable, on_answer, gotool);
        return;
    }
    g_clear_object(&gotool->connection);
    gotool->retry = g_timeout_add(RETRY_MS, retry, gotool);
    unref(gotool);
}

static void connect_to(struct gotool *gotool)
{
    if (gotool->state != GOTOOL_STARTING)
        return;
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_socket_client_set_enable_proxy(client, FALSE);
    g_socket_client_connect_to_host_async(client, "127.0.0.1", (guint16)gotool->port,
                                          gotool->cancellable, on_connected, ref(gotool));
}

static void read_line(struct gotool *gotool);

static void on_line(GObject *source, GAsyncResult *result, gpointer data)
{
    struct gotool *gotool = data;
    g_autofree char *line =
        g_data_input_stream_read_line_finish(G_DATA_INPUT_STREAM(source), result, NULL, NULL);
    if (line && !is_left(gotool)) {
        if (*line) {
            g_free(gotool->words);
            gotool->words = g_strdup(line);
        }
        read_line(gotool);
    }
    unref(gotool);
}

static void read_line(struct gotool *gotool)
{
    g_data_input_stream_read_line_async(gotool->err, G_PRIORITY_DEFAULT, gotool->cancellable,
                                        on_line, ref(gotool));
}

static void on_end(GObject *source, GAsyncResult *result, gpointer data)
{
    struct gotool *gotool = data;
    (void)g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    gotool->pid = 0; /* the number may be somebody else's from now on */
    set_state(gotool, GOTOOL_ENDED);
    unref(gotool);
}

static void own_group(gpointer data)
{
    (void)data;
    setpgid(0, 0);
}

/* Over ssh there is no browser here that anybody sees: the tool must not look for one. */
static void keep_browser_shut(GSubprocessLauncher *launcher)
{
    const char *display = g_getenv("DISPLAY");
    if (g_getenv("SSH_CONNECTION") || !display || !*display)
        g_subprocess_launcher_setenv(launcher, "BROWSER", "true", TRUE);
}

struct gotool *gotool_start(const char *go, const char *path, void (*changed)(void *data),
                            void *data, GError **error)
{
    int port = free_port(error);
    if (port == 0)
        return NULL;
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_subprocess_launcher_set_child_setup(launcher, own_group, NULL, NULL);
    keep_browser_shut(launcher);
    g_autofree char *http = g_strdup_printf("-http=127.0.0.1:%d", port);
    /* A name that begins with "-" must not be read as a flag. */
    g_autofree char *full = g_canonicalize_filename(path, NULL);
    GSubprocess *process =
        g_subprocess_launcher_spawn(launcher, error, go, "tool", "trace", http, full, NULL);
    if (!process)
        return NULL;
    struct gotool *gotool = g_new0(struct gotool, 1);
    gotool->n_references = 1;
    gotool->process = process;
    const char *pid = g_subprocess_get_identifier(process);
    gotool->pid = pid ? (int)g_ascii_strtoll(pid, NULL, 10) : 0;
    gotool->port = port;
    gotool->changed = changed;
    gotool->data = data;
    gotool->cancellable = g_cancellable_new();
    gotool->err = g_data_input_stream_new(g_subprocess_get_stderr_pipe(process));
    read_line(gotool);
    g_subprocess_wait_async(process, NULL, on_end, ref(gotool));
    connect_to(gotool);
    return gotool;
}

void gotool_free(struct gotool *gotool)
{
    if (!gotool)
        return;
    g_cancellable_cancel(gotool->cancellable);
    g_clear_handle_id(&gotool->retry, g_source_remove);
    if (gotool->pid > 0)
        kill(-gotool->pid, SIGTERM);
    unref(gotool);
}

enum gotool_state gotool_state(const struct gotool *gotool)
{
    return gotool->state;
}

int gotool_port(const struct gotool *gotool)
{
    return gotool->port;
}

const char *gotool_words(const struct gotool *gotool)
{
    return gotool->words ? gotool->words : "";
}

char *gotool_ssh_line(int port, const char *ssh_connection, const char *user, const char *host)
{
    /* sshd sets four words: the client's address and port, then those that it reached. */
    g_auto(GStrv) words = g_strsplit(ssh_connection ? ssh_connection : "", " ", -1);
    bool by_ssh = g_strv_length(words) == 4;
    const char *address = by_ssh ? words[2] : host;
    g_autofree char *option =
        by_ssh && !g_str_equal(words[3], "22") ? g_strdup_printf("-p %s ", words[3]) : g_strdup("");
    return g_strdup_printf("ssh -N -L %d:127.0.0.1:%d %s%s@%s", port, port, option, user, address);
}
