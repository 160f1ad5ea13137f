/* Captures into a harness' folder, and what came of them. */
#ifndef TESTS_CAPTURED_H
#define TESTS_CAPTURED_H

#include "kube/capture.h"
#include "tests/harness.h"

struct captured {
    bool done;
    struct capture_progress last;
    unsigned n_progress;
    GError *error;
};

/* Begins one, to FOLDER/file where the request names none. `run` begins as zeros. */
struct capture *captured_begin(struct captured *run, struct client *client, const char *folder,
                               const struct capture_request *request);
/* ... and waits for its end. */
void captured_run(struct captured *run, const struct harness *harness,
                  const struct capture_request *request);
/* The error, of this code; its message, cleaned by harness_clean(), begins like that; nothing is in
 * the folder. */
void captured_check_error(const struct harness *harness, struct captured *run, int code,
                          const char *message);

#endif
