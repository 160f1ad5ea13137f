#include "kube/port.h"

#include <string.h>

typedef bool port_fits_fn(const struct container_port *port, const char *word);

static bool is_called(const struct container_port *port, const char *word)
{
    return strcmp(port->name, word) == 0;
}

static bool is_default(const struct container_port *port, const char *word)
{
    (void)word;
    return port->number == PORT_DEFAULT;
}

static bool speaks_of(const struct container_port *port, const char *word)
{
    return strstr(port->name, word) != NULL;
}

/* Best first. */
static const struct {
    port_fits_fn *fits;
    const char *word;
} likely[] = {
    {is_called, "pprof"}, {is_default, NULL},     {speaks_of, "pprof"},
    {speaks_of, "debug"}, {speaks_of, "metrics"},
};

static unsigned find_in(const struct container *container, port_fits_fn *fits, const char *word)
{
    for (guint i = 0; container->ports != NULL && i < container->ports->len; i++) {
        const struct container_port *port =
            &g_array_index(container->ports, struct container_port, i);

        if (fits(port, word))
            return port->number;
    }
    return 0;
}

/* The container that is wanted comes first, init containers count as well: some never end. */
static unsigned find_port(const struct pod *pod, const char *wanted_container, port_fits_fn *fits,
                          const char *word)
{
    unsigned first = 0;

    for (guint i = 0; pod != NULL && i < pod->containers->len; i++) {
        const struct container *container = (const struct container *)pod->containers->pdata[i];
        unsigned port = find_in(container, fits, word);

        if (port != 0 && g_strcmp0(container->name, wanted_container) == 0)
            return port;
        if (first == 0)
            first = port;
    }
    return first;
}

unsigned port_choose(const struct pod *pod, const char *container, const char *wanted,
                     GError **error)
{
    g_autofree char *list = NULL;
    guint64 number;
    unsigned port;

    if (wanted == NULL) {
        for (size_t i = 0; i < G_N_ELEMENTS(likely); i++) {
            port = find_port(pod, container, likely[i].fits, likely[i].word);
            if (port != 0)
                return port;
        }
        return PORT_DEFAULT;
    }
    if (g_ascii_string_to_unsigned(wanted, 10, 1, UINT16_MAX, &number, NULL))
        return (unsigned)number;
    port = find_port(pod, container, is_called, wanted);
    if (port != 0)
        return port;
    list = pod != NULL ? port_list(pod) : NULL;
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_USAGE,
                "\"%s\" is neither a port's number nor the name of one that the pod declares (%s)",
                wanted,
                list != NULL  ? list
                : pod != NULL ? "it declares none"
                              : "this login may not see them");
    return 0;
}

char *port_list(const struct pod *pod)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint c = 0; c < pod->containers->len; c++) {
        const struct container *container = (const struct container *)pod->containers->pdata[c];

        for (guint i = 0; container->ports != NULL && i < container->ports->len; i++) {
            const struct container_port *port =
                &g_array_index(container->ports, struct container_port, i);

            g_string_append_printf(text, "%s%u", text->len > 0 ? ", " : "", port->number);
            if (*port->name != '\0')
                g_string_append_printf(text, " (%s)", port->name);
        }
    }
    return text->len > 0 ? g_strdup(text->str) : NULL;
}
