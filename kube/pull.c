#include "kube/pull.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "kube/loop_source.h"
#include "kube/origin.h"
#include "kube/part.h"
#include "kube/pod.h"
#include "kube/proof.h"
#include "kube/rate.h"
#include "kube/retry.h"
#include "kube/stream.h"

#define TICK_MS 50
#define CHECKPOINT_US 2000000
#define STALL_MS 10000  /* without a byte of the file, while the connection lives */
#define ANSWER_MS 60000 /* for a short command */
#define STALL_TIMEOUTS                                                        \
    3 /* the same in --request-timeouts; the first tells of a dead connection \
       */
#define KILLED 137
#define COUNTED_PER_MS 5000           /* bytes that a slow container counts a digest of */
#define EARLY_DIGEST_BYTES (16 << 20) /* from so many on it is counted beside the reading */

/* What is done when a wait is over. */
enum step { STEP_LOOK, STEP_READ, STEP_PROVE };

struct pull {
    struct client *client;
    struct place *place;
    char *path, *file;
    bool overwrite, fleeting;
    struct pull_calls calls;
    void *data;

    enum pull_stage stage;
    enum step next;
    struct part *part;
    struct origin *origin; /* its facts: pinned by the first look */
    struct toolbox box;
    struct small_file small; /* bytes NULL: none; of its own */
    bool pinned, knows_pod;

    struct pod_request *pod_request; /* of these, what is not NULL runs */
    struct toolbox_look *look;
    struct stream *stream;
    struct proof *proof;

    bool v5;        /* the server has no v4.channel.k8s.io; see read_file() */
    bool fine;      /* the last stream came to less than a block */
    bool unguarded; /* the streams; see stream_done() */
    bool reread;    /* all was read once more for want of a digest */
    bool again;     /* the digest said no once */
    uint64_t bytes, resumed_bytes, stream_from_bytes;
    uint64_t wire_bytes; /* of earlier streams */
    int64_t size_bytes;
    unsigned cuts, level;      /* of gzip, now */
    uint64_t sample_end_bytes; /* 0: the stream is no sample */
    bool compressed;
    bool surplus; /* the stream has more than the pinned size */
    const char *proved_by;
    struct squeeze squeeze;
    struct retry retry;
    struct rate rate, wire_rate;
    int64_t began_us, wait_until_us, checkpoint_us;
    uint64_t checkpoint_bytes, quiet_wire_bytes;
    int64_t quiet_ms; /* nothing came, or was answered; time asleep does not count */
    char *reason;
    GSource *source; /* begin(), then tick() */
};

static void look(struct pull *pull);
static void read_file(struct pull *pull);
static void prove(struct pull *pull);

static uint64_t wire_bytes(const struct pull *pull)
{
    return pull->wire_bytes + (pull->stream != NULL ? stream_wire_bytes(pull->stream) : 0);
}

static int64_t left_bytes(const struct pull *pull)
{
    return pull->size_bytes < 0
               ? -1
               : pull->size_bytes - (int64_t)MIN(pull->bytes, (uint64_t)pull->size_bytes);
}

static struct pull_progress progress_of(const struct pull *pull)
{
    int64_t now_us = g_get_monotonic_time();
    struct pull_progress progress = {
        .stage = pull->stage,
        .bytes = pull->bytes,
        .size_bytes = pull->size_bytes,
        .bytes_per_s = rate_per_s(&pull->rate, now_us, pull->bytes),
        .left_s = -1,
        .elapsed_s = (double)(now_us - pull->began_us) / 1e6,
        .resumed_bytes = pull->resumed_bytes,
        .cuts = pull->cuts,
        .compressed = pull->stage == PULL_DONE ? pull->compressed : pull->level > 0,
        .wire_per_s = rate_per_s(&pull->wire_rate, now_us, wire_bytes(pull)),
        .reason = pull->reason,
        .proof = pull->proved_by,
    };

    if (left_bytes(pull) == 0)
        progress.left_s = 0;
    else if (pull->size_bytes >= 0 && progress.bytes_per_s > 0)
        progress.left_s = (double)left_bytes(pull) / progress.bytes_per_s;
    if (pull->stage == PULL_WAITING)
        progress.wait_s = (double)MAX(pull->wait_until_us - now_us, 0) / 1e6;
    return progress;
}

/* Whatever runs in the container. */
static void stop_commands(struct pull *pull)
{
    pull->wire_bytes = wire_bytes(pull);
    g_clear_pointer(&pull->pod_request, pod_request_cancel);
    g_clear_pointer(&pull->look, toolbox_look_cancel);
    g_clear_pointer(&pull->stream, stream_cancel);
    pull->surplus = false;
}

static void pull_free(struct pull *pull)
{
    loop_source_clear(&pull->source);
    stop_commands(pull);
    proof_free(pull->proof);
    if (pull->fleeting && pull->part != NULL)
        part_discard(pull->part);
    part_close(pull->part);
    origin_free(pull->origin);
    place_free(pull->place);
    g_free(pull->path);
    g_free(pull->file);
    g_free(pull->reason);
    g_free((void *)(uintptr_t)pull->small.bytes);
    g_free(pull);
}

/* Takes the error over. */
static void finish(struct pull *pull, GError *error)
{
    struct pull_progress final = progress_of(pull);
    struct pull_calls calls = pull->calls;
    void *data = pull->data;
    g_autoptr(GError) why = error;

    final.reason = NULL; /* it goes with the pull */
    pull_free(pull);
    calls.done(&final, why, data);
}

bool pull_cancel(struct pull *pull)
{
    bool kept = pull->pinned && pull->bytes > 0 && !pull->fleeting;

    pull_free(pull);
    return kept;
}

static void note(struct pull *pull, bool detail, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void note(struct pull *pull, bool detail, const char *format, ...)
{
    va_list args;
    g_autofree char *line = NULL;

    if (pull->calls.note == NULL)
        return;
    va_start(args, format);
    line = g_strdup_vprintf(format, args);
    va_end(args);
    pull->calls.note(line, detail, pull->data);
}

static void finish_incomplete(struct pull *pull, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void finish_incomplete(struct pull *pull, const char *format, ...)
{
    g_autofree char *place = place_text(pull->place);
    g_autofree char *why = NULL;
    va_list args;

    va_start(args, format);
    why = g_strdup_vprintf(format, args);
    va_end(args);
    finish(pull,
           g_error_new(KUBE_ERROR, KUBE_ERROR_INCOMPLETE, "%s: %s: %s", place, pull->path, why));
}

/* What is missing, and what becomes of what is here: behind an error. */
static char *missing_text(const struct pull *pull)
{
    if (!pull->pinned || pull->bytes == 0)
        return g_strdup("");
    if (pull->size_bytes < 0)
        return g_strdup_printf(" (%" PRIu64 " bytes had come, nobody knows of how many)",
                               pull->bytes);
    return g_strdup_printf(" (%" PRId64 " of %" PRId64 " bytes are missing%s)", left_bytes(pull),
                           pull->size_bytes,
                           pull->fleeting ? "" : "; the same command goes on from there");
}

static void finish_failed(struct pull *pull, const GError *error)
{
    g_autofree char *missing = missing_text(pull);

    if (error == NULL)
        finish_incomplete(pull,
                          "the data ended early again and again, although the server said "
                          "Success: the node's kubelet may have stopped%s",
                          missing);
    else
        finish(pull, g_error_new(error->domain, error->code, "%s%s", error->message, missing));
}

/* A step failed: the same again after a while, or never. `error` NULL: it ended too early. */
static void falter(struct pull *pull, enum step next, int exit_status, const GError *error)
{
    int64_t now_us = g_get_monotonic_time();
    int64_t delay_ms = retry_after(&pull->retry, exit_status, error, now_us);

    if (delay_ms < 0) {
        finish_failed(pull, error);
        return;
    }
    pull->stage = PULL_WAITING;
    pull->next = next;
    pull->cuts++;
    pull->wait_until_us = now_us + delay_ms * 1000;
    g_free(pull->reason);
    pull->reason = g_strdup(error != NULL ? error->message : "the data ended early");
    note(pull, true, "%s; going on from byte %" PRIu64 " in %.1f s", pull->reason, pull->bytes,
         (double)delay_ms / 1000);
}

static void go_on(struct pull *pull)
{
    switch (pull->next) {
    case STEP_LOOK:
        look(pull);
        break;
    case STEP_READ:
        read_file(pull);
        break;
    case STEP_PROVE:
        prove(pull);
        break;
    }
}

/* --- the facts --- */

/* The bytes are to be those of the file as it is pinned, with the first `keep` of them here. */
static bool begin_part(struct pull *pull, uint64_t keep_bytes)
{
    GError *error = NULL;

    pull->bytes = keep_bytes;
    pull->rate = (struct rate){0};
    g_clear_pointer(&pull->proof, proof_free);
    if (!part_begin(pull->part, keep_bytes, origin_json(pull->origin), &error)) {
        finish(pull, error);
        return false;
    }
    pull->proof = proof_new(pull->client, pull->place, pull->path, &pull->box, &pull->origin->facts,
                            part_fd(pull->part));
    proof_allow(pull->proof, keep_bytes);
    return true;
}

/* How much of what an earlier pull left is the beginning of this file. */
static uint64_t bytes_to_keep(struct pull *pull, bool can_prove)
{
    const json_t *then = part_note(pull->part);
    uint64_t bytes = can_prove ? part_found_bytes(pull->part) : part_safe_bytes(pull->part);
    const char *other;

    if (part_found_bytes(pull->part) == 0)
        return 0;
    other = then == NULL ? "nobody knows what" : origin_differs(pull->origin, then, can_prove);
    if (other == NULL && pull->size_bytes >= 0 && bytes <= (uint64_t)pull->size_bytes)
        return bytes;
    note(pull, false, "beginning anew: %s.part is a part of %s", pull->file,
         other != NULL ? other : "a longer file");
    return 0;
}

static bool check_type(struct pull *pull)
{
    unsigned type = pull->origin->facts.mode & S_IFMT;
    g_autofree char *place = place_text(pull->place);

    if (type == S_IFREG || type == 0)
        return true;
    finish(pull, g_error_new(KUBE_ERROR, KUBE_ERROR_COMMAND, "%s: %s is %s", place, pull->path,
                             type == S_IFDIR ? "a directory" : "no file but a pipe or a device"));
    return false;
}

/* It came with the look. False: the pull is over. */
static bool take_small(struct pull *pull)
{
    size_t len = (size_t)pull->size_bytes;
    GError *error = NULL;

    if (!part_write(pull->part, pull->small.bytes, len, &error)) {
        finish(pull, error);
        return false;
    }
    pull->bytes = pull->wire_bytes = len;
    proof_know(pull->proof, pull->small.by, pull->small.digest, &pull->small.after);
    return true;
}

/* The file's facts and the pod's identity are known. */
static void commence(struct pull *pull)
{
    bool can_prove = toolbox_has(&pull->box, TOOL_SHA256SUM) ||
                     toolbox_has(&pull->box, TOOL_MD5SUM) || toolbox_has(&pull->box, TOOL_CKSUM);
    int64_t size_bytes = pull->origin->facts.size_bytes;
    uint64_t keep_bytes;

    if (!check_type(pull))
        return;
    /* Files of /proc claim to be empty and are not. */
    pull->size_bytes = size_bytes > 0 ? size_bytes : -1;
    pull->squeeze.can_compress = stream_can_compress(&pull->box);
    pull->squeeze.can_sample = stream_can_sample(&pull->box);
    keep_bytes = bytes_to_keep(pull, can_prove);
    pull->pinned = true;
    pull->resumed_bytes = keep_bytes;
    if (!begin_part(pull, keep_bytes))
        return;
    if (keep_bytes > 0)
        note(pull, true, "going on from byte %" PRIu64 " of %" PRId64, keep_bytes,
             pull->size_bytes);
    if (left_bytes(pull) == 0) {
        prove(pull);
        return;
    }
    if (pull->small.bytes == NULL || keep_bytes > 0)
        read_file(pull);
    else if (take_small(pull))
        prove(pull);
}

static void finish_changed(struct pull *pull, const char *changed, const struct file_facts *now)
{
    if (now->size_bytes >= 0 && now->size_bytes != pull->origin->facts.size_bytes)
        finish_incomplete(pull, "the file %s: it had %" PRId64 " bytes, now it has %" PRId64,
                          changed, pull->origin->facts.size_bytes, now->size_bytes);
    else
        finish_incomplete(pull, "the file %s", changed);
}

static void got_look(const struct toolbox_answer *answer, const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;
    const char *changed = NULL;

    pull->look = NULL;
    if (error != NULL) {
        falter(pull, STEP_LOOK, answer->exit_status, error);
        return;
    }
    if (pull->pinned) {
        changed = facts_changed(&pull->origin->facts, &answer->facts);
        if (changed != NULL)
            finish_changed(pull, changed, &answer->facts);
        else
            read_file(pull);
        return;
    }
    retry_progress(&pull->retry, g_get_monotonic_time());
    pull->box = answer->box;
    pull->origin->facts = answer->facts;
    if (answer->small != NULL) {
        pull->small = *answer->small;
        pull->small.bytes = g_memdup2(answer->small->bytes, (size_t)answer->facts.size_bytes);
    }
    if (pull->knows_pod)
        commence(pull);
}

/* Who may run commands may be forbidden to see the pod: then its name must do. */
static void got_pod(const struct pod *pod, const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;

    (void)error;
    pull->pod_request = NULL;
    pull->knows_pod = true;
    if (pod != NULL) {
        g_free(pull->origin->uid);
        pull->origin->uid = g_strdup(pod->uid);
    }
    if (pull->look == NULL && pull->stage == PULL_ASKING_SIZE)
        commence(pull);
}

static void look(struct pull *pull)
{
    const struct toolbox_ask ask = {
        .place = *pull->place,
        .path = pull->path,
        .known = pull->pinned ? &pull->box : NULL,
        .digest = TOOL_NONE,
        /* A link over which this fails gets on with less at a time. */
        .small = part_found_bytes(pull->part) == 0 && pull->cuts == 0 &&
                 pull->squeeze.mode != SQUEEZE_ALWAYS,
    };

    pull->stage = pull->pinned ? PULL_READING : PULL_ASKING_SIZE;
    pull->quiet_ms = 0;
    if (!pull->knows_pod && pull->pod_request == NULL)
        pull->pod_request =
            pod_get(pull->client, pull->place->namespace, pull->place->pod, got_pod, pull);
    pull->look = toolbox_look_start(pull->client, &ask, got_look, pull);
}

/* --- the bytes --- */

static void got_bytes(const uint8_t *bytes, size_t len, void *data)
{
    struct pull *pull = (struct pull *)data;
    int64_t now_us = g_get_monotonic_time();
    GError *error = NULL;

    if (pull->size_bytes >= 0 && len > (uint64_t)left_bytes(pull)) {
        pull->surplus = true;
        len = (size_t)left_bytes(pull);
    }
    if (!part_write(pull->part, bytes, len, &error)) {
        finish(pull, error);
        return;
    }
    pull->bytes += len;
    retry_progress(&pull->retry, now_us);
    proof_allow(pull->proof, part_written_bytes(pull->part));
    if (pull->sample_end_bytes > 0)
        squeeze_sample(&pull->squeeze, now_us, len);
}

/* The look over v5 or v4 was allowed; so this says that v4 alone is not spoken. */
static bool is_refusal(const GError *error)
{
    return g_error_matches(error, KUBE_ERROR, KUBE_ERROR_FORBIDDEN) ||
           g_error_matches(error, KUBE_ERROR, KUBE_ERROR_BAD_REQUEST);
}

static void stream_done(const struct exec_result *result, const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;
    bool went_on = pull->bytes > pull->stream_from_bytes;

    pull->fine = pull->bytes - pull->stream_from_bytes < STREAM_BLOCK_BYTES;
    pull->wire_bytes = wire_bytes(pull);
    pull->stream = NULL;
    pull->surplus = false;
    /* There, stdin may be at its end from the beginning. */
    if (!went_on && result->exit_status == KILLED) {
        pull->unguarded = true;
        pull->squeeze.can_compress = false;
    }
    if (!went_on && !pull->v5 && is_refusal(error)) {
        pull->v5 = true;
        read_file(pull);
    } else if (left_bytes(pull) == 0 || (pull->size_bytes < 0 && error == NULL)) {
        prove(pull);
    } else if (error == NULL && pull->sample_end_bytes > 0 &&
               pull->bytes >= pull->sample_end_bytes) {
        squeeze_sample_end(&pull->squeeze, g_get_monotonic_time());
        note(pull, true, "the link carries %.1f MB/s", pull->squeeze.plain_per_s / 1e6);
        read_file(pull);
    } else if (pull->size_bytes < 0) {
        if (begin_part(pull, 0))
            falter(pull, STEP_READ, result->exit_status, error);
    } else if (error != NULL) {
        falter(pull, STEP_READ, result->exit_status, error);
    } else {
        /* Success, and bytes are missing: v5 was seen to lose the end of big files on a busy
         * server. Or the file is shorter now. Where no digest tells that it was the
         * end, and nothing before it, all is read once more. */
        bool whole = pull->v5 && !pull->reread && proof_digest(pull->proof) == TOOL_NONE;

        pull->reread = true;
        if (whole && !begin_part(pull, 0))
            return;
        if (went_on)
            retry_progress(&pull->retry, g_get_monotonic_time());
        falter(pull, STEP_LOOK, 0, NULL);
    }
}

/* Over v4 where there is one: an API server hands it through as it is, which costs it less (300 MB
 * came in 2.4 s, over v5 in 3.2), and a connection that breaks shows as one, not as Success. */
static void read_file(struct pull *pull)
{
    static const struct stream_calls calls = {.bytes = got_bytes, .done = stream_done};
    int64_t now_us = g_get_monotonic_time();
    struct squeeze_plan plan = squeeze_plan(&pull->squeeze, left_bytes(pull));
    const struct stream_ask ask = {
        .place = *pull->place,
        .path = pull->path,
        .box = &pull->box,
        .offset = pull->bytes,
        .max_bytes = plan.max_bytes,
        .level = plan.level,
        .v4 = !pull->v5,
        .unguarded = pull->unguarded,
        .fine = pull->fine,
    };

    /* While the container compresses, it has enough to do. */
    if (plan.max_bytes == 0 && plan.level == 0 && left_bytes(pull) >= EARLY_DIGEST_BYTES)
        proof_begin_early(pull->proof);
    if (plan.level > 0 && pull->level == 0)
        note(pull, true, "compressing in the container from byte %" PRIu64, pull->bytes);
    else if (plan.level == 0 && pull->level > 0)
        note(pull, true, "not compressing any more from byte %" PRIu64, pull->bytes);
    pull->stage = PULL_READING;
    pull->level = plan.level;
    pull->compressed = pull->compressed || plan.level > 0;
    pull->sample_end_bytes = plan.max_bytes > 0 ? pull->bytes + plan.max_bytes : 0;
    pull->stream_from_bytes = pull->bytes;
    pull->quiet_ms = 0;
    rate_add(&pull->rate, now_us, pull->bytes);
    rate_add(&pull->wire_rate, now_us, pull->wire_bytes);
    squeeze_begin(&pull->squeeze, now_us, pull->bytes, pull->wire_bytes);
    pull->stream = stream_start(pull->client, &ask, &calls, pull);
}

/* --- the proof --- */

static void part_done(const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;

    if (error == NULL)
        pull->stage = PULL_DONE;
    finish(pull, error != NULL ? g_error_copy(error) : NULL);
}

static void proved(const struct proof_result *result, const GError *error, void *data)
{
    struct pull *pull = (struct pull *)data;

    if (error != NULL) {
        falter(pull, STEP_PROVE, result->exit_status, error);
        return;
    }
    switch (result->verdict) {
    case VERDICT_EQUAL:
        pull->stage = PULL_FINISHING;
        pull->proved_by = proof_words(result->by, &pull->origin->facts, pull->bytes);
        part_finish(pull->part, part_done, pull);
        break;
    case VERDICT_CHANGED:
        finish_changed(pull, result->changed, &result->facts);
        break;
    case VERDICT_DIFFERENT:
        if (pull->again) {
            part_spoil(pull->part);
            finish_incomplete(pull,
                              "what came differs from the file there by its %s, twice; it stays in "
                              "%s.part to be looked at",
                              tool_name(result->by), pull->file);
            break;
        }
        note(pull, false, "%s differs from that in the container: reading it once more",
             tool_name(result->by));
        pull->again = true;
        if (begin_part(pull, 0))
            read_file(pull);
        break;
    }
}

static void prove(struct pull *pull)
{
    GError *error = NULL;

    pull->stage = PULL_PROVING;
    pull->quiet_ms = 0;
    if (!part_flush(pull->part, &error)) {
        finish(pull, error);
        return;
    }
    proof_allow(pull->proof, part_written_bytes(pull->part));
    proof_finish(pull->proof, proved, pull);
}

/* --- time --- */

/* How long it may be quiet. */
static int64_t limit_ms(const struct pull *pull)
{
    int64_t asked_ms = client_login(pull->client)->request_timeout_ms;
    int64_t usual_ms = pull->stream != NULL ? STALL_MS : ANSWER_MS;

    if (asked_ms > 0)
        usual_ms = MIN(usual_ms, STALL_TIMEOUTS * asked_ms);
    return pull->stage == PULL_PROVING ? usual_ms + (int64_t)pull->bytes / COUNTED_PER_MS
                                       : usual_ms;
}

/* False: the pull is over, or does something else now. */
static bool check_quiet(struct pull *pull)
{
    uint64_t wire = wire_bytes(pull);
    int64_t limit = limit_ms(pull);
    enum step next = pull->stream != NULL ? STEP_READ : STEP_LOOK;
    g_autofree char *place = NULL;
    g_autoptr(GError) error = NULL;

    pull->quiet_ms = wire == pull->quiet_wire_bytes ? pull->quiet_ms + TICK_MS : 0;
    pull->quiet_wire_bytes = wire;
    if (pull->quiet_ms <= limit || pull->stage == PULL_WAITING || pull->stage == PULL_FINISHING)
        return true;
    place = place_text(pull->place);
    error =
        g_error_new(KUBE_ERROR, KUBE_ERROR_CUT, "%s: %s for %.3g seconds", place,
                    next == STEP_READ ? "no byte came" : "no answer came", (double)limit / 1000);
    stop_commands(pull);
    if (pull->stage == PULL_PROVING) {
        proof_stop(pull->proof);
        next = STEP_PROVE;
    }
    falter(pull, next, -1, error);
    return false;
}

static void checkpoint(struct pull *pull, int64_t now_us)
{
    if (now_us - pull->checkpoint_us < CHECKPOINT_US ||
        part_written_bytes(pull->part) == pull->checkpoint_bytes)
        return;
    pull->checkpoint_us = now_us;
    pull->checkpoint_bytes = part_written_bytes(pull->part);
    part_checkpoint(pull->part);
}

static gboolean tick(gpointer data)
{
    struct pull *pull = (struct pull *)data;
    int64_t now_us = g_get_monotonic_time();
    struct pull_progress progress;

    if (!check_quiet(pull))
        return G_SOURCE_CONTINUE;
    rate_add(&pull->rate, now_us, pull->bytes);
    rate_add(&pull->wire_rate, now_us, wire_bytes(pull));
    progress = progress_of(pull);
    if (pull->calls.progress != NULL)
        pull->calls.progress(&progress, pull->data);
    if (pull->stage == PULL_WAITING) {
        if (now_us >= pull->wait_until_us)
            go_on(pull);
    } else if (pull->surplus) {
        /* All that is known of the file is here; the proof shows whether there is more. */
        stop_commands(pull);
        prove(pull);
    } else if (pull->stream != NULL && pull->sample_end_bytes == 0) {
        checkpoint(pull, now_us);
        if (squeeze_look(&pull->squeeze, now_us, pull->bytes, wire_bytes(pull), left_bytes(pull),
                         progress.bytes_per_s)) {
            stop_commands(pull);
            read_file(pull);
        }
    }
    return G_SOURCE_CONTINUE;
}

static gboolean begin(gpointer data)
{
    struct pull *pull = (struct pull *)data;
    GError *error = NULL;

    pull->part = part_open(pull->file, pull->overwrite, &error);
    if (pull->part == NULL) {
        finish(pull, error);
        return G_SOURCE_CONTINUE;
    }
    /* It has worked before, so what is in the way now passes: a kubelet that has just started says
     * that the pod does not exist. */
    if (part_note(pull->part) != NULL && part_found_bytes(pull->part) > 0)
        retry_progress(&pull->retry, g_get_monotonic_time());
    loop_source_set(&pull->source, g_timeout_source_new(TICK_MS), tick, pull);
    look(pull);
    return G_SOURCE_CONTINUE;
}

struct pull *pull_start(struct client *client, const struct pull_request *request,
                        const struct pull_calls *calls, void *data)
{
    struct pull *pull = g_new0(struct pull, 1);

    pull->client = client;
    pull->place = place_copy(&request->place);
    /* Or cat would take it for a flag. */
    pull->path = g_strconcat(*request->path == '-' ? "./" : "", request->path, NULL);
    pull->file = g_strdup(request->file);
    pull->overwrite = request->overwrite;
    pull->fleeting = request->fleeting;
    pull->calls = *calls;
    pull->data = data;
    pull->origin = origin_new(client_login(client)->server, pull->place, pull->path);
    pull->squeeze.mode = request->compress;
    pull->size_bytes = -1;
    pull->began_us = g_get_monotonic_time();
    retry_init(&pull->retry, request->patience_ms > 0 ? request->patience_ms : PULL_PATIENCE_MS,
               pull->began_us);
    loop_source_set(&pull->source, g_idle_source_new(), begin, pull);
    return pull;
}
