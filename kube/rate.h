/* How fast bytes come, over the last seconds. */
#ifndef KUBE_RATE_H
#define KUBE_RATE_H

#include <stdint.h>

#define RATE_SAMPLES 32
#define RATE_STEP_US 100000 /* between samples, so the window is about three seconds */

struct rate {
    struct {
        int64_t at_us;
        uint64_t bytes;
    } samples[RATE_SAMPLES]; /* a ring */
    unsigned n;              /* samples taken in all */
};

/* `bytes` have come in all by now; times are monotonic. All zero is a good beginning. */
void rate_add(struct rate *rate, int64_t now_us, uint64_t bytes);
/* Bytes a second up to now; 0: not known. */
double rate_per_s(const struct rate *rate, int64_t now_us, uint64_t bytes);

#endif
