#include "kube/squeeze.h"

#define SAMPLE_BYTES (256u << 10)
#define SAMPLE_PART_BYTES (64u << 10)
#define SAMPLE_FROM_BYTES (2 << 20) /* what is shorter is there before it is measured */
#define SLOW_PER_S 15e6             /* gzip feeds more than this nearly everywhere */
#define VERY_SLOW_PER_S 6e6         /* here it may take its time to compress well */
#define FAST_LEVEL 1
#define GOOD_LEVEL 6
#define TRIAL_S 3 /* of compressing */
#define TRIAL_BYTES (1 << 20)
#define PLAIN_US 4000000 /* of a plain stream, before its rate says anything */
#define WORTH_S 5        /* left, for which another stream is begun */
#define WORTH_RATIO 0.9  /* what is on the wire, of the file's bytes */

static unsigned level_for(double per_s)
{
    return per_s < VERY_SLOW_PER_S ? GOOD_LEVEL : FAST_LEVEL;
}

struct squeeze_plan squeeze_plan(struct squeeze *squeeze, int64_t left_bytes)
{
    if (!squeeze->can_compress || squeeze->mode == SQUEEZE_NEVER || left_bytes < 0)
        return (struct squeeze_plan){0};
    if (squeeze->mode == SQUEEZE_ALWAYS)
        return (struct squeeze_plan){.level = GOOD_LEVEL};
    if (!squeeze->sampled && squeeze->can_sample && left_bytes >= SAMPLE_FROM_BYTES) {
        squeeze->sampled = true;
        squeeze->mark_us = 0;
        return (struct squeeze_plan){.max_bytes = SAMPLE_BYTES};
    }
    return (struct squeeze_plan){.level = squeeze->useless ? 0 : squeeze->level};
}

/* The fastest part counts: a machine that is busy for a moment is no slow link. What came first had
 * been under way before the clock ran, so it does not count. */
static void end_part(struct squeeze *squeeze, int64_t now_us)
{
    double s = (double)(now_us - squeeze->mark_us) / 1e6;
    double per_s = (double)(squeeze->bytes - squeeze->mark_bytes) / (s > 1e-6 ? s : 1e-6);

    if (per_s > squeeze->plain_per_s)
        squeeze->plain_per_s = per_s;
    squeeze->mark_us = now_us;
    squeeze->mark_bytes = squeeze->bytes;
}

void squeeze_sample(struct squeeze *squeeze, int64_t now_us, uint64_t bytes)
{
    if (squeeze->mark_us == 0) {
        squeeze->mark_us = now_us;
        squeeze->mark_bytes = squeeze->bytes = bytes;
        squeeze->plain_per_s = 0;
        return;
    }
    squeeze->bytes += bytes;
    if (squeeze->bytes - squeeze->mark_bytes >= SAMPLE_PART_BYTES)
        end_part(squeeze, now_us);
}

void squeeze_sample_end(struct squeeze *squeeze, int64_t now_us)
{
    if (squeeze->plain_per_s == 0 && squeeze->bytes > squeeze->mark_bytes)
        end_part(squeeze, now_us);
    if (squeeze->plain_per_s > 0 && squeeze->plain_per_s < SLOW_PER_S)
        squeeze->level = level_for(squeeze->plain_per_s);
}

void squeeze_begin(struct squeeze *squeeze, int64_t now_us, uint64_t bytes, uint64_t wire_bytes)
{
    squeeze->began_us = now_us;
    squeeze->began_bytes = bytes;
    squeeze->began_wire = wire_bytes;
}

/* After a while of compressing: does it help? What does not get smaller shows soon; whether the
 * container has the time for it only later. */
static bool look_compressed(struct squeeze *squeeze, int64_t now_us, uint64_t bytes,
                            uint64_t wire_bytes)
{
    double file = (double)(bytes - squeeze->began_bytes);
    double wire = (double)(wire_bytes - squeeze->began_wire);
    double s = (double)(now_us - squeeze->began_us) / 1e6;
    bool large = file >= TRIAL_BYTES && wire > WORTH_RATIO * file;
    bool slow = s >= TRIAL_S && file / s < WORTH_RATIO * squeeze->plain_per_s;

    squeeze->useless = large || slow;
    return squeeze->useless;
}

bool squeeze_look(struct squeeze *squeeze, int64_t now_us, uint64_t bytes, uint64_t wire_bytes,
                  int64_t left_bytes, double per_s)
{
    if (squeeze->mode != SQUEEZE_AUTO || !squeeze->can_compress || squeeze->useless ||
        left_bytes < 0 || per_s <= 0)
        return false;
    if ((double)left_bytes < WORTH_S * per_s)
        return false;
    if (squeeze->level > 0)
        return look_compressed(squeeze, now_us, bytes, wire_bytes);
    if (per_s >= SLOW_PER_S || now_us - squeeze->began_us < PLAIN_US)
        return false;
    squeeze->plain_per_s = per_s;
    squeeze->level = level_for(per_s);
    return true;
}
