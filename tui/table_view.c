#include "tui/table_view.h"

#include <string.h>

#include "tui/text.h"

static struct table_view *self_of(struct view *view)
{
    return (struct table_view *)view;
}

static const struct table_view *const_self_of(const struct view *view)
{
    return (const struct table_view *)view;
}

void table_view_init(struct table_view *self, const struct view_type *type)
{
    self->view.type = type;
    self->table = table_new();
}

void table_view_clear(struct table_view *self)
{
    table_free(self->table);
    g_free(self->note);
    g_free(self->note_hint);
    g_free(self->filter_before);
}

void table_view_note(struct table_view *self, enum style style, const char *note, const char *hint)
{
    g_free(self->note);
    g_free(self->note_hint);
    self->note_style = style;
    self->note = g_strdup(note);
    self->note_hint = g_strdup(hint);
}

char *table_view_count(const struct table_view *self, const char *noun)
{
    size_t n = table_n_rows(self->table), shown = table_n_shown(self->table);
    const char *filter = table_filter(self->table);
    int letters = (int)strlen(noun) - (n == 1); /* "1 pod" */
    g_autoptr(GPtrArray) ids = table_marked(self->table);
    g_autofree char *marked =
        ids->len > 0 ? g_strdup_printf("%u marked  ", ids->len) : g_strdup("");
    if (*filter)
        return g_strdup_printf("%s/%s  %zu of %zu %.*s", marked, filter, shown, n, letters, noun);
    return g_strdup_printf("%s%zu %.*s", marked, n, letters, noun);
}

static int put_lines(struct canvas *canvas, int y, enum style style, const char *text)
{
    g_auto(GStrv) lines = text_wrap(text, MIN(canvas->width - 4, 100));
    for (size_t i = 0; lines[i]; i++)
        canvas_put(canvas, 2, y++, -1, style, lines[i]);
    return y;
}

/* Below rows a note gets the lines that they leave free, and one at least: its beginning says the
 * most. */
static void draw_note_below(const struct table_view *self, struct canvas *canvas)
{
    g_auto(GStrv) note = text_wrap(self->note, canvas->width - 2);
    g_auto(GStrv) hint = text_wrap(self->note_hint ? self->note_hint : "", canvas->width - 2);
    int n_note = (int)g_strv_length(note), n_hint = self->note_hint ? (int)g_strv_length(hint) : 0;
    int room = MAX(canvas->height - 1 - (int)table_n_shown(self->table), 1);
    int n = MIN(n_note + n_hint, room), y = canvas->height - n;
    canvas_fill(canvas, 0, y, canvas->width, n, STYLE_NORMAL);
    for (int i = 0; i < n; i++) {
        bool is_note = i < n_note;
        canvas_put(canvas, 1, y + i, -1, is_note ? self->note_style : STYLE_DIM,
                   is_note ? note[i] : hint[i - n_note]);
    }
}

void table_view_draw(const struct view *view, struct canvas *canvas)
{
    const struct table_view *self = const_self_of(view);
    bool empty = table_n_rows(self->table) == 0;
    if (!empty || !self->note)
        table_draw(self->table, canvas, 1, 0, canvas->width - 2, canvas->height);
    if (!empty && table_n_shown(self->table) == 0) {
        g_autofree char *nothing =
            g_strdup_printf("nothing here contains \"%s\"", table_filter(self->table));
        int y = put_lines(canvas, 2, STYLE_NORMAL, nothing);
        put_lines(canvas, y + 1, STYLE_DIM, "esc takes the filter away");
    }
    if (!self->note)
        return;
    if (!empty) {
        draw_note_below(self, canvas);
        return;
    }
    int y = put_lines(canvas, 1, self->note_style, self->note);
    if (self->note_hint)
        put_lines(canvas, y + 1, STYLE_DIM, self->note_hint);
}

void table_view_shown(struct view *view, struct session *session)
{
    struct table_view *self = self_of(view);
    (void)session;
    table_set_height(self->table, view->height);
}

static void move(struct view *view, struct session *session, enum table_move way)
{
    table_move(self_of(view)->table, way);
    session_redraw(session);
}

void table_view_up(struct view *view, struct session *session)
{
    move(view, session, TABLE_UP);
}

void table_view_down(struct view *view, struct session *session)
{
    move(view, session, TABLE_DOWN);
}

void table_view_page_up(struct view *view, struct session *session)
{
    move(view, session, TABLE_PAGE_UP);
}

void table_view_page_down(struct view *view, struct session *session)
{
    move(view, session, TABLE_PAGE_DOWN);
}

void table_view_home(struct view *view, struct session *session)
{
    move(view, session, TABLE_HOME);
}

void table_view_end(struct view *view, struct session *session)
{
    move(view, session, TABLE_END);
}

static void filter_changed(const char *text, struct view *view, struct session *session)
{
    table_set_filter(self_of(view)->table, text);
    session_redraw(session);
}

static void filter_done(const char *text, struct view *view, struct session *session)
{
    struct table_view *self = self_of(view);
    filter_changed(text ? text : self->filter_before, view, session);
    g_clear_pointer(&self->filter_before, g_free);
}

void table_view_filter(struct view *view, struct session *session)
{
    struct table_view *self = self_of(view);
    g_free(self->filter_before);
    self->filter_before = g_strdup(table_filter(self->table));
    session_prompt_live(session, "/", self->filter_before, filter_changed, filter_done);
}

void table_view_back(struct view *view, struct session *session)
{
    struct table_view *self = self_of(view);
    if (*table_filter(self->table) == '\0') {
        session_pop(session);
        return;
    }
    table_set_filter(self->table, "");
    session_redraw(session);
}

void table_view_mark(struct view *view, struct session *session)
{
    table_mark(self_of(view)->table);
    table_view_down(view, session);
}

void table_view_mark_shown(struct view *view, struct session *session)
{
    table_mark_shown(self_of(view)->table);
    session_redraw(session);
}

void table_view_sort(struct view *view, struct session *session)
{
    table_sort_next(self_of(view)->table);
    session_redraw(session);
}

void table_view_reverse(struct view *view, struct session *session)
{
    table_sort_reverse(self_of(view)->table);
    session_redraw(session);
}
