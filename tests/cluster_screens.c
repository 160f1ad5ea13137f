#include "tests/cluster_screens.h"

#include <string.h>

#include <glib/gstdio.h>

#include "tests/fake_cluster.h"
#include "tests/fake_trace.h"
#include "tests/golden.h"
#include "tui/view_cluster.h"

static char *folder; /* of all tests of a program */

static void on_redraw(void *data)
{
    ((struct screen *)data)->redraws++;
}

static void on_nothing(void *data)
{
    (void)data;
}

static void on_lend(const char *const *argv, void *data)
{
    (void)argv, (void)data;
}

static void on_quit(void *data)
{
    ((struct screen *)data)->quit = true;
}

static const struct workbench_calls calls = {
    .redraw = on_redraw,
    .repaint = on_nothing,
    .suspend = on_nothing,
    .lend = on_lend,
    .quit = on_quit,
};

/* Until nothing has happened for longer than the screens ever wait to show news together. */
void settle(void)
{
    const gint64 quiet_us = 120 * 1000;
    gint64 last = g_get_monotonic_time();
    while (g_get_monotonic_time() < last + quiet_us) {
        if (g_main_context_iteration(NULL, FALSE))
            last = g_get_monotonic_time();
        else
            g_usleep(1000);
    }
}

void draw(struct screen *screen)
{
    session_draw(screen->session, screen->canvas);
}

struct screen *screen_open(struct config *config, const GError *error, int width, int height,
                           bool ascii)
{
    struct screen *screen = g_new0(struct screen, 1);
    screen->canvas = canvas_new(width, height, ascii);
    screen->session = session_new(config, error, &calls, screen);
    session_push(screen->session, view_contexts_new(screen->session));
    draw(screen);
    return screen;
}

struct screen *screen_new(int width, int height, bool ascii)
{
    return screen_open(fake_config(), NULL, width, height, ascii);
}

void screen_free(struct screen *screen)
{
    session_free(screen->session);
    canvas_free(screen->canvas);
    g_free(screen);
    fake_cluster_reset();
    fake_trace_is_damaged = false;
}

void press(struct screen *screen, const char *keys)
{
    g_auto(GStrv) names = g_strsplit(keys, " ", -1);
    for (size_t i = 0; names[i]; i++) {
        int key = key_parse(names[i]);
        g_assert_cmpint(key, !=, TKEY_NONE);
        session_key(screen->session, key);
        if (!names[i + 1] || !key_is_text(key)) /* what is typed is answered at once */
            settle();
    }
    draw(screen);
}

bool sees(const struct screen *screen, const char *text)
{
    g_autofree char *page = canvas_text(screen->canvas);
    if (!strstr(page, text))
        g_test_message("\"%s\" is not on\n%s", text, page);
    return strstr(page, text) != NULL;
}

void check(const struct screen *screen, const char *name)
{
    g_autofree char *full =
        g_strdup_printf("%s-%dx%d%s", name, screen->canvas->width, screen->canvas->height,
                        screen->canvas->ascii ? "-ascii" : "");
    golden_check(screen->canvas, full);
}

void hide_time(struct canvas *canvas)
{
    for (int y = 0; y < canvas->height; y++) {
        g_autofree char *page = canvas_text(canvas);
        g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
        char *at = strstr(lines[y], "-20");
        if (at && strstr(lines[y], ".trace"))
            canvas_put(canvas, (int)(at - lines[y]), y, 16, STYLE_NORMAL, "-YYYYMMDD-HHMMSS");
    }
}

void forget(void)
{
    static const char *const names[] = {"paths", "debug-image", "namespaces"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *file =
            g_build_filename(g_getenv("XDG_STATE_HOME"), "tracetui", names[i], NULL);
        g_unlink(file);
    }
}

void cluster_screens_begin(int *argc, char ***argv)
{
    g_test_init(argc, argv, NULL);
    folder = g_dir_make_tmp("tracetui-screens-XXXXXX", NULL);
    g_setenv("XDG_STATE_HOME", folder, TRUE);
    g_assert_cmpint(g_chdir(folder), ==, 0);
    fake_cluster_reset();
}

int cluster_screens_run(void)
{
    int status = g_test_run();
    g_autofree char *state = g_build_filename(folder, "tracetui", NULL);
    forget();
    g_rmdir(state);
    g_rmdir(folder);
    g_free(folder);
    g_string_free(fake_cluster.pulled, TRUE);
    return status;
}
