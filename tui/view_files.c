/* The files in a folder of a container, the newest first, traces marked. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "kube/debug.h"
#include "kube/directory.h"
#include "tui/file_text.h"
#include "tui/history.h"
#include "tui/table_view.h"
#include "tui/text.h"
#include "tui/view_cluster.h"

#define PARENT ".."
#define REMEMBERED_FOLDERS 3 /* so many are tried before the usual ones */

struct view_files {
    struct table_view base;
    struct session *session;
    struct site *site;
    char *place;
    struct directory *directory; /* NULL: none was read yet */
    struct directory_read *read; /* NULL: none is under way */
    char *want;                  /* the entry to stand on when it comes; NULL: the first trace */
    bool no_tools;               /* an ephemeral container would help */
    struct debug *debug;         /* NULL: none is on its way */
    char *image, *target;        /* of that */
    bool offered;                /* Enter adds it */
};

static struct view_files *self_of(struct view *view)
{
    return (struct view_files *)view;
}

static char *files_title(const struct view *view)
{
    const struct view_files *self = (const struct view_files *)view;
    const char *folder = self->directory ? self->directory->path : "files";
    if (!self->directory || self->read)
        return g_strdup_printf("%s > %s\t%s", self->place, folder, self->read ? "reading" : "");
    const char *filter = table_filter(self->base.table);
    size_t n = self->directory->entries->len;
    const char *files = n == 1 ? "file" : "files";
    if (*filter)
        return g_strdup_printf("%s > %s\t/%s  %zu of %zu %s", self->place, folder, filter,
                               table_n_shown(self->base.table), n, files);
    return g_strdup_printf("%s > %s\t%s%s%zu %s", self->place, folder,
                           self->site->through ? self->site->through : "",
                           self->site->through ? "  " : "", n, files);
}

static void files_free(struct view *view)
{
    struct view_files *self = self_of(view);
    g_clear_pointer(&self->read, directory_cancel);
    g_clear_pointer(&self->debug, debug_cancel);
    directory_free(self->directory);
    table_view_clear(&self->base);
    site_free(self->site);
    g_free(self->place);
    g_free(self->want);
    g_free(self->image);
    g_free(self->target);
    g_free(self);
}

/* --- the rows --- */

static void add_entry(struct table *table, const struct entry *entry, gint64 now_s)
{
    bool sized = entry->kind == ENTRY_FILE && entry->size_bytes >= 0;
    g_autofree char *name = g_strconcat(entry->name, entry->kind == ENTRY_FOLDER ? "/" : "", NULL);
    /* The slash says it of a folder; a filter for "old" finds names. */
    g_autofree char *kind = entry->kind == ENTRY_FOLDER ? g_strdup("") : file_kind_text(entry);
    g_autofree char *version = file_trace_version(entry);
    g_autofree char *size = sized ? text_bytes((uint64_t)entry->size_bytes) : g_strdup("");
    g_autofree char *age = entry->changed_s ? text_age(now_s - entry->changed_s) : g_strdup("");
    const char *cells[] = {name, kind, size, age};
    const double order[] = {NAN, NAN, sized ? (double)entry->size_bytes : -1,
                            -(double)entry->changed_s};
    enum style style = version                                                  ? STYLE_GOOD
                       : entry->kind != ENTRY_FOLDER && file_is_no_trace(entry) ? STYLE_DIM
                                                                                : STYLE_NORMAL;
    table_add(table, entry->name, style, cells, order);
}

/* What a person came for: what was asked for, else the newest trace, else the newest file. */
static const char *best_entry(const struct view_files *self)
{
    const GPtrArray *entries = self->directory->entries;
    const struct entry *best = NULL;
    for (guint i = 0; i < entries->len; i++) {
        const struct entry *entry = entries->pdata[i];
        g_autofree char *version = file_trace_version(entry);
        if (self->want && strcmp(entry->name, self->want) == 0)
            return entry->name;
        if (version && !best)
            best = entry;
    }
    if (!best && entries->len > 0)
        best = entries->pdata[0];
    return best ? best->name : PARENT;
}

static void fill(struct view_files *self)
{
    const struct directory *directory = self->directory;
    struct table *table = self->base.table;
    gint64 now_s = g_get_real_time() / G_USEC_PER_SEC;
    static const char *const parent[] = {PARENT "/", "", "", ""};
    table_begin(table);
    if (strcmp(directory->path, "/") != 0)
        table_add(table, PARENT, STYLE_NORMAL, parent, NULL);
    for (guint i = 0; i < directory->entries->len; i++)
        add_entry(table, directory->entries->pdata[i], now_s);
    table_end(table);
    table_select(table, best_entry(self));
    g_clear_pointer(&self->want, g_free);
}

/* --- reading --- */

static void note_contents(struct view_files *self)
{
    const struct directory *directory = self->directory;
    if (directory->n_entries > directory->entries->len) {
        g_autofree char *note =
            g_strdup_printf("the newest %u of %" PRIu64 " files; the others are not shown",
                            directory->entries->len, directory->n_entries);
        table_view_note(&self->base, STYLE_WARNING, note, NULL);
    } else if (directory->entries->len == 0) {
        table_view_note(&self->base, STYLE_NORMAL, "This folder is empty.",
                        "p asks for the path of a file.");
    } else {
        table_view_note(&self->base, STYLE_NORMAL, NULL, NULL);
    }
}

static void note_error(struct view_files *self, const GError *error)
{
    g_autofree char *hint = cluster_hint(error);
    g_autofree char *more = NULL;
    self->offered = false;
    self->no_tools = g_error_matches(error, KUBE_ERROR, KUBE_ERROR_NO_TOOLS);
    if (self->no_tools)
        more = g_strdup("e looks into it through an ephemeral container, and first says what that "
                        "leaves behind.\nc takes a fresh trace from its pprof port.\nesc goes back "
                        "to the containers: another one may share the folder.");
    else
        more = g_strdup_printf("%s%sr tries again, p asks for the path of a file.",
                               hint ? hint : "", hint ? "\n" : "");
    table_view_note(&self->base, STYLE_ERROR, error->message, more);
}

static void on_directory(struct directory *directory, const GError *error, void *data)
{
    struct view_files *self = data;
    self->read = NULL;
    session_redraw(self->session);
    if (error && self->directory) {
        session_say(self->session, STYLE_ERROR, "%s", error->message);
        return;
    }
    if (error) {
        note_error(self, error);
        return;
    }
    directory_free(self->directory);
    self->directory = directory;
    table_set_filter(self->base.table, "");
    fill(self);
    note_contents(self);
}

/* `want` is taken over. */
static void read_first(struct view_files *self, const char *const *paths, char *want)
{
    const struct directory_request request = {
        .place = site_place(self->site), .root = self->site->root, .paths = paths};
    struct client *client = session_client(self->session);
    g_clear_pointer(&self->read, directory_cancel);
    g_free(self->want);
    self->want = want;
    if (!self->directory) {
        g_autofree char *note = g_strdup_printf("asking %s ...", client_login(client)->server);
        table_view_note(&self->base, STYLE_DIM, note, NULL);
    }
    self->read = directory_read(client, &request, on_directory, self);
    session_redraw(self->session);
}

static void read_folder(struct view_files *self, const char *path, const char *want)
{
    const char *const paths[] = {path, NULL};
    read_first(self, paths, g_strdup(want));
}

static void add_folder(GPtrArray *folders, const char *path)
{
    if (!g_ptr_array_find_with_equal_func(folders, path, g_str_equal, NULL))
        g_ptr_array_add(folders, g_strdup(path));
}

/* Where a file came from before, first from this workload, then from others; else the usual
 * places. */
static void read_likely(struct view_files *self)
{
    static const char *const usual[] = {"/tmp/trace_dir", "/tmp", "/"};
    g_autofree char *workload = site_workload(self->site);
    g_auto(GStrv) paths = history_paths(cluster_name(self->session), workload);
    g_autofree char *last = history_path(cluster_name(self->session), workload);
    g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func(g_free);
    for (char **path = paths; *path && folders->len < REMEMBERED_FOLDERS; path++) {
        g_autofree char *folder = g_path_get_dirname(*path);
        if (g_utf8_validate(folder, -1, NULL))
            add_folder(folders, folder);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(usual); i++)
        add_folder(folders, usual[i]);
    g_ptr_array_add(folders, NULL);
    read_first(self, (const char *const *)folders->pdata, last ? g_path_get_basename(last) : NULL);
}

/* --- an ephemeral container --- */

/* Nobody adds anything to a pod without having read what that is. */
static void offer(struct view_files *self, const char *target)
{
    g_free(self->target);
    self->target = g_strdup(target);
    const struct debug_request request = {
        .place = {self->site->namespace, self->site->pod, self->target}, .image = self->image};
    g_autofree char *what = debug_text(&request);
    self->offered = true;
    table_view_note(&self->base, STYLE_WARNING, what,
                    "enter adds it, e names another image, esc goes back.");
}

static void look_through(struct view_files *self, const struct debug_result *result)
{
    g_autoptr(GError) forgot = NULL;
    struct site through = *self->site;
    struct site *old = self->site;
    through.through = result->container;
    through.root = result->root;
    self->site = site_copy(&through);
    site_free(old);
    self->no_tools = false;
    session_say(self->session, STYLE_GOOD, "%s %s; it ends by itself within the hour",
                result->added ? "added" : "used again:", result->container);
    if (!history_remember_image(self->image, &forgot))
        session_say(self->session, STYLE_WARNING, "the image cannot be remembered: %s",
                    forgot->message);
    read_likely(self);
}

static void on_debug(const struct debug_result *result, const GError *error, void *data)
{
    struct view_files *self = data;
    self->debug = NULL;
    session_redraw(self->session);
    if (error) {
        note_error(self, error);
        self->no_tools = true; /* another image may do */
    } else if (result->container) {
        look_through(self, result);
    } else {
        offer(self, result->target);
    }
}

static void begin_debug(struct view_files *self, bool add)
{
    const struct debug_request request = {
        .place = {self->site->namespace, self->site->pod, self->site->container},
        .image = self->image,
        .add = add,
    };
    g_autofree char *note = g_strdup_printf("%s an ephemeral container of %s ...",
                                            add ? "adding" : "looking for", self->image);
    self->offered = false;
    table_view_note(&self->base, STYLE_DIM, note, "esc stops waiting for it");
    g_clear_pointer(&self->debug, debug_cancel);
    self->debug = debug_start(session_client(self->session), &request, on_debug, self);
    session_redraw(self->session);
}

static void image_typed(const char *text, struct view *view, struct session *session)
{
    struct view_files *self = self_of(view);
    if (text && *text) {
        g_free(self->image);
        self->image = g_strdup(text);
        begin_debug(self, false);
    }
    session_redraw(session);
}

static void files_capture(struct view *view, struct session *session)
{
    const struct site *site = self_of(view)->site;
    session_push(session, view_capture_new(session, site->namespace, site->pod, site->container));
}

static void files_debug(struct view *view, struct session *session)
{
    struct view_files *self = self_of(view);
    if (!self->no_tools) {
        session_say(session, STYLE_NORMAL,
                    self->debug ? "it is on its way" : "the container has tools of its own");
        return;
    }
    g_autofree char *last = history_image();
    session_prompt(session, "image with a shell:", last ? last : "busybox", image_typed);
}

/* --- opening --- */

static const struct entry *selected_entry(const struct view_files *self)
{
    const char *name = table_selected(self->base.table);
    for (guint i = 0; name && self->directory && i < self->directory->entries->len; i++) {
        const struct entry *entry = self->directory->entries->pdata[i];
        if (strcmp(entry->name, name) == 0)
            return entry;
    }
    return NULL;
}

static void files_parent(struct view *view, struct session *session)
{
    struct view_files *self = self_of(view);
    if (!self->directory || strcmp(self->directory->path, "/") == 0) {
        session_pop(session);
        return;
    }
    g_autofree char *parent = g_path_get_dirname(self->directory->path);
    g_autofree char *name = g_path_get_basename(self->directory->path);
    read_folder(self, parent, name);
}

static void pull_selected(struct view_files *self)
{
    const struct entry *entry = selected_entry(self);
    g_autofree char *path = entry ? directory_path_of(self->directory, entry) : NULL;
    if (path)
        session_push(self->session, view_pull_new(self->session, self->site, path));
}

static void pull_answered(const char *text, struct view *view, struct session *session)
{
    if (text && strcmp(text, "yes") == 0)
        pull_selected(self_of(view));
    else
        session_redraw(session);
}

static void files_open(struct view *view, struct session *session)
{
    struct view_files *self = self_of(view);
    const struct entry *entry = selected_entry(self);
    if (self->offered) {
        begin_debug(self, true);
        return;
    }
    if (!entry) {
        if (g_strcmp0(table_selected(self->base.table), PARENT) == 0)
            files_parent(view, session);
        return;
    }
    g_autofree char *path = directory_path_of(self->directory, entry);
    if (!g_utf8_validate(path, -1, NULL))
        session_say(session, STYLE_WARNING,
                    "its name is not UTF-8, and nothing else can be said to the container");
    else if (entry->kind == ENTRY_FOLDER)
        read_folder(self, path, NULL);
    else if (entry->kind == ENTRY_OTHER && entry->link)
        session_say(session, STYLE_WARNING, "this link leads to no file and no folder");
    else if (entry->kind == ENTRY_OTHER)
        session_say(session, STYLE_WARNING, "this is a device, a pipe or a socket, and no file");
    else if (entry->size_bytes == 0)
        session_prompt(session, "it is empty; pull it (yes/no)?", "no", pull_answered);
    else if (file_is_no_trace(entry))
        session_prompt(session, "no trace by its start; pull it (yes/no)?", "no", pull_answered);
    else
        pull_selected(self);
}

static void files_path(struct view *view, struct session *session)
{
    struct view_files *self = self_of(view);
    const struct entry *entry = selected_entry(self);
    g_autofree char *path =
        entry && entry->kind == ENTRY_FILE ? directory_path_of(self->directory, entry) : NULL;
    session_push(session, view_path_new(session, self->site, path));
}

static void files_refresh(struct view *view, struct session *session)
{
    struct view_files *self = self_of(view);
    (void)session;
    self->offered = false;
    g_clear_pointer(&self->debug, debug_cancel);
    if (self->directory)
        read_folder(self, self->directory->path, table_selected(self->base.table));
    else
        read_likely(self);
}

static const struct command files_commands[] = {
    {"open", "enter right l", "open", "go into the folder, or pull the file", files_open},
    {"parent", "left h backspace", "up", "to the folder above", files_parent},
    {"path", "p", "path", "type the path of a file", files_path},
    {"refresh", "r", "refresh", "read the folder anew", files_refresh},
    {"capture", "c", NULL, "take a fresh trace of the program in this container", files_capture},
    {"ephemeral", "e", NULL, "look into a container without tools by an ephemeral one",
     files_debug},
    TABLE_VIEW_MOVES,
    {"clear-filter", "esc", NULL, "take the filter away, else go back", table_view_back},
    {0},
};

static const struct view_type files_type = {
    .name = "files",
    .title = files_title,
    .draw = table_view_draw,
    .commands = files_commands,
    .shown = table_view_shown,
    .free = files_free,
};

struct view *view_files_new(struct session *session, const struct site *site)
{
    static const struct table_column columns[] = {
        {.title = "FILE", .shrinks = true},
        {.title = "KIND"},
        {.title = "SIZE", .right = true},
        {.title = "AGE", .right = true},
    };
    struct view_files *self = g_new0(struct view_files, 1);
    table_view_init(&self->base, &files_type);
    table_set_columns(self->base.table, columns, G_N_ELEMENTS(columns));
    self->session = session;
    self->site = site_copy(site);
    self->place = cluster_place(session, site->namespace, site->pod, site->container);
    read_likely(self);
    return &self->base.view;
}
