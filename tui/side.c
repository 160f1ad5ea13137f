/* A matrix of texts: what each row says of each trace. */
#include "tui/side.h"

#include <string.h>

#include "trace/quantity.h"
#include "trace/sum.h"
#include "tui/text.h"

#define GAP 2
#define LABEL_MAX 24
#define TITLE_MAX 16
#define TOP_GROUPS 15

/* The rows of numbers: what a cell says of one trace; g_free() it. */
static char *cell_go(const struct outline *outline)
{
    return g_strdup(outline->go != NULL ? outline->go : "several");
}

static char *cell_complete(const struct outline *outline)
{
    return g_strdup(outline->complete ? "yes" : "NO");
}

static char *cell_bytes(const struct outline *outline)
{
    return quantity_bytes(outline->bytes);
}

static char *cell_duration(const struct outline *outline)
{
    return quantity_time(outline->duration_ns);
}

static char *cell_events(const struct outline *outline)
{
    return quantity_count(outline->events);
}

static char *cell_goroutines(const struct outline *outline)
{
    return quantity_count(outline->goroutines);
}

static char *cell_procs(const struct outline *outline)
{
    return quantity_count(outline->procs);
}

static char *cell_exec(const struct outline *outline)
{
    return quantity_time(outline->exec_ns);
}

static char *cell_sched_wait(const struct outline *outline)
{
    return quantity_time(outline->sched_wait_ns);
}

static char *cell_syscall(const struct outline *outline)
{
    return quantity_time(outline->syscall_ns);
}

static char *cell_block(const struct outline *outline)
{
    return quantity_time(outline->block_ns);
}

static char *cell_gc(const struct outline *outline)
{
    return quantity_count(outline->gc_cycles);
}

static char *cell_stw(const struct outline *outline)
{
    return quantity_time(outline->stw_ns);
}

static char *cell_heap(const struct outline *outline)
{
    return quantity_bytes(outline->heap_max_bytes);
}

static const struct {
    const char *label;
    char *(*cell)(const struct outline *);
} number_rows[] = {
    {"Go", cell_go},
    {"Complete", cell_complete},
    {"File", cell_bytes},
    {"Duration", cell_duration},
    {"Events", cell_events},
    {"Goroutines", cell_goroutines},
    {"Ps", cell_procs},
    {"Running", cell_exec},
    {"Runnable, without a P", cell_sched_wait},
    {"In syscalls", cell_syscall},
    {"Blocked", cell_block},
    {"GC cycles", cell_gc},
    {"World stopped", cell_stw},
    {"Heap, at most", cell_heap},
};

/* --- the matrix --- */

struct row {
    char *label;
    char **cells; /* one a trace */
};

struct matrix {
    GPtrArray *rows; /* of struct row; the first has the names */
    size_t n;        /* traces */
};

static void row_free(void *data)
{
    struct row *row = data;
    g_strfreev(row->cells);
    g_free(row->label);
    g_free(row);
}

/* Takes the label over; the cells are to be set. */
static struct row *row_add(struct matrix *matrix, char *label)
{
    struct row *row = g_new0(struct row, 1);
    row->label = label;
    row->cells = g_new0(char *, matrix->n + 1);
    g_ptr_array_add(matrix->rows, row);
    return row;
}

static const struct outline *outline_at(const GPtrArray *outlines, size_t i)
{
    return g_ptr_array_index(outlines, i);
}

/* Of those that have the name of a file: so many bytes at their begin are a folder that all of them
 * are in. */
static size_t common_folder(const GPtrArray *files)
{
    const char *first = outline_at(files, 0)->name;
    const char *slash = strrchr(first, '/');
    size_t len = slash != NULL ? (size_t)(slash - first) + 1 : 0;

    for (size_t i = 1; len > 0 && i < files->len; i++)
        while (len > 0 && strncmp(first, outline_at(files, i)->name, len) != 0) {
            do
                len--;
            while (len > 0 && first[len - 1] != '/');
        }
    return len;
}

/* An ending that all of them have, from a dot on; "" when there is none. */
static const char *common_ending(const GPtrArray *files, size_t folder)
{
    const char *first = outline_at(files, 0)->name + folder;
    for (const char *dot = strchr(first, '.'); dot != NULL; dot = strchr(dot + 1, '.')) {
        bool all = dot > first && dot[-1] != '/';
        for (size_t i = 1; all && i < files->len; i++) {
            const char *name = outline_at(files, i)->name;
            all = strlen(name) > strlen(dot) + folder && g_str_has_suffix(name, dot);
        }
        if (all)
            return dot;
    }
    return "";
}

static void add_names(struct matrix *matrix, const GPtrArray *outlines)
{
    g_autoptr(GPtrArray) files = g_ptr_array_new();
    struct row *row = row_add(matrix, g_strdup(""));

    for (guint i = 0; i < outlines->len; i++)
        if (outline_at(outlines, i)->n == 1)
            g_ptr_array_add(files, g_ptr_array_index(outlines, i));
    size_t folder = files->len > 1 ? common_folder(files) : 0;
    size_t ending = files->len > 1 ? strlen(common_ending(files, folder)) : 0;
    for (size_t i = 0; i < matrix->n; i++) {
        const struct outline *outline = outline_at(outlines, i);
        const char *name = outline->name + (outline->n == 1 ? folder : 0);
        gssize len = (gssize)(strlen(name) - (outline->n == 1 ? ending : 0));
        g_autofree char *clean = text_sanitise(name, len);
        row->cells[i] = text_shorten(clean, TITLE_MAX, true);
    }
}

struct function {
    const char *name;
    int64_t exec_ns; /* in all of them */
};

static int by_exec(const void *a, const void *b)
{
    const struct function *x = a, *y = b;
    return x->exec_ns != y->exec_ns ? (x->exec_ns > y->exec_ns ? -1 : 1) : strcmp(x->name, y->name);
}

/* Those that ran longest, by their names; borrowed from the outlines. */
static GArray *functions(const GPtrArray *outlines)
{
    g_autoptr(GHashTable) at = g_hash_table_new(g_str_hash, g_str_equal);
    GArray *all = g_array_new(FALSE, FALSE, sizeof(struct function));

    for (size_t i = 0; i < outlines->len; i++) {
        const GArray *groups = outline_at(outlines, i)->groups;
        for (guint g = 0; g < groups->len; g++) {
            const struct outline_group *group = &g_array_index(groups, struct outline_group, g);
            gpointer place = g_hash_table_lookup(at, group->name);
            if (place == NULL) {
                struct function function = {group->name, 0};
                g_array_append_val(all, function);
                place = GUINT_TO_POINTER(all->len);
                g_hash_table_insert(at, group->name, place);
            }
            struct function *function =
                &g_array_index(all, struct function, GPOINTER_TO_UINT(place) - 1);
            function->exec_ns = sum_ns(function->exec_ns, group->exec_ns);
        }
    }
    g_array_sort(all, by_exec);
    return all;
}

static char *cell_of_function(const struct outline *outline, const char *name)
{
    for (guint g = 0; g < outline->groups->len; g++) {
        const struct outline_group *group =
            &g_array_index(outline->groups, struct outline_group, g);
        if (strcmp(group->name, name) == 0)
            return quantity_time(group->exec_ns);
    }
    return g_strdup("-");
}

static void add_functions(struct matrix *matrix, const GPtrArray *outlines)
{
    g_autoptr(GArray) all = functions(outlines);
    guint shown = MIN(all->len, TOP_GROUPS);

    if (shown == 0)
        return;
    row_add(matrix, shown < all->len ? g_strdup_printf("Running, %u of %u:", shown, all->len)
                                     : g_strdup("Running, by function:"));
    for (guint f = 0; f < shown; f++) {
        const char *name = g_array_index(all, struct function, f).name;
        g_autofree char *clean = text_sanitise(*name ? name : "(not known)", -1);
        g_autofree char *label = text_shorten(clean, LABEL_MAX - 1, true);
        struct row *row = row_add(matrix, g_strconcat(" ", label, NULL));
        for (size_t i = 0; i < matrix->n; i++)
            row->cells[i] = cell_of_function(outline_at(outlines, i), name);
    }
}

/* --- lines --- */

static void pad(GString *out, int columns)
{
    if (columns > 0)
        g_string_append_printf(out, "%*s", columns, "");
}

static int column_width(const struct matrix *matrix, size_t i)
{
    int width = 0;
    for (guint r = 0; r < matrix->rows->len; r++) {
        const struct row *row = g_ptr_array_index(matrix->rows, r);
        if (row->cells[i] != NULL)
            width = MAX(width, text_width(row->cells[i]));
    }
    return width;
}

/* The traces from one to another as lines. */
static void write_block(const struct matrix *matrix, int label, size_t from, size_t to,
                        GString *out)
{
    for (guint r = 0; r < matrix->rows->len; r++) {
        const struct row *row = g_ptr_array_index(matrix->rows, r);
        g_string_append(out, row->label);
        int due = label - text_width(row->label); /* blanks are written when something follows */
        for (size_t i = from; i < to; i++) {
            const char *cell = row->cells[i];
            int width = column_width(matrix, i) + GAP;
            pad(out, cell != NULL ? due + width - text_width(cell) : 0);
            due = cell != NULL ? 0 : due + width;
            g_string_append(out, cell != NULL ? cell : "");
        }
        g_string_append_c(out, '\n');
    }
}

static void write_blocks(const struct matrix *matrix, int width, GString *out)
{
    int label = 0;
    for (guint r = 0; r < matrix->rows->len; r++)
        label =
            MAX(label, text_width(((const struct row *)g_ptr_array_index(matrix->rows, r))->label));
    for (size_t from = 0; from < matrix->n;) {
        size_t to = from;
        int used = label;
        while (to < matrix->n && (to == from || used + GAP + column_width(matrix, to) <= width)) {
            used += GAP + column_width(matrix, to);
            to++;
        }
        if (from > 0)
            g_string_append_c(out, '\n');
        write_block(matrix, label, from, to, out);
        from = to;
    }
}

void side_write(const GPtrArray *outlines, int width, GString *out)
{
    struct matrix matrix = {g_ptr_array_new_with_free_func(row_free), outlines->len};

    add_names(&matrix, outlines);
    for (size_t r = 0; r < G_N_ELEMENTS(number_rows); r++) {
        struct row *row = row_add(&matrix, g_strdup(number_rows[r].label));
        for (size_t i = 0; i < matrix.n; i++)
            row->cells[i] = number_rows[r].cell(outline_at(outlines, i));
    }
    add_functions(&matrix, outlines);
    write_blocks(&matrix, width, out);
    g_ptr_array_unref(matrix.rows);
}
