/* Who unblocked whom, two steps far. */
#include "tests/feed.h"
#include "trace/related.h"

static void wake(struct feed *feed, int64_t by, int64_t id)
{
    feed->g = by;
    feed_go(feed, 10, id, STATE_WAITING, STATE_RUNNABLE, "", "", false);
    feed->g = EVENT_NO_ID;
}

static void assert_related(const struct related *related, int64_t id, const char *want)
{
    g_autoptr(GArray) set = related_of(related, id);
    g_autoptr(GString) got = g_string_new(NULL);
    for (guint i = 0; i < set->len; i++)
        g_string_append_printf(got, "%d ", (int)g_array_index(set, int64_t, i));
    g_assert_cmpstr(got->str, ==, want);
}

static void test_related(void)
{
    struct related_builder *builder = related_builder_new();
    struct feed feed = {symbols_new(), related_builder_sink(builder), 1, 0, EVENT_NO_ID};
    wake(&feed, 2, 1);
    wake(&feed, 3, 2);
    wake(&feed, 3, 2);
    wake(&feed, 4, 3);
    wake(&feed, 5, 2);
    wake(&feed, 1, 6);
    wake(&feed, 7, 7);
    wake(&feed, EVENT_NO_ID, 1);
    feed.g = 9;
    feed_go(&feed, 20, 1, STATE_WAITING, STATE_WAITING, "", "", false);
    feed_go(&feed, 21, 1, STATE_RUNNABLE, STATE_RUNNING, "", "", false);
    struct related *related = related_builder_finish(builder);
    assert_related(related, 1, "1 2 3 5 ");
    assert_related(related, 2, "2 3 4 5 ");
    assert_related(related, 4, "4 ");
    assert_related(related, 6, "1 2 6 ");
    assert_related(related, 7, "7 ");
    assert_related(related, 100, "100 ");
    g_assert_cmpuint(related->edges->len, ==, 6);
    const struct related_edge *edge = &g_array_index(related->edges, struct related_edge, 1);
    g_assert_cmpint(edge->of, ==, 2);
    g_assert_cmpint(edge->by, ==, 3);
    g_assert_cmpuint(edge->count, ==, 2);
    related_free(related);
    related_builder_free(builder);
    symbols_free(feed.symbols);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/related/set", test_related);
    return g_test_run();
}
