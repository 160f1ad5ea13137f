#include "kube/command.h"

struct command {
    struct exec *exec;
    struct command_result result;
    size_t max_bytes;
    char *where, *program;
    command_done_fn *done;
    void *data;
};

static void command_free(struct command *command)
{
    if (command->result.out != NULL)
        g_string_free(command->result.out, TRUE);
    g_free(command->where);
    g_free(command->program);
    g_free(command);
}

static void finish(struct command *command, const GError *error)
{
    command->done(&command->result, error, command->data);
    command_free(command);
}

static void command_output(enum exec_stream stream, const uint8_t *bytes, size_t len, void *data)
{
    struct command *command = (struct command *)data;
    g_autoptr(GError) error = NULL;

    if (stream != EXEC_STDOUT)
        return;
    if (len <= command->max_bytes - command->result.out->len) {
        g_string_append_len(command->result.out, (const char *)bytes, (gssize)len);
        return;
    }
    exec_cancel(command->exec);
    command->result.exit_status = -1;
    error = g_error_new(KUBE_ERROR, KUBE_ERROR_SERVER, "%s: %s printed more than %zu KiB",
                        command->where, command->program, command->max_bytes >> 10);
    finish(command, error);
}

static void command_done(const struct exec_result *result, const GError *error, void *data)
{
    struct command *command = (struct command *)data;

    command->result.exit_status = result->exit_status;
    finish(command, error);
}

struct command *command_run(struct client *client, const struct place *place,
                            const char *const *argv, size_t max_bytes, command_done_fn *done,
                            void *data)
{
    static const struct exec_calls calls = {.output = command_output, .done = command_done};
    struct command *command = g_new0(struct command, 1);

    command->result.out = g_string_new(NULL);
    command->max_bytes = max_bytes;
    command->where = place_text(place);
    command->program = g_strdup(argv[0]);
    command->done = done;
    command->data = data;
    command->exec = exec_start(client, place, argv, &calls, command);
    return command;
}

void command_cancel(struct command *command)
{
    exec_cancel(command->exec);
    command_free(command);
}
