/* The port that is asked is the one that is meant. */
#include "kube/port.h"

/* The ports of the container that is meant come first. */
static void test_ports(void)
{
    static const struct {
        const char *container, *wanted;
        unsigned port;
    } rows[] = {
        {NULL, NULL, 1},     {"app", NULL, 1},   {"side", NULL, 3}, {"side", "pprof", 3},
        {"app", "pprof", 1}, {NULL, "debug", 4}, {NULL, "80", 80},  {NULL, "udp", 0},
        {NULL, "0", 0},      {NULL, "65536", 0}, {NULL, "", 0},     {NULL, "-1", 0},
    };
    json_auto_t *object = json_loads(
        "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"containers\":[{\"name\":\"app\",\"ports\":["
        "{\"name\":\"pprof\",\"containerPort\":1},{\"name\":\"udp\",\"containerPort\":2,"
        "\"protocol\":\"UDP\"},{\"containerPort\":99999},{\"containerPort\":\"x\"},7]},"
        "{\"name\":\"side\",\"ports\":[{\"name\":\"pprof\",\"containerPort\":3},"
        "{\"name\":\"debug\",\"containerPort\":4,\"protocol\":\"TCP\"}]}]}}",
        0, NULL);
    struct pod *pod = pod_parse(object, NULL);
    g_autofree char *list = port_list(pod);

    g_assert_cmpstr(list, ==, "1 (pprof), 3 (pprof), 4 (debug)");
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_cmpuint(port_choose(pod, rows[i].container, rows[i].wanted, &error), ==,
                         rows[i].port);
        g_assert_true((error != NULL) == (rows[i].port == 0));
    }
    g_assert_cmpuint(port_choose(NULL, NULL, NULL, NULL), ==, PORT_DEFAULT);
    pod_free(pod);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/port/choose", test_ports);
    return g_test_run();
}
