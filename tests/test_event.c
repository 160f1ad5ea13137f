/* The names of event kinds and states are Go's. */
#include <glib.h>

#include "trace/event.h"

static void test_names(void)
{
    g_assert_cmpstr(event_kind_name(EVENT_STATE_TRANSITION), ==, "StateTransition");
    g_assert_cmpstr(event_kind_name(EVENT_EXPERIMENTAL), ==, "Experimental");
    for (int state = 0; state < STATE_N; state++)
        g_assert_nonnull(event_state_name(state));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/event/names", test_names);
    return g_test_run();
}
