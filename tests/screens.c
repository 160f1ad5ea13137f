/* A session whose main loop is the test. */
#include "tests/screens.h"

#include <string.h>

#define DEADLINE_S 30

static void nothing(void *data)
{
    (void)data;
}

static void lend_nothing(const char *const *argv, void *data)
{
    (void)argv;
    (void)data;
}

static const struct workbench_calls calls = {
    .redraw = nothing,
    .repaint = nothing,
    .suspend = nothing,
    .lend = lend_nothing,
    .quit = nothing,
};

struct screens *screens_new(struct view *view, int width, int height, bool ascii)
{
    struct screens *screens = g_new0(struct screens, 1);
    screens->session = session_new(NULL, NULL, &calls, screens);
    screens->canvas = canvas_new(width, height, ascii);
    session_push(screens->session, view);
    session_draw(screens->session, screens->canvas);
    return screens;
}

void screens_free(struct screens *screens)
{
    session_free(screens->session);
    canvas_free(screens->canvas);
    g_free(screens);
}

void screens_type(struct screens *screens, const char *keys)
{
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);
    for (size_t i = 0; names[i]; i++) {
        int key = key_parse(names[i]);
        g_assert_cmpint(key, !=, TKEY_NONE);
        session_key(screens->session, key);
    }
}

void screens_type_text(struct screens *screens, const char *text)
{
    for (; *text; text++)
        session_key(screens->session, *text);
}

char *screens_text(struct screens *screens)
{
    session_draw(screens->session, screens->canvas);
    return canvas_text(screens->canvas);
}

void screens_wait_for(struct screens *screens, const char *text)
{
    gint64 deadline = g_get_monotonic_time() + DEADLINE_S * G_USEC_PER_SEC;
    for (;;) {
        g_autofree char *page = screens_text(screens);
        if (strstr(page, text))
            return;
        if (g_get_monotonic_time() > deadline)
            g_error("\"%s\" never came:\n%s", text, page);
        if (!g_main_context_iteration(NULL, FALSE))
            g_usleep(1000);
    }
}
