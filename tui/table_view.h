/* The common part of all views that are a table: moving, filtering, sorting, and what stands there
 * in place of rows. */
#ifndef TUI_TABLE_VIEW_H
#define TUI_TABLE_VIEW_H

#include "tui/session.h"
#include "tui/table.h"

/* The first member of such views. */
struct table_view {
    struct view view;
    struct table *table;
    /* Shown in place of rows, or below them: what went on, and what to do. Foreign text. */
    enum style note_style;
    char *note, *note_hint; /* NULL: none */
    char *filter_before;    /* while the filter is being typed */
};

void table_view_init(struct table_view *self, const struct view_type *type);
void table_view_clear(struct table_view *self);

/* NULL takes it away. */
void table_view_note(struct table_view *self, enum style style, const char *note, const char *hint);

/* "12 pods", "/web  3 of 12 pods": the right side of a title; the noun is a plural with s. g_free()
 * it. */
char *table_view_count(const struct table_view *self, const char *noun);

/* For struct view_type. */
void table_view_draw(const struct view *view, struct canvas *canvas);
void table_view_shown(struct view *view, struct session *session);

void table_view_up(struct view *view, struct session *session);
void table_view_down(struct view *view, struct session *session);
void table_view_page_up(struct view *view, struct session *session);
void table_view_page_down(struct view *view, struct session *session);
void table_view_home(struct view *view, struct session *session);
void table_view_end(struct view *view, struct session *session);
void table_view_filter(struct view *view, struct session *session);
void table_view_back(struct view *view, struct session *session);
void table_view_sort(struct view *view, struct session *session);
void table_view_reverse(struct view *view, struct session *session);

/* The rows of commands that all of them have; the way back may be another. */
#define TABLE_VIEW_MOVES                                                                \
    {"filter", "/", "filter", "show only rows with a text in them", table_view_filter}, \
        {"up", "up k", NULL, "one row up", table_view_up},                              \
        {"down", "down j", NULL, "one row down", table_view_down},                      \
        {"page-up", "pgup ^B", NULL, "one page up", table_view_page_up},                \
        {"page-down", "pgdn ^F space", NULL, "one page down", table_view_page_down},    \
        {"home", "home g", NULL, "to the first row", table_view_home},                  \
        {"end", "end G", NULL, "to the last row", table_view_end},                      \
        {"sort", "s", NULL, "sort by the next column", table_view_sort},                \
    {                                                                                   \
        "reverse", "S", NULL, "turn the order round", table_view_reverse                \
    }
#define TABLE_VIEW_COMMANDS                                                                 \
    TABLE_VIEW_MOVES,                                                                       \
    {                                                                                       \
        "clear-filter", "esc left h backspace", NULL, "take the filter away, else go back", \
            table_view_back                                                                 \
    }

#endif
