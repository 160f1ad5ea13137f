/* A command in a container of the practice cluster: what it prints and how it ends. */
#ifndef KUBE_DEMO_COMMAND_H
#define KUBE_DEMO_COMMAND_H

#include "kube/demo_world.h"

struct demo_command;

/* NULL when it cannot be started: `failure` is then the runtime's message, to be freed. World and
 * pod must outlive it. */
struct demo_command *demo_command_start(struct demo_world *world, struct demo_object *pod,
                                        const struct demo_container *container,
                                        const char *const *argv, char **failure);
void demo_command_free(struct demo_command *command);

enum demo_output {
    DEMO_OUTPUT_STDOUT,
    DEMO_OUTPUT_STDERR,
    DEMO_OUTPUT_LATER, /* nothing yet: it counts, or waits for its stdin or the time */
    DEMO_OUTPUT_ENDED,
};

/* What comes next, at most `max` bytes of it. */
enum demo_output demo_command_read(struct demo_command *command, uint8_t *buffer, size_t max,
                                   size_t *len);
/* Whether LATER means that only input or time help, so that asking at once is of no use. */
bool demo_command_idle(const struct demo_command *command);
/* After ENDED. */
int demo_command_exit_status(const struct demo_command *command);

/* False while so much of its stdin waits that no more should be read from the wire. */
bool demo_command_wants_input(const struct demo_command *command);
/* Kept for a command that reads its stdin. */
void demo_command_input(struct demo_command *command, const uint8_t *bytes, size_t len);
void demo_command_input_end(struct demo_command *command);

#endif
