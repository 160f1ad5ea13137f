#include "tui/help.h"

#include "tui/table_view.h"

struct help {
    struct table_view base;
    char *view_name;
};

static char *help_title(const struct view *view)
{
    const struct help *help = (const struct help *)view;
    g_autofree char *count = table_view_count(&help->base, "keys");
    return g_strdup_printf("help for %s\t%s", help->view_name, count);
}

static void help_free(struct view *view)
{
    struct help *help = (struct help *)view;
    table_view_clear(&help->base);
    g_free(help->view_name);
    g_free(help);
}

static void help_close(struct view *view, struct session *session)
{
    (void)view;
    session_pop(session);
}

static const struct command help_commands[] = {
    {"close", "enter ?", NULL, "close the help", help_close},
    TABLE_VIEW_COMMANDS,
    {0},
};

static const struct view_type help_type = {
    .name = "help",
    .title = help_title,
    .draw = table_view_draw,
    .commands = help_commands,
    .shown = table_view_shown,
    .free = help_free,
};

/* The keys of a row that do not mean something else already; g_free() it. */
static char *keys_left(const struct command *row, const struct command *before)
{
    g_auto(GStrv) keys = g_strsplit(row->keys, " ", -1);
    GString *left = g_string_new(NULL);
    for (size_t i = 0; keys[i]; i++) {
        bool taken = false;
        for (const struct command *other = before; other && other->name; other++)
            taken = taken || key_in(other->keys, key_parse(keys[i]));
        if (!taken)
            g_string_append_printf(left, "%s%s", left->len ? " " : "", keys[i]);
    }
    return g_string_free(left, FALSE);
}

static void add_rows(struct table *table, const struct command *commands,
                     const struct command *before)
{
    for (const struct command *row = commands; row->name; row++) {
        g_autofree char *id = g_strconcat(before ? "all:" : "view:", row->name, NULL);
        g_autofree char *keys = keys_left(row, before);
        if (!*keys) /* the view has its own way to do that */
            continue;
        g_autofree char *typed = g_strconcat(":", row->name, NULL);
        const char *cells[] = {keys, row->help, typed};
        table_add(table, id, STYLE_NORMAL, cells, NULL);
    }
}

struct view *help_new(const char *view_name, const struct command *commands,
                      const struct command *globals)
{
    static const struct table_column columns[] = {
        {.title = "KEYS"}, {.title = "WHAT THEY DO"}, {.title = "AS A COMMAND", .optional = true}};
    struct help *help = g_new0(struct help, 1);
    table_view_init(&help->base, &help_type);
    help->view_name = g_strdup(view_name);
    table_set_columns(help->base.table, columns, G_N_ELEMENTS(columns));
    table_begin(help->base.table);
    add_rows(help->base.table, commands, NULL);
    add_rows(help->base.table, globals, commands);
    table_end(help->base.table);
    return &help->base.view;
}
