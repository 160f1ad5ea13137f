#include "kube/retry.h"

#include "kube/exec.h"

#define FIRST_MS 200
#define LONGEST_MS 10000
#define TRIES_UNANSWERED 3        /* while nothing at all has been seen to work */
#define PATIENCE_REFUSED_MS 15000 /* with a server that takes back what it allowed */
#define KILLED 137

enum prospect {
    NEVER,     /* the same again would fail the same way */
    REFUSED,   /* so would this, unless it has worked before: one that has just started says such */
    CONNECTED, /* passes when it has worked before */
    PASSES,
};

void retry_init(struct retry *retry, int64_t patience_ms, int64_t now_us)
{
    *retry = (struct retry){.progress_us = now_us, .patience_ms = patience_ms};
}

void retry_progress(struct retry *retry, int64_t now_us)
{
    retry->answered = true;
    retry->tries = 0;
    retry->progress_us = now_us;
}

static enum prospect prospect_of(int exit_status, const GError *error)
{
    if (error == NULL)
        return PASSES;
    if (error->domain != KUBE_ERROR)
        return NEVER;
    switch ((enum kube_error)error->code) {
    case KUBE_ERROR_CONNECT:
        return CONNECTED;
    case KUBE_ERROR_UNAUTHORIZED:
    case KUBE_ERROR_FORBIDDEN:
    case KUBE_ERROR_NOT_FOUND:
    case KUBE_ERROR_BAD_REQUEST:
        return REFUSED;
    case KUBE_ERROR_GONE:
    case KUBE_ERROR_SERVER:
    case KUBE_ERROR_CUT:
        return PASSES;
    case KUBE_ERROR_COMMAND:
        /* Killed, or lost by its runtime; what it says itself it would say again. */
        return !exec_lacks_program(exit_status, error) && (exit_status < 0 || exit_status == KILLED)
                   ? PASSES
                   : NEVER;
    case KUBE_ERROR_CONFIG:
    case KUBE_ERROR_PLUGIN:
    case KUBE_ERROR_INCOMPLETE:
    case KUBE_ERROR_FILE:
    case KUBE_ERROR_NO_TOOLS:
    case KUBE_ERROR_USAGE:
        break;
    }
    return NEVER;
}

int64_t retry_after(struct retry *retry, int exit_status, const GError *error, int64_t now_us)
{
    enum prospect prospect = prospect_of(exit_status, error);
    int64_t patience_ms = retry->patience_ms;
    int64_t delay_ms = FIRST_MS;

    if (prospect == NEVER || (prospect != PASSES && !retry->answered))
        return -1;
    if (prospect == REFUSED)
        patience_ms = MIN(patience_ms, PATIENCE_REFUSED_MS);
    if ((now_us - retry->progress_us) / 1000 >= patience_ms ||
        (!retry->answered && retry->tries + 1 >= TRIES_UNANSWERED))
        return -1;
    for (unsigned i = 0; i < retry->tries && delay_ms < LONGEST_MS; i++)
        delay_ms *= 2;
    retry->tries++;
    /* Many that were cut at one moment must not come back at one moment. */
    return (int64_t)((double)MIN(delay_ms, LONGEST_MS) * g_random_double_range(0.5, 1));
}
