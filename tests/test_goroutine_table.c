/* Goroutines as rows: what is chosen, in which order, and how it is written. */
#include <jansson.h>
#include <string.h>

#include "tests/feed.h"
#include "trace/goroutine_table.h"
#include "trace/json_goroutines.h"

struct fixture {
    struct trace trace;
};

static void feed_lives(struct feed *feed)
{
    feed_sync(feed, 0);
    feed_go(feed, 10, 1, STATE_UNDETERMINED, STATE_RUNNING, "", "tr<main.main", true);
    feed->g = 1;
    feed_go(feed, 20, 2, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.wor\"ker", true);
    feed_go(feed, 30, 3, STATE_NOT_EXIST, STATE_RUNNABLE, "", "main.late", true);
    feed_go(feed, 50, 1, STATE_RUNNING, STATE_WAITING, "chan receive", "w<main.main", true);
    feed->g = EVENT_NO_ID;
    feed_go(feed, 60, 2, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    feed_go(feed, 160, 2, STATE_RUNNING, STATE_NOT_EXIST, "", "", false);
    feed_sync(feed, 200);
}

static void setup(struct fixture *f, gconstpointer data)
{
    (void)data;
    f->trace.symbols = symbols_new();
    struct summary_builder *summary = summary_builder_new(f->trace.symbols);
    struct feed feed = {f->trace.symbols, summary_builder_sink(summary), 100, 0, EVENT_NO_ID};
    feed_lives(&feed);
    f->trace.summary = summary_builder_finish(summary);
    summary_builder_free(summary);
}

static void teardown(struct fixture *f, gconstpointer data)
{
    (void)data;
    summary_free(f->trace.summary);
    symbols_free(f->trace.symbols);
}

static void assert_ids(struct fixture *f, const char *column, const char *match, const char *ids)
{
    g_autoptr(GRegex) regex = match == NULL ? NULL : g_regex_new(match, 0, 0, NULL);
    g_autoptr(GPtrArray) rows =
        goroutine_table_new(&f->trace, goroutine_column_find(column), regex);
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const struct summary_goroutine *g = g_ptr_array_index(rows, i);
        g_string_append_printf(got, "%d ", (int)g->id);
    }
    g_assert_cmpstr(got->str, ==, ids);
}

static void test_order(struct fixture *f, gconstpointer data)
{
    (void)data;
    assert_ids(f, "id", NULL, "1 2 3 ");
    assert_ids(f, "exec", NULL, "2 1 3 ");
    assert_ids(f, "running", NULL, "2 1 3 ");
    assert_ids(f, "sched_wait", NULL, "3 2 1 ");
    assert_ids(f, "name", NULL, "3 1 2 ");
    assert_ids(f, "block", NULL, "1 2 3 ");
    /* what is not known stands last, whichever way the rest goes */
    assert_ids(f, "parent", NULL, "2 3 1 ");
    assert_ids(f, "end", NULL, "2 1 3 ");
    assert_ids(f, "start", NULL, "1 2 3 ");
    g_assert_null(goroutine_column_find("nothing"));
    assert_ids(f, "id", "^main\\.(late|main)$", "1 3 ");
    assert_ids(f, "id", "nobody", "");
}

static void test_csv(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GPtrArray) rows = goroutine_table_new(&f->trace, goroutine_column_find("id"), NULL);
    g_autoptr(GString) csv = g_string_new(NULL);
    goroutine_table_csv(&f->trace, rows, csv);
    g_assert_cmpstr(csv->str, ==,
                    "id,name,parent,creation_ns,start_ns,end_ns,total_ns,exec_ns,sched_wait_ns,"
                    "syscall_ns,syscall_block_ns,block_ns\r\n"
                    "1,\"main.main\",,0,10,,200,50,0,0,0,150\r\n"
                    "2,\"main.wor\"\"ker\",1,20,60,160,140,100,40,0,0,0\r\n"
                    "3,\"main.late\",1,30,,,170,0,170,0,0,0\r\n");
}

static void test_json(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GPtrArray) rows = goroutine_table_new(&f->trace, goroutine_column_find("id"), NULL);
    g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();
    g_assert_true(json_goroutines_write(&f->trace, rows, out, NULL, NULL));
    GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM(out);
    json_t *root = json_loadb(g_memory_output_stream_get_data(memory),
                              g_memory_output_stream_get_data_size(memory), 0, NULL);
    json_t *want =
        json_pack("{s:[{s:i,s:s,s:n,s:i,s:i,s:n,s:i,s:i,s:i,s:i,s:i,s:{s:i},s:{}}]}", "goroutines",
                  "id", 1, "name", "main.main", "parent", "creation_ns", 0, "start_ns", 10,
                  "end_ns", "total_ns", 200, "exec_ns", 50, "sched_wait_ns", 0, "syscall_ns", 0,
                  "syscall_block_ns", 0, "block_ns", "chan receive", 150, "range_ns");
    g_assert_nonnull(want);
    g_assert_cmpuint(json_array_size(json_object_get(root, "goroutines")), ==, 3);
    g_assert_true(json_equal(json_array_get(json_object_get(root, "goroutines"), 0),
                             json_array_get(json_object_get(want, "goroutines"), 0)));
    json_decref(root);
    json_decref(want);
}

static void test_text(struct fixture *f, gconstpointer data)
{
    (void)data;
    g_autoptr(GPtrArray) rows = goroutine_table_new(&f->trace, goroutine_column_find("exec"), NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    goroutine_table_text(&f->trace, rows, 80, text);
    g_auto(GStrv) lines = g_strsplit(text->str, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 5);
    g_assert_cmpstr(lines[0], ==,
                    "      id    total  running runnable  syscall  waiting  function");
    g_assert_cmpstr(lines[1], ==,
                    "       2    140ns    100ns     40ns        0        0  main.wor\"ker");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/goroutine-table/order", struct fixture, NULL, setup, test_order, teardown);
    g_test_add("/goroutine-table/csv", struct fixture, NULL, setup, test_csv, teardown);
    g_test_add("/goroutine-table/json", struct fixture, NULL, setup, test_json, teardown);
    g_test_add("/goroutine-table/text", struct fixture, NULL, setup, test_text, teardown);
    return g_test_run();
}
