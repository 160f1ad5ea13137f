/* The listing of a folder, run on this machine by every shell and set of tools that is here. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "kube/directory_text.h"

#define TRACE_HEAD "go 1.26 trace\0\0\0more of it"

/* Where the tools are that a container has. */
struct tools {
    const char *name;
    enum directory_way way;
    const char *shell;       /* in place of the command's first word; NULL: as it is */
    const char *const *only; /* the tools that there are; NULL: all of this machine */
    const char *box;         /* ... as links to this program */
};

static const char *const no_stat[] = {"sh", "ls", "head", "readlink", NULL};
static const char *const no_head[] = {"sh", "stat", "ls", NULL};
static const char *const shell_alone[] = {"sh", NULL};
static const char *const usual[] = {"sh", "stat", "ls", "head", "readlink", NULL};

static const struct tools tools[] = {
    {"dash", DIRECTORY_SHELL, "dash", NULL, NULL},
    {"bash", DIRECTORY_SHELL, "bash", NULL, NULL},
    {"busybox", DIRECTORY_SHELL, NULL, usual, "busybox"},
    {"busybox-by-name", DIRECTORY_BUSYBOX, NULL, NULL, NULL},
    {"busybox-no-stat", DIRECTORY_SHELL, NULL, no_stat, "busybox"},
    {"busybox-no-head", DIRECTORY_SHELL, NULL, no_head, "busybox"},
    {"shell-alone", DIRECTORY_SHELL, NULL, shell_alone, "dash"},
    {"ls", DIRECTORY_LS, NULL, NULL, NULL},
    {"busybox-ls", DIRECTORY_LS, NULL, usual, "busybox"},
    {"find", DIRECTORY_FIND, NULL, NULL, NULL},
};

/* A folder to be listed, and one for links to tools. */
static char *folder, *bin;

static char *in_folder(const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static void put(const char *name, const char *bytes, size_t len, time_t changed_s)
{
    g_autofree char *path = in_folder(name);
    struct timespec times[2] = {{.tv_sec = changed_s}, {.tv_sec = changed_s}};

    g_assert_true(
        g_file_set_contents_full(path, bytes, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
    g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

static void put_link(const char *name, const char *target)
{
    g_autofree char *path = in_folder(name);

    g_assert_cmpint(symlink(target, path), ==, 0);
}

static void empty_folder(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *inner = g_build_filename(path, name, NULL);

        if (g_file_test(inner, G_FILE_TEST_IS_DIR) && !g_file_test(inner, G_FILE_TEST_IS_SYMLINK))
            empty_folder(inner);
        g_assert_cmpint(g_remove(inner), ==, 0);
    }
}

/* The folder holds the tools alone. */
static void fill_bin(const struct tools *set)
{
    g_autofree char *box = g_find_program_in_path(set->box);

    g_assert_nonnull(box);
    empty_folder(bin);
    for (const char *const *name = set->only; *name != NULL; name++) {
        g_autofree char *link = g_build_filename(bin, *name, NULL);

        g_assert_cmpint(symlink(box, link), ==, 0);
    }
}

/* Runs it as a container would; its exit status. */
static int run(const struct tools *set, const char *root, const char *const *paths, GString *out)
{
    g_auto(GStrv) argv = directory_command(set->way, root, paths);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
    g_autoptr(GSubprocess) process = NULL;
    g_autoptr(GBytes) bytes = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *program = NULL;
    const char *text;
    gsize len;

    if (set->only != NULL) {
        fill_bin(set);
        g_subprocess_launcher_setenv(launcher, "PATH", bin, TRUE);
        program = g_build_filename(bin, argv[0], NULL);
    } else {
        program = g_find_program_in_path(set->shell != NULL ? set->shell : argv[0]);
    }
    g_assert_nonnull(program);
    g_free(argv[0]);
    argv[0] = g_strdup(program);
    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C", TRUE);
    g_subprocess_launcher_set_cwd(launcher, folder);
    process = g_subprocess_launcher_spawnv(launcher, (const char *const *)argv, &error);
    g_assert_no_error(error);
    g_subprocess_communicate(process, NULL, NULL, &bytes, NULL, &error);
    g_assert_no_error(error);
    g_string_truncate(out, 0);
    text = (const char *)g_bytes_get_data(bytes, &len);
    g_string_append_len(out, text, (gssize)len);
    return g_subprocess_get_exit_status(process);
}

static struct directory *list(const struct tools *set, const char *root, const char *path)
{
    const char *const paths[] = {path, NULL};
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    struct directory *directory;

    g_test_message("%s lists %s", set->name, path);
    g_assert_cmpint(run(set, root, paths, out), ==, 0);
    directory = directory_parse(set->way, out, root, path, &error);
    g_assert_no_error(error);
    return directory;
}

static const struct entry *find(const struct directory *directory, const char *name)
{
    for (guint i = 0; i < directory->entries->len; i++) {
        const struct entry *entry = (const struct entry *)directory->entries->pdata[i];

        if (strcmp(entry->name, name) == 0)
            return entry;
    }
    g_error("there is no %s", name);
}

static const struct tools *tools_of(gconstpointer data)
{
    return (const struct tools *)data;
}

/* What this machine has; bootstrap installs all of it. */
static bool is_here(const struct tools *set)
{
    static const char *const programs[] = {"sh", "busybox", "ls", "toybox", "find"};
    const char *name = set->box != NULL     ? set->box
                       : set->shell != NULL ? set->shell
                                            : programs[set->way];
    g_autofree char *program = g_find_program_in_path(name);

    return program != NULL;
}

static bool knows_heads(const struct tools *set)
{
    return set->way <= DIRECTORY_BUSYBOX && strcmp(set->name, "shell-alone") != 0 &&
           strcmp(set->name, "busybox-no-head") != 0;
}

static void test_kinds(gconstpointer data)
{
    const struct tools *set = tools_of(data);
    bool alone = strcmp(set->name, "shell-alone") == 0, by_name_only = alone;
    struct directory *directory;
    g_autofree char *inner = in_folder("inner");
    g_autofree char *pipe = in_folder("pipe");
    const struct entry *entry;

    empty_folder(folder);
    put("trace.out", TRACE_HEAD, sizeof TRACE_HEAD - 1, 1700000300);
    put("old.txt", "hello\n", 6, 1600000000);
    put("empty", "", 0, 1700000100);
    put(".hidden", "x", 1, 1700000200);
    g_assert_cmpint(g_mkdir(inner, 0755), ==, 0);
    g_assert_cmpint(mkfifo(pipe, 0644), ==, 0);
    put_link("to-trace", "trace.out");
    put_link("to-inner", "inner");
    put_link("to-nothing", "nowhere");

    directory = list(set, NULL, folder);
    g_assert_cmpstr(directory->path, ==, folder);
    g_assert_false(directory->is_file);
    g_assert_cmpuint(directory->entries->len, ==, alone ? 8 : 9);
    g_assert_cmpuint(directory->n_entries, ==, directory->entries->len);
    entry = find(directory, "trace.out");
    g_assert_cmpint(entry->kind, ==, ENTRY_FILE);
    g_assert_false(entry->link);
    if (knows_heads(set)) {
        g_assert_cmpstr(entry->head, ==, "go 1.26 trace");
        g_assert_cmpstr(find(directory, "to-trace")->head, ==, "go 1.26 trace");
        g_assert_null(find(directory, "pipe")->head);
        g_assert_null(find(directory, "empty")->head);
    }
    g_assert_cmpint(find(directory, "inner")->kind, ==, ENTRY_FOLDER);
    if (!by_name_only) {
        g_assert_cmpint(entry->size_bytes, ==, sizeof TRACE_HEAD - 1);
        g_assert_cmpint(entry->changed_s, ==, 1700000300);
        g_assert_true(find(directory, "to-inner")->link);
        g_assert_cmpint(find(directory, "to-nothing")->kind, ==, ENTRY_OTHER);
        g_assert_cmpint(find(directory, "pipe")->kind, ==, ENTRY_OTHER);
        g_assert_cmpstr(
            ((struct entry *)directory->entries->pdata[directory->entries->len - 1])->name, ==,
            "old.txt");
    }
    if (set->way <= DIRECTORY_BUSYBOX && knows_heads(set) &&
        strcmp(set->name, "busybox-no-stat") != 0) {
        g_assert_cmpint(find(directory, "to-inner")->kind, ==, ENTRY_FOLDER);
        g_assert_cmpint(find(directory, "to-trace")->size_bytes, ==, sizeof TRACE_HEAD - 1);
        g_assert_true(find(directory, "to-trace")->link);
    }
    directory_free(directory);
}

static bool is_printable(const char *name)
{
    for (; *name != '\0'; name++)
        if (!g_ascii_isprint(*name))
            return false;
    return true;
}

/* The names that break what is careless. */
static void test_names(gconstpointer data)
{
    static const char *const names[] = {
        " begins",     "ends ",     "two  blanks", "-dash",  "--",       "*",    "?",
        "[a]",         "a\"b",      "a'b",         "$HOME",  "`id`",     "a\\b", "\\n",
        "!",           "=",         "(",           "~",      "#",        "%s",   "&",
        "..x",         "...",       "a;b",         "a -> b", "\xff\xfe", "日本", "tab\there",
        "esc\033[31m", "new\nline", "\nfirst",     "last\n",
    };
    const struct tools *set = tools_of(data);
    bool by_ls = set->way == DIRECTORY_LS || strcmp(set->name, "busybox-no-stat") == 0;
    char long_name[256];
    struct directory *directory;

    empty_folder(folder);
    memset(long_name, 'n', 255);
    long_name[255] = '\0';
    put(long_name, "1", 1, 1700000000);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        put(names[i], TRACE_HEAD, sizeof TRACE_HEAD - 1, 1700000000);
    directory = list(set, NULL, folder);
    find(directory, long_name);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        /* A line of ls cannot hold a newline, and that of busybox prints ? for more than that. */
        if (by_ls && (strchr(names[i], '\n') != NULL || !is_printable(names[i])))
            continue;
        if (knows_heads(set))
            g_assert_cmpstr(find(directory, names[i])->head, ==, "go 1.26 trace");
        find(directory, names[i]);
    }
    if (!by_ls)
        g_assert_cmpuint(directory->entries->len, ==, G_N_ELEMENTS(names) + 1);
    directory_free(directory);
}

static void test_one_file(gconstpointer data)
{
    const struct tools *set = tools_of(data);
    g_autofree char *path = in_folder("trace.out");
    g_autofree char *again = NULL;
    struct directory *directory;

    empty_folder(folder);
    put("trace.out", TRACE_HEAD, sizeof TRACE_HEAD - 1, 1700000000);
    directory = list(set, NULL, path);
    g_assert_true(directory->is_file);
    g_assert_cmpuint(directory->entries->len, ==, 1);
    g_assert_cmpstr(directory->path, ==, folder);
    again = directory_path_of(directory, (struct entry *)directory->entries->pdata[0]);
    g_assert_cmpstr(again, ==, path);
    directory_free(directory);
}

static void test_empty(gconstpointer data)
{
    const struct tools *set = tools_of(data);
    struct directory *directory;

    empty_folder(folder);
    directory = list(set, NULL, folder);
    g_assert_cmpuint(directory->entries->len, ==, 0);
    g_assert_cmpuint(directory->n_entries, ==, 0);
    g_assert_false(directory->is_file);
    directory_free(directory);
}

/* Which of the paths is there, and what is said when none is. */
static void test_choice(gconstpointer data)
{
    const struct tools *set = tools_of(data);
    g_autofree char *second = in_folder("second");
    const char *const some[] = {"/no/such", "second", "/", NULL};
    const char *const none[] = {"/no/such", "no-such", NULL};
    g_autofree char *under_file = in_folder("file/x");
    const char *const under[] = {under_file, NULL};
    g_autoptr(GString) out = g_string_new(NULL);
    struct directory *directory;

    if (set->way > DIRECTORY_BUSYBOX)
        return;
    empty_folder(folder);
    put("file", "1", 1, 1700000000);
    g_assert_cmpint(g_mkdir(second, 0755), ==, 0);
    g_assert_cmpint(run(set, NULL, some, out), ==, 0);
    directory = directory_parse(set->way, out, NULL, some[0], NULL);
    g_assert_cmpstr(directory->path, ==, second);
    directory_free(directory);
    g_assert_cmpint(run(set, NULL, none, out), ==, DIRECTORY_NOT_THERE);
    g_assert_cmpint(run(set, NULL, under, out), ==, DIRECTORY_NOT_THERE);
    if (geteuid() == 0) /* to whom nothing is closed */
        return;
    g_assert_cmpint(g_chmod(second, 0), ==, 0);
    g_assert_cmpint(run(set, NULL, some, out), ==, DIRECTORY_NO_RIGHT);
    g_assert_cmpint(g_chmod(second, 0755), ==, 0);
}

/* Below another root, links stay there. */
static void test_root(gconstpointer data)
{
    const struct tools *set = tools_of(data);
    const struct entry *entry;
    struct directory *directory;
    g_autofree char *tmp = in_folder("tmp");
    g_autofree char *deep = in_folder("tmp/a b");

    if (!knows_heads(set) || strcmp(set->name, "busybox-no-stat") == 0)
        return;
    empty_folder(folder);
    g_assert_cmpint(g_mkdir(tmp, 0755), ==, 0);
    g_assert_cmpint(g_mkdir(deep, 0755), ==, 0);
    put("tmp/a b/t.out", TRACE_HEAD, sizeof TRACE_HEAD - 1, 1700000000);
    put("passwd", "ours", 4, 1700000000);
    put_link("tmp/a b/latest", "/tmp/a b/t.out");
    put_link("tmp/a b/escape", "../../../../../../etc/passwd");
    put_link("data", "/tmp/a b");
    put_link("loop", "/loop");
    put_link("etc", "/");

    directory = list(set, folder, "/data/");
    g_assert_cmpstr(directory->path, ==, "/tmp/a b");
    entry = find(directory, "latest");
    g_assert_true(entry->link);
    g_assert_cmpint(entry->kind, ==, ENTRY_FILE);
    g_assert_cmpint(entry->size_bytes, ==, sizeof TRACE_HEAD - 1);
    g_assert_cmpint(find(directory, "escape")->size_bytes, ==, 4);
    directory_free(directory);

    directory = list(set, folder, "/data/latest");
    g_assert_true(directory->is_file);
    g_assert_cmpstr(directory->path, ==, "/tmp/a b");
    entry = find(directory, "t.out");
    g_assert_cmpstr(entry->head, ==, "go 1.26 trace");
    directory_free(directory);

    directory = list(set, folder, "/");
    g_assert_cmpstr(directory->path, ==, "/");
    g_assert_cmpint(find(directory, "loop")->kind, ==, ENTRY_OTHER);
    g_assert_cmpint(find(directory, "etc")->kind, ==, ENTRY_FOLDER);
    directory_free(directory);
}

/* More than are held: the newest. */
static void test_many(gconstpointer data)
{
    const struct tools *set = tools_of(data);
    struct directory *directory;

    if (!knows_heads(set) || strcmp(set->name, "busybox-no-stat") == 0)
        return;
    directory = list(set, NULL, folder);
    g_assert_cmpuint(directory->n_entries, ==, DIRECTORY_MAX_ENTRIES + 500);
    g_assert_cmpuint(directory->entries->len, ==, DIRECTORY_MAX_ENTRIES);
    for (int i = 0; i < 3; i++) {
        const struct entry *entry = (const struct entry *)directory->entries->pdata[i];
        g_autofree char *name = g_strdup_printf("f%05d", DIRECTORY_MAX_ENTRIES + 499 - i);

        g_assert_cmpstr(entry->name, ==, name);
        g_assert_cmpstr(entry->head, ==, "go 1.26 trace");
    }
    directory_free(directory);
}

static void test_many_all(void)
{
    empty_folder(folder);
    for (int i = 0; i < DIRECTORY_MAX_ENTRIES + 500; i++) {
        g_autofree char *name = g_strdup_printf("f%05d", i);

        put(name, TRACE_HEAD, i > DIRECTORY_MAX_ENTRIES ? 16 : 0, 1600000000 + i);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(tools); i++)
        if (is_here(&tools[i]))
            test_many(&tools[i]);
    empty_folder(folder);
}

/* What a container prints is not believed. */
static void test_garbage(void)
{
    static const struct {
        enum directory_way way;
        const char *text;
        size_t len;
    } rows[] = {
        {DIRECTORY_SHELL, "", 0},
        {DIRECTORY_SHELL, "x", 1},
        {DIRECTORY_SHELL, "D1/", 3},
        {DIRECTORY_SHELL, "D1/\0D1/\0", 8},
        {DIRECTORY_SHELL, "s81a4 1 2 name/\n", 16},
        {DIRECTORY_SHELL, "D1//\0s81a4 1 2 name", 19},
        {DIRECTORY_SHELL, "D1//\0s", 6},
        {DIRECTORY_SHELL, "D1//\0hname/go", 13},
        {DIRECTORY_SHELL, "D1//\0n\0", 7},
        {DIRECTORY_SHELL, "D1//\0L\0-rw", 10},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new_len(rows[i].text, (gssize)rows[i].len);
        g_autoptr(GError) error = NULL;

        g_test_message("row %zu", i);
        g_assert_null(directory_parse(rows[i].way, out, NULL, "/x", &error));
        g_assert_error(error, KUBE_ERROR, KUBE_ERROR_SERVER);
    }
}

/* The dates of tools that know no --full-time: in the order of ls, without a time. */
static void test_short_dates(void)
{
    g_autoptr(GString) out =
        g_string_new("total 8\n"
                     "-rw-r--r--    1 root     root            16 Nov 24 08:48 newer\n"
                     "drwxr-xr-x    2 root     root          4096 Jan  1  2020 a folder\n"
                     "crw-rw-rw-    1 root     root        1,   3 Jan  1  2020 null\n");
    struct directory *directory = directory_parse(DIRECTORY_LS, out, NULL, "/x", NULL);

    g_assert_cmpuint(directory->entries->len, ==, 3);
    g_assert_cmpstr(((struct entry *)directory->entries->pdata[0])->name, ==, "newer");
    g_assert_cmpint(find(directory, "newer")->size_bytes, ==, 16);
    g_assert_cmpint(find(directory, "newer")->changed_s, ==, 0);
    g_assert_cmpint(find(directory, "a folder")->kind, ==, ENTRY_FOLDER);
    g_assert_cmpint(find(directory, "null")->size_bytes, ==, -1);
    directory_free(directory);
}

/* It goes into the address of a request, which proxies let be of 8 KiB. */
static void test_short(void)
{
    const char *const paths[] = {"/tmp/trace_dir", "/tmp", "/", NULL};
    g_auto(GStrv) argv = directory_command(DIRECTORY_SHELL, "/proc/1/root", paths);
    g_autofree char *script = g_uri_escape_string(argv[2], NULL, FALSE);

    g_test_message("%zu bytes", strlen(script));
    g_assert_cmpuint(strlen(script), <, 5000);
}

static void skip(gconstpointer data)
{
    g_autofree char *why =
        g_strdup_printf("this machine lacks what %s needs", tools_of(data)->name);

    g_test_skip(why);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(gconstpointer data);
    } cases[] = {{"kinds", test_kinds}, {"names", test_names},   {"one_file", test_one_file},
                 {"empty", test_empty}, {"choice", test_choice}, {"root", test_root}};
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("tracetui-directory-XXXXXX", NULL);
    bin = g_dir_make_tmp("tracetui-directory-bin-XXXXXX", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(tools); i++) {
        for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
            g_autofree char *name =
                g_strdup_printf("/directory/%s/%s", tools[i].name, cases[c].name);

            g_test_add_data_func(name, &tools[i], is_here(&tools[i]) ? cases[c].run : skip);
        }
    }
    g_test_add_func("/directory/many", test_many_all);
    g_test_add_func("/directory/garbage", test_garbage);
    g_test_add_func("/directory/short_dates", test_short_dates);
    g_test_add_func("/directory/short", test_short);
    status = g_test_run();
    empty_folder(folder);
    empty_folder(bin);
    g_rmdir(folder);
    g_rmdir(bin);
    g_free(folder);
    g_free(bin);
    return status;
}
