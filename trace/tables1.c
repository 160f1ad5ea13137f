/* One look through a trace of Go 1.5 to 1.21. */
#include "trace/tables1.h"

#include <string.h>

#include "trace/error.h"
#include "trace/header.h"
#include "trace/roster.h"

/* How many records are looked at between two looks at the cancellable. */
#define WORK_BETWEEN_CHECKS 65536

/* `symbol` is 0 until it is asked for. */
struct string_row {
    const char *at;
    uint32_t len;
    uint32_t symbol;
};

/* The frames stay in the file until they are asked for. */
struct stack_row {
    const char *at;
    uint32_t len;
    uint16_t n; /* frames */
    bool no_names;
    uint32_t symbol;
};

/* What a pc stands for: the first frame that names it. */
struct frame_row {
    uint64_t pc, func, file, line; /* func and file are string ids of the file */
};

struct tables1_symbols {
    struct roster string_of, stack_of; /* ids -> rows */
    struct idmap pc_of;                /* pc -> index + 1 of its row */
    GArray *strings;                   /* of struct string_row */
    GArray *stacks;                    /* of struct stack_row */
    GArray *pcs;                       /* of struct frame_row */
    struct roster queue_of;            /* P -> index of its queue */
    GPtrArray *messages;               /* of GBytes: of all logs, made when first needed */
};

static bool fail(GError **error, int code, const char *what)
{
    g_set_error_literal(error, TRACE_ERROR, code, what);
    return false;
}

static bool add_string(struct tables1 *tables, const struct wire1_record *record, GError **error)
{
    struct tables1_symbols *own = tables->own;
    int64_t id = (int64_t)record->args[0];
    if (id == 0 || roster_find(&own->string_of, id) != ROSTER_NONE)
        return fail(error, TRACE_ERROR_DAMAGED, "a string has an id that is taken");
    roster_add(&own->string_of, id);
    struct string_row row = {.at = record->bytes.at, .len = (uint32_t)record->bytes.len};
    g_array_append_val(own->strings, row);
    tables->max_string = MAX(tables->max_string, record->args[0]);
    tables->n_strings++;
    return true;
}

static struct cursor frames_of(const char *at, size_t len)
{
    return cursor_init((const uint8_t *)at, len);
}

/* Reads the next frame as it stands there. */
static struct frame_row read_frame(const struct tables1 *tables, struct cursor *cursor)
{
    struct frame_row frame = {.pc = cursor_uvarint(cursor)};
    if (!tables->format.has_seq) {
        frame.func = cursor_uvarint(cursor);
        frame.file = cursor_uvarint(cursor);
        frame.line = cursor_uvarint(cursor);
    }
    return frame;
}

static void add_stack(struct tables1 *tables, const struct wire1_record *record)
{
    struct tables1_symbols *own = tables->own;
    uint32_t id = (uint32_t)record->args[0];
    if (id == 0 || record->args[1] == 0)
        return;
    struct cursor cursor = frames_of(record->bytes.at, record->bytes.len);
    while (cursor_left(&cursor) > 0) {
        struct frame_row frame = read_frame(tables, &cursor);
        if (idmap_find(&own->pc_of, frame.pc) != NULL)
            continue;
        g_array_append_val(own->pcs, frame);
        idmap_add(&own->pc_of, frame.pc, (void *)(uintptr_t)own->pcs->len);
    }
    struct stack_row row = {record->bytes.at, (uint32_t)record->bytes.len,
                            (uint16_t)record->args[1], false, 0};
    uint32_t index = roster_add(&own->stack_of, id);
    if (index == own->stacks->len)
        g_array_append_val(own->stacks, row);
    else
        g_array_index(own->stacks, struct stack_row, index) = row; /* the last one counts */
    tables->n_stacks++;
}

static bool set_frequency(struct tables1 *tables, uint64_t frequency, GError **error)
{
    if (frequency == 0 || frequency > INT64_MAX)
        return fail(error, TRACE_ERROR_DAMAGED, "the clock's frequency is none");
    tables->frequency = frequency;
    return true;
}

static void add_sample(struct tables1 *tables, const struct wire1_record *record)
{
    struct tables1_sample sample = {(int64_t)record->args[0], (int32_t)record->args[1],
                                    record->args[2], (uint32_t)record->stack};
    g_array_append_val(tables->samples, sample);
}

static void add_batch(struct tables1 *tables, uint64_t p, size_t at)
{
    struct tables1_batch batch = {at, TABLES1_NO_BATCH};
    uint32_t number = tables->batches->len;
    g_array_append_val(tables->batches, batch);
    uint32_t index = roster_add(&tables->own->queue_of, (int64_t)p);
    if (index == tables->queues->len) {
        struct tables1_queue queue = {(int64_t)p, number, number};
        g_array_append_val(tables->queues, queue);
        return;
    }
    struct tables1_queue *queue = &g_array_index(tables->queues, struct tables1_queue, index);
    g_array_index(tables->batches, struct tables1_batch, queue->last).next = number;
    queue->last = number;
}

static void add_event(struct tables1 *tables, uint8_t type)
{
    static const bool is_marked[WIRE1_N_TYPES] = {
        [WIRE1_GO_SYS_CALL] = true,       [WIRE1_GO_SYS_EXIT] = true,
        [WIRE1_GO_SYS_EXIT_LOCAL] = true, [WIRE1_GO_UNBLOCK] = true,
        [WIRE1_GO_UNBLOCK_LOCAL] = true,
    };
    tables->n_records++;
    tables->n_marked += is_marked[type];
}

/* Puts away what stands at this offset. */
static bool add_record(struct tables1 *tables, const struct wire1_record *record, size_t at,
                       GError **error)
{
    switch (record->type) {
    case WIRE1_BATCH:
        add_batch(tables, record->args[0], at);
        return true;
    case WIRE1_STRING:
        return add_string(tables, record, error);
    case WIRE1_STACK:
        add_stack(tables, record);
        return true;
    case WIRE1_FREQUENCY:
        return set_frequency(tables, record->args[0], error);
    case WIRE1_TIMER_GOROUTINE:
        idset_add(&tables->timers, record->args[0]);
        return true;
    case WIRE1_CPU_SAMPLE:
        add_sample(tables, record);
        return true;
    default:
        add_event(tables, record->type);
        return true;
    }
}

/* Reads one record, or passes over a string that stands before all batches. */
static bool read_record(struct tables1 *tables, struct cursor *cursor, GError **error)
{
    const uint8_t *at = cursor->at;
    const char *why;
    uint8_t type;
    if (tables->batches->len > 0 && wire1_skip(cursor, &tables->format, &type)) {
        add_event(tables, type);
        return true;
    }
    if (tables->batches->len == 0 && (*at & 0x3f) == WIRE1_STRING &&
        tables->format.n_values[WIRE1_STRING] > 0) {
        cursor_u8(cursor);
        return wire1_skip_string(cursor, &why) ||
               fail(error, cursor->cut ? TRACE_ERROR_TRUNCATED : TRACE_ERROR_DAMAGED, why);
    }
    struct wire1_record record;
    if (!wire1_read(cursor, &tables->format, &record, &why))
        return fail(error, cursor->cut ? TRACE_ERROR_TRUNCATED : TRACE_ERROR_DAMAGED, why);
    if (tables->batches->len == 0 && record.type != WIRE1_BATCH)
        return fail(error, TRACE_ERROR_DAMAGED, "a record stands before all batches");
    return add_record(tables, &record, (size_t)(at - tables->bytes), error);
}

static int compare_samples(const void *a, const void *b)
{
    const struct tables1_sample *first = a, *second = b;
    return (first->ticks > second->ticks) - (first->ticks < second->ticks);
}

static void read_all(struct tables1 *tables, size_t len, GCancellable *cancellable,
                     uint64_t *progress, GError **error)
{
    struct cursor cursor = cursor_init(tables->bytes + HEADER_BYTES, len - HEADER_BYTES);
    tables->len = HEADER_BYTES;
    relax_begin(tables->relax);
    for (unsigned work = 1; cursor_left(&cursor) > 0; work++) {
        if (work % WORK_BETWEEN_CHECKS == 0) {
            if (g_cancellable_set_error_if_cancelled(cancellable, error))
                return;
            if (progress != NULL) /* the first of three ways through the events */
                __atomic_store_n(progress, tables->len / 3, __ATOMIC_RELAXED);
            relax_to(tables->relax, tables->len);
        }
        if (!read_record(tables, &cursor, error)) {
            g_prefix_error(error, "byte %zu: ", tables->len);
            break;
        }
        tables->len = (size_t)(cursor.at - tables->bytes);
    }
    g_array_sort(tables->samples, compare_samples);
}

struct tables1 *tables1_new(const uint8_t *bytes, size_t len, int go_minor, struct symbols *symbols,
                            struct relax *relax, GCancellable *cancellable, uint64_t *progress,
                            GError **error)
{
    struct tables1 *tables = g_new0(struct tables1, 1);
    struct tables1_symbols *own = g_new0(struct tables1_symbols, 1);
    tables->own = own;
    tables->bytes = bytes;
    tables->symbols = symbols;
    tables->relax = relax;
    wire1_format_init(&tables->format, go_minor);
    tables->batches = g_array_new(FALSE, FALSE, sizeof(struct tables1_batch));
    tables->queues = g_array_new(FALSE, FALSE, sizeof(struct tables1_queue));
    tables->samples = g_array_new(FALSE, FALSE, sizeof(struct tables1_sample));
    own->strings = g_array_new(FALSE, FALSE, sizeof(struct string_row));
    own->stacks = g_array_new(FALSE, FALSE, sizeof(struct stack_row));
    own->pcs = g_array_new(FALSE, FALSE, sizeof(struct frame_row));
    roster_init(&own->string_of);
    roster_init(&own->stack_of);
    roster_init(&own->queue_of);
    read_all(tables, len, cancellable, progress, error);
    return tables;
}

void tables1_free(struct tables1 *tables)
{
    if (tables == NULL)
        return;
    struct tables1_symbols *own = tables->own;
    roster_clear(&own->string_of);
    roster_clear(&own->stack_of);
    roster_clear(&own->queue_of);
    idmap_clear(&own->pc_of);
    g_array_unref(own->strings);
    g_array_unref(own->stacks);
    g_array_unref(own->pcs);
    g_clear_pointer(&own->messages, g_ptr_array_unref);
    g_free(own);
    idset_clear(&tables->timers);
    g_array_unref(tables->batches);
    g_array_unref(tables->queues);
    g_array_unref(tables->samples);
    g_free(tables);
}

/* The messages of logs, each once, in file order. */
static GPtrArray *messages_of(const struct tables1 *tables)
{
    GPtrArray *messages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
    g_autoptr(GHashTable) known = g_hash_table_new(g_bytes_hash, g_bytes_equal);
    size_t at = tables->batches->len == 0
                    ? tables->len
                    : g_array_index(tables->batches, struct tables1_batch, 0).at;
    struct cursor cursor = cursor_init(tables->bytes + at, tables->len - at);
    struct wire1_record record;
    const char *why;
    while (cursor_left(&cursor) > 0 && wire1_read(&cursor, &tables->format, &record, &why)) {
        if (record.type != WIRE1_USER_LOG)
            continue;
        GBytes *message = g_bytes_new(record.bytes.at, record.bytes.len);
        if (g_hash_table_contains(known, message)) {
            g_bytes_unref(message);
        } else {
            g_hash_table_add(known, message);
            g_ptr_array_add(messages, message);
        }
    }
    return messages;
}

/* What Go has under an id that the file does not give. */
static bool invent(struct tables1 *tables, uint64_t id, uint32_t *symbol)
{
    static const char *const words[] = {
        "forever", "preempted", "runtime.Gosched",
        "sleep",   "chan send", "chan receive",
        "network", "sync",      "sync.(*Cond).Wait",
        "select",  "",          "GC mark assist wait for work",
    };
    if (!tables->invents || id <= tables->max_string)
        return false;
    if (tables->own->messages == NULL)
        tables->own->messages = messages_of(tables);
    const GPtrArray *messages = tables->own->messages;
    uint64_t n = id - tables->max_string - 1;
    if (n < messages->len) {
        gsize len;
        const char *at = g_bytes_get_data(g_ptr_array_index(messages, n), &len);
        *symbol = symbols_add_string(tables->symbols, at, len);
        return true;
    }
    n -= messages->len;
    if (n >= G_N_ELEMENTS(words) + WIRE1_N_STW_KINDS)
        return false;
    const char *word =
        n < G_N_ELEMENTS(words) ? words[n] : wire1_stw_kinds[n - G_N_ELEMENTS(words)];
    *symbol = symbols_add_string(tables->symbols, word, strlen(word));
    return true;
}

bool tables1_string(struct tables1 *tables, uint64_t id, uint32_t *symbol)
{
    *symbol = 0;
    if (id == 0)
        return true;
    uint32_t index = roster_find(&tables->own->string_of, (int64_t)id);
    if (index == ROSTER_NONE)
        return invent(tables, id, symbol);
    struct string_row *row = &g_array_index(tables->own->strings, struct string_row, index);
    if (row->symbol == 0)
        row->symbol = symbols_add_string(tables->symbols, row->at, row->len);
    *symbol = row->symbol;
    return true;
}

static void resolve(struct tables1 *tables, struct stack_row *row)
{
    struct frame frames[WIRE1_MAX_FRAMES];
    struct cursor cursor = frames_of(row->at, row->len);
    for (unsigned i = 0; i < row->n; i++) {
        uint64_t pc = read_frame(tables, &cursor).pc;
        size_t index = (size_t)(uintptr_t)idmap_find(&tables->own->pc_of, pc);
        g_assert(index > 0);
        const struct frame_row *known =
            &g_array_index(tables->own->pcs, struct frame_row, index - 1);
        frames[i].pc = pc;
        frames[i].line = known->line;
        bool named = tables1_string(tables, known->func, &frames[i].func);
        named = tables1_string(tables, known->file, &frames[i].file) && named;
        row->no_names = row->no_names || !named;
    }
    row->symbol = symbols_add_stack(tables->symbols, frames, row->n);
}

enum tables1_stack tables1_stack(struct tables1 *tables, uint64_t id, uint32_t *symbol)
{
    *symbol = 0;
    uint32_t index =
        id > UINT32_MAX ? ROSTER_NONE : roster_find(&tables->own->stack_of, (int64_t)id);
    if (index == ROSTER_NONE)
        return TABLES1_NO_STACK;
    struct stack_row *row = &g_array_index(tables->own->stacks, struct stack_row, index);
    if (row->symbol == 0)
        resolve(tables, row);
    *symbol = row->symbol;
    return row->no_names ? TABLES1_NO_NAMES : TABLES1_STACK;
}
