/* A way to the files of a container that has no tools: an ephemeral container in the same pod, of
 * an image that has some. It shares the container's processes, and finds its files below
 * DEBUG_ROOT.
 *
 * It gets the security context of the container that it looks into: the kernel lets a process look
 * through /proc/PID/root only as the same user and with at least the same capabilities (ptrace(2),
 * access mode checking), and what admission let through once it lets through again. Where neither
 * the security context nor the node says which user that is (the image does), the first one asks
 * /proc, and a second one is added that runs as that user. */
#ifndef KUBE_DEBUG_H
#define KUBE_DEBUG_H

#include "kube/client.h"
#include "kube/place.h"

#define DEBUG_SECONDS 3600 /* then it ends by itself */

struct debug_request {
    struct place place; /* container NULL: the pod's own choice, or its only one */
    const char *image;  /* with sleep, and with what is to be run there */
    bool add;           /* else only an earlier one is looked for */
};

struct debug_result {
    const char *container; /* the ephemeral one, which runs; NULL: there is none, none was added */
    const char *target;    /* the container that it looks into, or would */
    const char *root;      /* below which the target's files are: "/proc/1/root" */
    bool added;            /* else an earlier one of the same image still ran */
};

/* Called once, unless cancelled; the result is borrowed, NULL with an error. */
typedef void debug_done_fn(const struct debug_result *result, const GError *error, void *data);
struct debug;

/* Copies all. Errors: those of the requests (FORBIDDEN: no right, or admission says no), NOT_FOUND,
 * BAD_REQUEST (not running, no such container), and
 * KUBE_ERROR_COMMAND when the ephemeral container does not begin to run. */
struct debug *debug_start(struct client *client, const struct debug_request *request,
                          debug_done_fn *done, void *data);
/* What was added stays. */
void debug_cancel(struct debug *debug);

/* What is run there first, for the practice cluster. */
extern const char debug_probe[];

/* What adding one takes and leaves behind, as sentences, to be said before; g_free() it. */
char *debug_text(const struct debug_request *request);

#endif
