#include "kube/rate.h"

void rate_add(struct rate *rate, int64_t now_us, uint64_t bytes)
{
    if (rate->n > 0 && now_us - rate->samples[(rate->n - 1) % RATE_SAMPLES].at_us < RATE_STEP_US)
        return;
    rate->samples[rate->n % RATE_SAMPLES].at_us = now_us;
    rate->samples[rate->n % RATE_SAMPLES].bytes = bytes;
    rate->n++;
}

double rate_per_s(const struct rate *rate, int64_t now_us, uint64_t bytes)
{
    unsigned oldest = rate->n > RATE_SAMPLES ? rate->n % RATE_SAMPLES : 0;
    int64_t us;

    if (rate->n == 0)
        return 0;
    us = now_us - rate->samples[oldest].at_us;
    if (us < RATE_STEP_US / 10)
        return 0;
    return (double)(bytes - rate->samples[oldest].bytes) * 1e6 / (double)us;
}
