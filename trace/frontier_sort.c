/* Puts a frontier in the order of time so that threads of equal time come as they do in Go.
 *
 * Go sorts with a pattern-defeating quicksort, which is not stable, so which of two threads is
 * asked first depends on each of its steps: they are taken here, too. Sources: the paper
 * (arxiv.org/abs/2106.05123) for the method; slices.SortFunc of Go 1.26 for its constants. */
#include <glib.h>

#include "trace/frontier.h"

#define MAX_INSERTION 12 /* ranges up to this are sorted by insertion */
#define MIN_NINTHER 50   /* from here on a pivot is a median of medians */
#define MIN_SHIFT 50     /* from here on nearly sorted ranges are repaired */
#define MAX_REPAIRS 5    /* at so many places */
#define NINTHER_MAX_SWAPS 12

/* Half-open: [begin, end). */
struct range {
    struct frontier_slot *slots;
    size_t begin, end;
};

static bool less(const struct range *range, size_t a, size_t b)
{
    return range->slots[a].time_ns < range->slots[b].time_ns;
}

static void swap(const struct range *range, size_t a, size_t b)
{
    struct frontier_slot slot = range->slots[a];
    range->slots[a] = range->slots[b];
    range->slots[b] = slot;
}

/* Moves a slot to the left as long as it is earlier than its neighbour there. */
static void shift_left(const struct range *range, size_t i, size_t least)
{
    for (; i > least && less(range, i, i - 1); i--)
        swap(range, i, i - 1);
}

/* Nearly all sorting is this: few threads, and in order but for one or two. */
static void sort_by_insertion(const struct range *range)
{
    struct frontier_slot *slots = range->slots;
    for (size_t i = range->begin + 1; i < range->end; i++) {
        struct frontier_slot slot = slots[i];
        size_t k = i;
        for (; k > range->begin && slots[k - 1].time_ns > slot.time_ns; k--)
            slots[k] = slots[k - 1];
        slots[k] = slot;
    }
}

/* --- the way out when pivots stay bad --- */

static void sink(const struct range *range, size_t root, size_t n)
{
    size_t base = range->begin;
    for (size_t child; (child = 2 * root + 1) < n; root = child) {
        if (child + 1 < n && less(range, base + child, base + child + 1))
            child++;
        if (!less(range, base + root, base + child))
            return;
        swap(range, base + root, base + child);
    }
}

static void sort_by_heap(const struct range *range)
{
    size_t n = range->end - range->begin;
    for (size_t i = (n - 1) / 2 + 1; i-- > 0;)
        sink(range, i, n);
    for (size_t i = n; i-- > 0;) {
        swap(range, range->begin, range->begin + i);
        sink(range, 0, i);
    }
}

/* --- pivots --- */

enum hint { HINT_NONE, HINT_INCREASING, HINT_DECREASING };

static void put_in_order(const struct range *range, size_t *a, size_t *b, unsigned *n_swaps)
{
    if (!less(range, *b, *a))
        return;
    size_t first = *a;
    *a = *b;
    *b = first;
    ++*n_swaps;
}

static size_t median(const struct range *range, size_t a, size_t b, size_t c, unsigned *n_swaps)
{
    put_in_order(range, &a, &b, n_swaps);
    put_in_order(range, &b, &c, n_swaps);
    put_in_order(range, &a, &b, n_swaps);
    return b;
}

static size_t choose_pivot(const struct range *range, enum hint *hint)
{
    size_t quarter = (range->end - range->begin) / 4;
    size_t at[3];
    unsigned n_swaps = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(at); i++) {
        at[i] = range->begin + (i + 1) * quarter;
        if (range->end - range->begin >= MIN_NINTHER)
            at[i] = median(range, at[i] - 1, at[i], at[i] + 1, &n_swaps);
    }
    size_t pivot = median(range, at[0], at[1], at[2], &n_swaps);
    *hint = n_swaps == 0                   ? HINT_INCREASING
            : n_swaps == NINTHER_MAX_SWAPS ? HINT_DECREASING
                                           : HINT_NONE;
    return pivot;
}

/* Three slots in the middle change places with others, which only look random. */
static void break_patterns(const struct range *range)
{
    size_t n = range->end - range->begin, middle = range->begin + n / 4 * 2;
    uint64_t number = n, mask = ((uint64_t)1 << g_bit_storage(n)) - 1;
    for (size_t i = middle - 1; i <= middle + 1; i++) {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        size_t other = (size_t)(number & mask);
        swap(range, i, range->begin + (other >= n ? other - n : other));
    }
}

static void reverse(const struct range *range)
{
    for (size_t a = range->begin, b = range->end - 1; a < b; a++, b--)
        swap(range, a, b);
}

/* Whether the range is sorted, after a few places at most have been repaired. */
static bool repair(const struct range *range)
{
    size_t i = range->begin + 1;
    for (int n = 0; n < MAX_REPAIRS; n++) {
        while (i < range->end && !less(range, i, i - 1))
            i++;
        if (i == range->end)
            return true;
        if (range->end - range->begin < MIN_SHIFT)
            return false;
        swap(range, i, i - 1);
        if (i - range->begin >= 2)
            shift_left(range, i - 1, 0);
        for (size_t k = i + 1; range->end - i >= 2 && k < range->end && less(range, k, k - 1); k++)
            swap(range, k, k - 1);
    }
    return false;
}

/* --- parting --- */

/* The next pair that stands on the wrong sides of the pivot at `begin`; false: they have met. With
 * `equal` what equals the pivot belongs to its left. */
static bool find_pair(const struct range *range, size_t *i, size_t *k, bool equal)
{
    size_t pivot = range->begin;
    while (*i <= *k && (equal ? !less(range, pivot, *i) : less(range, *i, pivot)))
        ++*i;
    while (*i <= *k && (equal ? less(range, pivot, *k) : !less(range, *k, pivot)))
        --*k;
    return *i <= *k;
}

/* Returns where the pivot has come to stand; what is less is on its left. *parted: nothing else had
 * to move. */
static size_t part(const struct range *range, size_t pivot, bool *parted)
{
    size_t i = range->begin + 1, k = range->end - 1;
    swap(range, range->begin, pivot);
    *parted = true;
    while (find_pair(range, &i, &k, false)) {
        swap(range, i++, k--);
        *parted = false;
    }
    swap(range, range->begin, k);
    return k;
}

/* For when nothing is less than the pivot: returns where what is greater begins. */
static size_t part_equal(const struct range *range, size_t pivot)
{
    size_t i = range->begin + 1, k = range->end - 1;
    swap(range, range->begin, pivot);
    while (find_pair(range, &i, &k, true))
        swap(range, i++, k--);
    return i;
}

static void sort(struct range range, unsigned limit)
{
    bool balanced = true, parted = true;
    for (;;) {
        size_t n = range.end - range.begin;
        if (n <= MAX_INSERTION)
            return sort_by_insertion(&range);
        if (limit == 0)
            return sort_by_heap(&range);
        if (!balanced) {
            break_patterns(&range);
            limit--;
        }
        enum hint hint;
        size_t pivot = choose_pivot(&range, &hint);
        if (hint == HINT_DECREASING) {
            reverse(&range);
            pivot = range.end - 1 - (pivot - range.begin);
            hint = HINT_INCREASING;
        }
        if (balanced && parted && hint == HINT_INCREASING && repair(&range))
            return;
        if (range.begin > 0 && !less(&range, range.begin - 1, pivot)) {
            range.begin = part_equal(&range, pivot);
            continue;
        }
        size_t middle = part(&range, pivot, &parted);
        size_t left = middle - range.begin, right = range.end - middle;
        balanced = MIN(left, right) >= n / 8;
        if (left < right) {
            sort((struct range){range.slots, range.begin, middle}, limit);
            range.begin = middle + 1;
        } else {
            sort((struct range){range.slots, middle + 1, range.end}, limit);
            range.end = middle;
        }
    }
}

void frontier_sort(struct frontier *frontier)
{
    sort((struct range){frontier->heap, 0, frontier->n}, g_bit_storage(frontier->n));
}
