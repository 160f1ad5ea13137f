/* A short command in a container, run to its end, with what it printed held. */
#ifndef KUBE_COMMAND_H
#define KUBE_COMMAND_H

#include "kube/exec.h"

struct command_result {
    int exit_status; /* as in struct exec_result */
    GString *out;    /* stdout; may be stolen by setting it NULL. Foreign bytes, also NUL */
};

/* Called once, last. As in struct exec_calls, error is NULL only for exit status 0; what had been
 * printed before an error is there, too. KUBE_ERROR_SERVER: more came than was to be held. */
typedef void command_done_fn(struct command_result *result, const GError *error, void *data);

struct command;

/* argv is NULL-terminated, without a shell; at most max_bytes of stdout are held. Copies all. */
struct command *command_run(struct client *client, const struct place *place,
                            const char *const *argv, size_t max_bytes, command_done_fn *done,
                            void *data);
/* `done` is not called any more. */
void command_cancel(struct command *command);

#endif
