/* A practice cluster and a client of it, for tests; every wait has a deadline. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "kube/client.h"
#include "kube/demo.h"

#define HARNESS_DEADLINE_S 60

struct harness {
    struct demo *demo;
    struct client *client;
    char *folder; /* an empty one, removed at the end; what is left in it fails the test */
};

/* timeout_ms: --request-timeout; 0: the default. */
void harness_up(struct harness *harness, int64_t timeout_ms);
void harness_down(struct harness *harness);

/* A client by a kubeconfig's text. */
struct client *harness_client(const char *kubeconfig, int64_t timeout_ms);
/* How many commands all clients asked a server for, since the last time. */
unsigned harness_execs(void);

/* Runs the main context until *done, or fails the test at the deadline. */
void harness_wait(const bool *done);

/* The message without what differs from run to run: the server's address becomes SERVER, the
 * folder FOLDER. */
char *harness_clean(const struct harness *harness, const char *message);

/* Fails the test when the folder holds anything else than these names (NULL-terminated). */
void harness_check_folder(const struct harness *harness, const char *const *names);

#endif
