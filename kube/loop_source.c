#include "kube/loop_source.h"

void loop_source_clear(GSource **source)
{
    if (*source == NULL)
        return;
    g_source_destroy(*source);
    g_clear_pointer(source, g_source_unref);
}

void loop_source_set(GSource **source, GSource *fresh, GSourceFunc fn, void *data)
{
    g_autoptr(GMainContext) context = g_main_context_ref_thread_default();

    loop_source_clear(source);
    *source = fresh;
    g_source_set_callback(fresh, fn, data, NULL);
    g_source_attach(fresh, context);
}
