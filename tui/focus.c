/* A stretch of time: pan, zoom, and the way back. */
#include "tui/focus.h"

/* Nobody remembers more steps than that, and the stack must not grow without end. */
#define MAX_STACK 64

void focus_init(struct focus *focus, int64_t last_event_ns)
{
    /* One more than the last event, so that the last event is inside. */
    int64_t end_ns = last_event_ns < INT64_MAX ? last_event_ns + 1 : last_event_ns;
    *focus = (struct focus){.end_ns = MAX(end_ns, FOCUS_MIN_NS)};
    focus->to_ns = focus->end_ns;
    focus->stack = g_array_new(FALSE, FALSE, sizeof(struct focus_stretch));
}

void focus_clear(struct focus *focus)
{
    g_clear_pointer(&focus->stack, g_array_unref);
}

static int64_t length_ns(const struct focus *focus)
{
    return focus->to_ns - focus->from_ns;
}

int64_t focus_column_ns(const struct focus *focus, int column, int n)
{
    /* i*len/n without the product of i and len, which may not fit. */
    int64_t whole = length_ns(focus) / n, rest = length_ns(focus) % n;
    return focus->from_ns + whole * column + rest * column / n;
}

int focus_column(const struct focus *focus, int64_t time_ns, int n)
{
    if (time_ns < focus->from_ns)
        return -1;
    if (time_ns >= focus->to_ns)
        return n;
    int low = 0, high = n - 1; /* the last column that begins at or before the time */
    while (low < high) {
        int middle = (low + high + 1) / 2;
        if (focus_column_ns(focus, middle, n) <= time_ns)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* A time may be as large as the type: sums stop there. `a` is not negative. */
static int64_t sum_ns(int64_t a, int64_t b)
{
    return b > 0 && a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* Puts the stretch where it is wanted, as far as the trace reaches. */
static void set_stretch(struct focus *focus, int64_t from_ns, int64_t len_ns)
{
    len_ns = CLAMP(len_ns, FOCUS_MIN_NS, focus->end_ns);
    focus->from_ns = CLAMP(from_ns, 0, focus->end_ns - len_ns);
    focus->to_ns = focus->from_ns + len_ns;
    focus->cursor_ns = CLAMP(focus->cursor_ns, focus->from_ns, focus->to_ns - 1);
}

static void remember(struct focus *focus)
{
    struct focus_stretch now = {focus->from_ns, focus->to_ns, focus->cursor_ns};
    if (focus->stack->len == MAX_STACK)
        g_array_remove_index(focus->stack, 0);
    g_array_append_val(focus->stack, now);
}

void focus_move(struct focus *focus, int columns, int n)
{
    int target = focus_column(focus, focus->cursor_ns, n) + CLAMP(columns, -n, n);
    int inside = CLAMP(target, 0, n - 1);
    if (target != inside) {
        int64_t shift_ns = length_ns(focus) / n * (target - inside);
        if (shift_ns == 0)
            shift_ns = target - inside;
        set_stretch(focus, sum_ns(focus->from_ns, shift_ns), length_ns(focus));
        /* Already at the trace's border: the cursor goes to the very first or last moment. */
        focus->cursor_ns = target < 0 ? focus->from_ns : focus->to_ns - 1;
        return;
    }
    focus->cursor_ns = focus_column_ns(focus, inside, n);
}

void focus_pan(struct focus *focus, int eighths)
{
    int64_t before_ns = focus->from_ns, in_ns = focus->cursor_ns - focus->from_ns;
    int64_t shift_ns = MAX(length_ns(focus) / 8, 1) * eighths;
    set_stretch(focus, sum_ns(before_ns, shift_ns), length_ns(focus));
    focus->cursor_ns = focus->from_ns + in_ns;
    /* Nothing left to pan: the border itself is what is wanted. */
    if (focus->from_ns == before_ns)
        focus->cursor_ns = eighths < 0 ? focus->from_ns : focus->to_ns - 1;
}

void focus_go(struct focus *focus, int64_t time_ns)
{
    time_ns = CLAMP(time_ns, 0, focus->end_ns - 1);
    focus->cursor_ns = time_ns;
    if (time_ns < focus->from_ns || time_ns >= focus->to_ns)
        set_stretch(focus, time_ns - length_ns(focus) / 2, length_ns(focus));
}

/* The cursor keeps the share of the stretch that lies left of it. */
static void zoom(struct focus *focus, int64_t len_ns)
{
    len_ns = CLAMP(len_ns, FOCUS_MIN_NS, focus->end_ns);
    double share = (double)(focus->cursor_ns - focus->from_ns) / (double)length_ns(focus);
    double left_ns = share * (double)len_ns;
    int64_t whole_ns = left_ns < (double)len_ns ? (int64_t)left_ns : len_ns - 1;
    set_stretch(focus, focus->cursor_ns - whole_ns, len_ns);
}

bool focus_zoom_in(struct focus *focus)
{
    if (length_ns(focus) <= FOCUS_MIN_NS)
        return false;
    remember(focus);
    zoom(focus, length_ns(focus) / 2);
    return true;
}

bool focus_zoom_out(struct focus *focus)
{
    if (focus_is_whole(focus))
        return false;
    remember(focus);
    zoom(focus, length_ns(focus) > focus->end_ns / 2 ? focus->end_ns : length_ns(focus) * 2);
    return true;
}

void focus_zoom_to(struct focus *focus, int64_t start_ns, int64_t end_ns)
{
    int64_t len_ns = MAX(end_ns - start_ns, 1), margin_ns = len_ns / 8;
    remember(focus);
    focus->cursor_ns = CLAMP(start_ns, 0, focus->end_ns - 1);
    if (len_ns >= focus->end_ns - 2 * margin_ns) {
        set_stretch(focus, 0, focus->end_ns);
        return;
    }
    len_ns = MAX(len_ns + 2 * margin_ns, FOCUS_MIN_NS);
    set_stretch(focus, start_ns - (len_ns - (end_ns - start_ns)) / 2, len_ns);
}

bool focus_is_whole(const struct focus *focus)
{
    return length_ns(focus) == focus->end_ns;
}

bool focus_fit(struct focus *focus)
{
    if (focus_is_whole(focus))
        return false;
    remember(focus);
    set_stretch(focus, 0, focus->end_ns);
    return true;
}

bool focus_back(struct focus *focus)
{
    if (focus->stack->len == 0)
        return false;
    struct focus_stretch last =
        g_array_index(focus->stack, struct focus_stretch, focus->stack->len - 1);
    g_array_set_size(focus->stack, focus->stack->len - 1);
    /* The cursor comes from there too: it may have been moved far since. */
    focus->from_ns = last.from_ns;
    focus->to_ns = last.to_ns;
    focus->cursor_ns = last.cursor_ns;
    return true;
}
