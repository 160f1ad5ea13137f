#include "kube/proof.h"

#include <string.h>

#include "kube/digest.h"
#include "kube/origin.h"

#define KILLED 137
#define BIG_BYTES (8 << 20)

struct proof {
    struct client *client;
    struct place *place;
    char *path;
    struct toolbox box;
    struct file_facts before;
    enum tool by;

    struct digest *digest; /* of the bytes here */
    char *mine;            /* what it came to; NULL: not yet */
    char theirs[DIGEST_MAX];
    struct toolbox_look *early; /* counts `theirs` while the bytes come; NULL: not, or over */
    bool theirs_early;          /* ... and has done so */

    struct toolbox_look *look; /* the last one */
    bool looked, known;        /* known: looked before anybody asked */
    struct file_facts after;
    bool gone;
    GError *error; /* of either */
    int exit_status;
    void (*done)(const struct proof_result *result, const GError *error, void *data);
    void *data;
};

/* Of a big file md5 is taken before sha256: against accidents it is as good, and where the
 * processor does not help it costs the container a quarter (300 MB in busybox: 0.4 s and 1.6 s),
 * which may have little to spare: a pull of 30 MB on a fast link took 0.45 s and takes 0.39 s. */
static enum tool best_digest(const struct toolbox *box, int64_t size_bytes)
{
    static const enum tool order[][3] = {{TOOL_SHA256SUM, TOOL_MD5SUM, TOOL_CKSUM},
                                         {TOOL_MD5SUM, TOOL_SHA256SUM, TOOL_CKSUM}};
    const enum tool *wanted = order[size_bytes > BIG_BYTES];

    for (size_t i = 0; i < G_N_ELEMENTS(order[0]); i++)
        if (toolbox_has(box, wanted[i]))
            return wanted[i];
    return TOOL_NONE;
}

struct proof *proof_new(struct client *client, const struct place *place, const char *path,
                        const struct toolbox *box, const struct file_facts *before, int fd)
{
    struct proof *proof = g_new0(struct proof, 1);

    proof->client = client;
    proof->place = place_copy(place);
    proof->path = g_strdup(path);
    proof->box = *box;
    proof->before = *before;
    /* What claims to be empty may be a file of /proc, which is another each time. */
    proof->by = before->size_bytes != 0 ? best_digest(box, before->size_bytes) : TOOL_NONE;
    if (proof->by != TOOL_NONE)
        proof->digest = digest_new(proof->by, fd);
    return proof;
}

void proof_stop(struct proof *proof)
{
    proof->done = NULL;
    g_clear_pointer(&proof->early, toolbox_look_cancel);
    g_clear_pointer(&proof->look, toolbox_look_cancel);
}

void proof_free(struct proof *proof)
{
    if (proof == NULL)
        return;
    proof_stop(proof);
    digest_free(proof->digest);
    place_free(proof->place);
    g_clear_error(&proof->error);
    g_free(proof->path);
    g_free(proof->mine);
    g_free(proof);
}

enum tool proof_digest(const struct proof *proof)
{
    return proof->by;
}

void proof_allow(struct proof *proof, uint64_t bytes)
{
    if (proof->digest != NULL)
        digest_allow(proof->digest, bytes);
}

static struct toolbox_look *look_start(struct proof *proof, enum tool digest, toolbox_done_fn *done)
{
    const struct toolbox_ask ask = {
        .place = *proof->place, .path = proof->path, .known = &proof->box, .digest = digest};

    return toolbox_look_start(proof->client, &ask, done, proof);
}

static void look_now(struct proof *proof);

/* A failure shows again at the end. */
static void early_done(const struct toolbox_answer *answer, const GError *error, void *data)
{
    struct proof *proof = (struct proof *)data;

    proof->early = NULL;
    if (error == NULL && *answer->digest != '\0') {
        proof->theirs_early = true;
        memcpy(proof->theirs, answer->digest, sizeof proof->theirs);
    }
    if (proof->done != NULL)
        look_now(proof);
}

void proof_begin_early(struct proof *proof)
{
    if (proof->by != TOOL_NONE && proof->early == NULL && !proof->theirs_early)
        proof->early = look_start(proof, proof->by, early_done);
}

static struct proof_result judge(const struct proof *proof)
{
    struct proof_result result = {.by = TOOL_NONE, .facts = proof->after};
    bool digests = proof->mine != NULL && *proof->theirs != '\0';

    result.changed = proof->gone ? "was deleted while it was read"
                                 : facts_changed(&proof->before, &proof->after);
    if (proof->gone || proof->after.size_bytes != proof->before.size_bytes) {
        result.verdict = VERDICT_CHANGED;
    } else if (digests) {
        bool equal = g_ascii_strcasecmp(proof->mine, proof->theirs) == 0;

        result.by = proof->by;
        result.verdict = equal                    ? VERDICT_EQUAL
                         : result.changed != NULL ? VERDICT_CHANGED
                                                  : VERDICT_DIFFERENT;
    } else {
        result.verdict = result.changed != NULL ? VERDICT_CHANGED : VERDICT_EQUAL;
    }
    return result;
}

/* When both have come. */
static void settle(struct proof *proof)
{
    void (*done)(const struct proof_result *result, const GError *error, void *data) = proof->done;
    void *data = proof->data;
    struct proof_result result = {.verdict = VERDICT_DIFFERENT, .by = TOOL_NONE};
    g_autoptr(GError) error = NULL;

    if (proof->done == NULL || !proof->looked ||
        (proof->digest != NULL && proof->mine == NULL && proof->error == NULL))
        return;
    /* Somebody touched it since the digest was counted: only a fresh one tells whether the bytes
     * are others. */
    if (proof->error == NULL && !proof->gone && proof->theirs_early &&
        proof->after.size_bytes == proof->before.size_bytes &&
        facts_changed(&proof->before, &proof->after) != NULL) {
        proof->theirs_early = false;
        *proof->theirs = '\0';
        look_now(proof);
        return;
    }
    error = g_steal_pointer(&proof->error);
    if (error == NULL)
        result = judge(proof);
    result.exit_status = proof->exit_status;
    proof->done = NULL;
    done(&result, error, data);
}

static void got_mine(const char *text, const GError *error, void *data)
{
    struct proof *proof = (struct proof *)data;

    proof->mine = g_strdup(text);
    if (error != NULL && proof->error == NULL)
        proof->error = g_error_copy(error);
    settle(proof);
}

static void got_look(const struct toolbox_answer *answer, const GError *error, void *data)
{
    struct proof *proof = (struct proof *)data;

    proof->look = NULL;
    proof->looked = true;
    proof->after = answer->facts;
    proof->exit_status = answer->exit_status;
    proof->gone = g_error_matches(error, KUBE_ERROR, KUBE_ERROR_COMMAND) &&
                  answer->exit_status > 0 && answer->exit_status != KILLED;
    if (error != NULL && !proof->gone && proof->error == NULL)
        proof->error = g_error_copy(error);
    if (*answer->digest != '\0')
        memcpy(proof->theirs, answer->digest, sizeof proof->theirs);
    settle(proof);
}

static void look_now(struct proof *proof)
{
    proof->looked = false;
    if (proof->early == NULL)
        proof->look = look_start(proof, *proof->theirs == '\0' ? proof->by : TOOL_NONE, got_look);
}

void proof_know(struct proof *proof, enum tool by, const char *digest,
                const struct file_facts *after)
{
    if (by != proof->by)
        return;
    g_strlcpy(proof->theirs, digest, sizeof proof->theirs);
    proof->theirs_early = proof->known = true;
    proof->after = *after;
}

void proof_finish(struct proof *proof,
                  void (*done)(const struct proof_result *result, const GError *error, void *data),
                  void *data)
{
    proof->done = done;
    proof->data = data;
    if (proof->digest != NULL && proof->mine == NULL)
        digest_finish(proof->digest, got_mine, proof);
    if (proof->known) {
        proof->known = false;
        proof->looked = true;
        settle(proof);
    } else {
        look_now(proof);
    }
}

const char *proof_words(enum tool by, const struct file_facts *facts, uint64_t bytes)
{
    switch (by) {
    case TOOL_SHA256SUM:
        return "proved by sha256";
    case TOOL_MD5SUM:
        return "proved by md5";
    case TOOL_CKSUM:
        return "proved by cksum";
    default:
        break;
    }
    if (facts->size_bytes == 0 && bytes == 0)
        return "it is empty there, too";
    if (facts->size_bytes <= 0)
        return "by its reading's good end only: its size is not known";
    return *facts->mtime != '\0' ? "by size and time only: the container has no digest tool"
                                 : "by size only: the container has no stat and no digest tool";
}
