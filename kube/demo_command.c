#include "kube/demo_command.h"

#include <string.h>

#include "kube/debug.h"
#include "kube/demo_directory.h"
#include "kube/demo_piece.h"
#include "kube/stream.h"
#include "kube/toolbox.h"

#define INPUT_ENOUGH_BYTES (1 << 20)
#define KILLED 137

struct demo_command {
    struct demo_world *world;
    const struct demo_object *pod;
    const char *container;
    struct demo_faults faults;
    GQueue pieces; /* of struct demo_piece, in the order of output */
    GByteArray *input;
    bool input_ended;
    bool idle;
    int exit_status;
};

static struct demo_piece *put(struct demo_command *command, struct demo_piece *piece)
{
    g_queue_push_tail(&command->pieces, piece);
    return piece;
}

/* The text is taken over. */
static void put_text(struct demo_command *command, char *text)
{
    put(command, demo_piece_new(PIECE_OUT, text));
}

static void fail(struct demo_command *command, char *text)
{
    put(command, demo_piece_new(PIECE_ERR, text));
    command->exit_status = 1;
}

/* The file of that name. NULL: the command has said that there is none, in the words of busybox. */
static const struct demo_file *find(struct demo_command *command, const char *format,
                                    const char *path)
{
    const struct demo_file *file =
        demo_world_file(command->world, command->pod, command->container, path);
    if (file != NULL)
        return file;
    g_autoptr(GPtrArray) directory =
        demo_world_directory(command->world, command->pod, command->container, path);
    g_autoptr(GString) text = g_string_new(format);
    g_string_replace(text, "@", path, 1);
    if (directory != NULL)
        fail(command, g_strdup_printf("%.*s: read error: Is a directory\n",
                                      (int)strcspn(format, ":"), format));
    else
        fail(command, g_strdup_printf("%s: No such file or directory\n", text->str));
    return NULL;
}

static void put_range(struct demo_command *command, const struct demo_file *file, uint64_t at,
                      uint64_t end)
{
    put(command, demo_piece_new_range(PIECE_FILE, file, at, end));
}

static void run_cat(struct demo_command *command, const char *const *argv)
{
    if (argv[1] == NULL)
        put(command, demo_piece_new(PIECE_STDIN, NULL));
    for (argv++; *argv != NULL; argv++) {
        if (strcmp(*argv, "/dev/null") == 0)
            continue;
        const struct demo_file *file = find(command, "cat: can't open '@'", *argv);
        if (file != NULL)
            put_range(command, file, 0, UINT64_MAX);
    }
}

/* tail -c +N FILE (from the Nth byte on), tail -c N FILE, head -c N FILE. */
static void run_part(struct demo_command *command, const char *const *argv)
{
    bool tail = g_str_has_suffix(argv[0], "tail");
    if (g_strcmp0(argv[1], "-c") != 0 || argv[2] == NULL || argv[3] == NULL) {
        fail(command, g_strdup_printf("%s: only -c N FILE is practised here\n", argv[0]));
        return;
    }
    const struct demo_file *file =
        find(command, tail ? "tail: can't open '@'" : "head: @", argv[3]);
    if (file == NULL)
        return;
    uint64_t n = g_ascii_strtoull(argv[2], NULL, 10), size = file->size_bytes;
    if (!tail)
        put_range(command, file, 0, n);
    else if (*argv[2] == '+')
        put_range(command, file, n > 0 ? n - 1 : 0, UINT64_MAX);
    else
        put_range(command, file, size - MIN(n, size), size);
}

static const char *bare_name(const char *program)
{
    static const char *const folders[] = {"/bin/", "/usr/bin/"};
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
        if (g_str_has_prefix(program, folders[i]))
            return program + strlen(folders[i]);
    return program;
}

static char *stat_text(const struct demo_file *file, const char *format)
{
    GString *text = g_string_new(NULL);
    for (const char *p = format; *p != '\0'; p++) {
        if (*p != '%' || p[1] == '\0') {
            g_string_append_c(text, *p);
            continue;
        }
        switch (*++p) {
        case 's':
            g_string_append_printf(text, "%" G_GUINT64_FORMAT, file->size_bytes);
            break;
        case 'Y':
            g_string_append_printf(text, "%" G_GINT64_FORMAT, file->changed_s);
            break;
        case 'f':
            g_string_append(text, "81a4"); /* a regular file, rw-r--r-- */
            break;
        case 'y':
            g_string_append_printf(text, "%" G_GINT64_FORMAT ".%09u", file->changed_s, file->inode);
            break;
        case 'i':
            g_string_append_printf(text, "%u", file->inode);
            break;
        case 'n':
            g_string_append(text, file->path);
            break;
        case 'F':
            g_string_append(text, file->size_bytes == 0 ? "regular empty file" : "regular file");
            break;
        default:
            g_string_append_c(text, *p == '%' ? '%' : '?');
        }
    }
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}

static void run_stat(struct demo_command *command, const char *const *argv)
{
    /* -L changes nothing: there are no links here. */
    if (g_strcmp0(argv[1], "-L") == 0)
        argv++;
    if (g_strcmp0(argv[1], "-c") != 0 || argv[2] == NULL || argv[3] == NULL) {
        fail(command, g_strdup("stat: only -c FORMAT FILE... is practised here\n"));
        return;
    }
    for (const char *const *path = argv + 3; *path != NULL; path++) {
        const struct demo_file *file = find(command, "stat: can't stat '@'", *path);
        if (file != NULL)
            put_text(command, stat_text(file, argv[2]));
    }
}

static void run_wc(struct demo_command *command, const char *const *argv)
{
    if (g_strcmp0(argv[1], "-c") != 0 || argv[2] == NULL) {
        fail(command, g_strdup("wc: only -c FILE... is practised here\n"));
        return;
    }
    for (const char *const *path = argv + 2; *path != NULL; path++) {
        const struct demo_file *file = find(command, "wc: @", *path);
        if (file != NULL)
            put_text(command,
                     g_strdup_printf("%" G_GUINT64_FORMAT " %s\n", file->size_bytes, *path));
    }
}

static void run_ls(struct demo_command *command, const char *const *argv)
{
    const char *path = "/";
    for (argv++; *argv != NULL; argv++)
        if (**argv != '-')
            path = *argv;
    if (demo_world_file(command->world, command->pod, command->container, path) != NULL) {
        put_text(command, g_strdup_printf("%s\n", path));
        return;
    }
    g_autoptr(GPtrArray) names =
        demo_world_directory(command->world, command->pod, command->container, path);
    if (names == NULL)
        fail(command, g_strdup_printf("ls: %s: No such file or directory\n", path));
    for (guint i = 0; names != NULL && i < names->len; i++)
        put_text(command, g_strdup_printf("%s\n", (const char *)names->pdata[i]));
}

static void put_digest(struct demo_command *command, const char *tool, const struct demo_file *file,
                       const char *before, char *behind)
{
    put(command, demo_piece_new_digest(tool, file, before, behind))->wrong =
        command->faults.wrong_digest;
}

/* sha256sum, md5sum, cksum. */
static void run_digest(struct demo_command *command, const char *const *argv)
{
    const char *tool = bare_name(*argv++);
    g_autofree char *format = g_strconcat(tool, ": can't open '@'", NULL);
    for (; *argv != NULL; argv++) {
        const struct demo_file *file = find(command, format, *argv);
        if (file != NULL)
            put_digest(command, tool, file, "",
                       g_strdup_printf("%s%s\n", strcmp(tool, "cksum") == 0 ? " " : "  ", *argv));
    }
}

/* The number behind a word such as "bs=". */
static uint64_t dd_number(const char *const *argv, const char *word, uint64_t otherwise)
{
    for (; *argv != NULL; argv++)
        if (g_str_has_prefix(*argv, word))
            return g_ascii_strtoull(*argv + strlen(word), NULL, 10);
    return otherwise;
}

static void run_dd(struct demo_command *command, const char *const *argv)
{
    uint64_t block = dd_number(argv, "bs=", 512), skip = dd_number(argv, "skip=", 0);
    uint64_t count = dd_number(argv, "count=", UINT64_MAX / block - skip);
    const struct demo_file *file = NULL;
    for (argv++; *argv != NULL; argv++)
        if (g_str_has_prefix(*argv, "if="))
            file = find(command, "dd: can't open '@'", *argv + strlen("if="));
    if (file == NULL)
        return;
    put_range(command, file, skip * block, (skip + count) * block);
    put(command, demo_piece_new(PIECE_ERR, g_strdup("0+1 records in\n0+1 records out\n")));
}

static bool is_missing(const struct demo_command *command, const char *tool);

/* ... and its end, for a file that is small enough. */
static void script_small(struct demo_command *command, const char *path)
{
    static const char *const tools[] = {"sha256sum", "md5sum", "cksum"};
    const struct demo_file *file = find(command, "@", path);
    if (file == NULL || file->size_bytes == 0 || file->size_bytes > TOOLBOX_SMALL_BYTES)
        return;
    for (size_t i = 0; i < G_N_ELEMENTS(tools); i++) {
        g_autofree char *before = g_strdup_printf("small %s ", tools[i]);
        if (is_missing(command, tools[i]) || is_missing(command, "stat"))
            continue;
        put_digest(command, tools[i], file, before, g_strdup("  -\n"));
        put_range(command, file, 0, file->size_bytes);
        put_text(command, stat_text(file, "\nfacts " TOOLBOX_STAT_FORMAT));
        put_text(command, g_strdup("end\n"));
        return;
    }
}

/* What kube/toolbox.c asks a container. */
static void script_tools(struct demo_command *command, const char *const *args)
{
    g_auto(GStrv) tools = g_strsplit(args[2], " ", -1);
    GString *list = g_string_new(NULL);
    for (char **tool = tools; *tool != NULL; tool++)
        if (!is_missing(command, *tool))
            g_string_append_printf(list, "%s\n", *tool);
    g_string_append(list, ".\n");
    put_text(command, g_string_free(list, FALSE));
    if (*args[0] != '\0') {
        const struct demo_file *file = find(command, "cat: can't open '@'", args[0]);
        if (file == NULL && command->exit_status != 0)
            return;
        if (*args[1] != '\0')
            put_digest(command, args[1], file, "digest ", g_strdup("  -\n"));
        if (!is_missing(command, "stat"))
            put_text(command, stat_text(file, "facts " TOOLBOX_STAT_FORMAT));
        else if (!is_missing(command, "wc"))
            put_text(command, stat_text(file, "facts %s"));
    }
    put_text(command, g_strdup("end\n"));
    if (*args[3] != '\0')
        script_small(command, args[0]);
}

/* What kube/stream.c reads by. */
static void script_gzip(struct demo_command *command, const char *const *args)
{
    const struct demo_file *file = find(command, "tail: can't open '@'", args[0]);
    uint64_t from = g_ascii_strtoull(args[1], NULL, 10);
    if (file != NULL)
        put(command, demo_piece_new_range(PIECE_GZIP, file, from - 1, UINT64_MAX));
    command->exit_status = 0; /* a pipe ends as gzip does */
}

/* sh -c SCRIPT "" ARG...: of all scripts in the world it knows these. */
static void run_sh(struct demo_command *command, const char *const *argv)
{
    static const struct {
        const char *script;
        guint n_args;
        void (*run)(struct demo_command *command, const char *const *args);
    } scripts[] = {{toolbox_script, 4, script_tools}, {stream_gzip_script, 3, script_gzip}};
    guint n = g_strv_length((char **)(uintptr_t)argv);
    if (g_strcmp0(argv[1], "-c") == 0 && g_strcmp0(argv[2], debug_probe) == 0) {
        put_text(command, g_strdup("1\n")); /* whose root can be seen here */
        return;
    }
    if (demo_directory_is(argv)) {
        GString *out = demo_directory_run(command->world, command->pod, command->container, argv,
                                          &command->exit_status);
        size_t len = out->len;
        put(command, demo_piece_new(PIECE_OUT, g_string_free(out, FALSE)))->end =
            len; /* zeros are a part of it */
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(scripts); i++) {
        if (n == 4 + scripts[i].n_args && strcmp(argv[2], scripts[i].script) == 0) {
            scripts[i].run(command, argv + 4);
            return;
        }
    }
    fail(command, g_strdup("sh: only tracetui's own scripts are practised here\n"));
}

static void run_gzip(struct demo_command *command, const char *const *argv)
{
    (void)argv;
    fail(command, g_strdup("gzip: only in a pipe is it practised here\n"));
}

static void run_echo(struct demo_command *command, const char *const *argv)
{
    GString *text = g_string_new(NULL);
    for (argv++; *argv != NULL; argv++)
        g_string_append_printf(text, "%s%s", *argv, argv[1] != NULL ? " " : "");
    g_string_append_c(text, '\n');
    put_text(command, g_string_free(text, FALSE));
}

static void run_false(struct demo_command *command, const char *const *argv)
{
    (void)argv;
    command->exit_status = 1;
}

static void run_sleep(struct demo_command *command, const char *const *argv)
{
    gint64 s = argv[1] != NULL ? (gint64)MIN(g_ascii_strtoull(argv[1], NULL, 10), 86400) : 0;
    put(command, demo_piece_new(PIECE_SLEEP, NULL))->until_us =
        g_get_monotonic_time() + s * G_USEC_PER_SEC;
}

static void run_true(struct demo_command *command, const char *const *argv)
{
    (void)command;
    (void)argv;
}

static const struct {
    const char *name;
    void (*run)(struct demo_command *command, const char *const *argv);
} commands[] = {
    {"cat", run_cat},
    {"cksum", run_digest},
    {"dd", run_dd},
    {"echo", run_echo},
    {"false", run_false},
    {"gzip", run_gzip},
    {"head", run_part},
    {"ls", run_ls},
    {"md5sum", run_digest},
    {"sh", run_sh},
    {"sha256sum", run_digest},
    {"sleep", run_sleep},
    {"stat", run_stat},
    {"tail", run_part},
    {"true", run_true},
    {"wc", run_wc},
};

/* What runc says; seen in a real cluster. */
static char *not_found_text(const char *program)
{
    const char *why = strchr(program, '/') != NULL ? "no such file or directory"
                                                   : "executable file not found in $PATH";
    g_autofree char *stat =
        strchr(program, '/') != NULL ? g_strdup_printf("stat %s: ", program) : g_strdup("");
    return g_strdup_printf(
        "Internal error occurred: error executing command in container: failed to exec in "
        "container: failed to start exec \"4bf8a2f1\": OCI runtime exec failed: exec failed: "
        "unable "
        "to start container process: exec: \"%s\": %s%s: unknown",
        program, stat, why);
}

static bool has_word(const char *words, const char *word)
{
    g_auto(GStrv) list = g_strsplit(words != NULL ? words : "", " ", -1);
    return g_strv_contains((const char *const *)list, word);
}

static bool is_missing(const struct demo_command *command, const char *tool)
{
    const struct demo_faults *faults = &command->faults;
    if ((faults->no_cat && strcmp(tool, "cat") == 0) ||
        (faults->no_stat && strcmp(tool, "stat") == 0) || has_word(faults->missing, tool))
        return true;
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i].name, tool) == 0)
            return false;
    return true;
}

struct demo_command *demo_command_start(struct demo_world *world, struct demo_object *pod,
                                        const struct demo_container *container,
                                        const char *const *argv, char **failure)
{
    bool guarded = argv[1] != NULL && g_strcmp0(argv[2], stream_guard_script) == 0 &&
                   argv[3] != NULL && argv[4] != NULL;
    const char *name = bare_name(argv[guarded ? 4 : 0]);
    struct demo_command *command = g_new0(struct demo_command, 1);
    command->world = world;
    command->pod = pod;
    command->container = container->name;
    command->faults = demo_world_faults(world);
    command->input = g_byte_array_new();
    g_queue_init(&command->pieces);
    if (container->bare || is_missing(command, name)) {
        demo_command_free(command);
        *failure = not_found_text(argv[0]);
        return NULL;
    }
    if (guarded && command->faults.stdin_ends) {
        command->exit_status = KILLED;
        return command;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            commands[i].run(command, argv + (guarded ? 4 : 0));
    if (command->faults.wrong_exit && strcmp(name, "cat") == 0)
        command->exit_status = 1;
    return command;
}

void demo_command_free(struct demo_command *command)
{
    if (command == NULL)
        return;
    g_queue_clear_full(&command->pieces, demo_piece_free);
    g_byte_array_unref(command->input);
    g_free(command);
}

static size_t read_input(struct demo_command *command, uint8_t *buffer, size_t max)
{
    size_t n = MIN(max, command->input->len);
    if (n > 0) {
        memcpy(buffer, command->input->data, n);
        g_byte_array_remove_range(command->input, 0, (guint)n);
    }
    return n;
}

enum demo_output demo_command_read(struct demo_command *command, uint8_t *buffer, size_t max,
                                   size_t *len)
{
    command->idle = false;
    *len = 0;
    for (struct demo_piece *piece; (piece = g_queue_peek_head(&command->pieces)) != NULL;) {
        bool over = false;
        switch (piece->kind) {
        case PIECE_OUT:
        case PIECE_ERR:
        case PIECE_FILE:
        case PIECE_GZIP:
            *len = demo_piece_read(piece, buffer, max);
            over = *len == 0;
            break;
        case PIECE_DIGEST:
            demo_piece_count(piece);
            return DEMO_OUTPUT_LATER;
        case PIECE_STDIN:
            *len = read_input(command, buffer, max);
            over = *len == 0 && command->input_ended;
            break;
        case PIECE_SLEEP:
            over = g_get_monotonic_time() >= piece->until_us;
            break;
        }
        if (over) {
            demo_piece_free(g_queue_pop_head(&command->pieces));
            continue;
        }
        command->idle = *len == 0;
        return *len == 0                  ? DEMO_OUTPUT_LATER
               : piece->kind == PIECE_ERR ? DEMO_OUTPUT_STDERR
                                          : DEMO_OUTPUT_STDOUT;
    }
    return DEMO_OUTPUT_ENDED;
}

bool demo_command_idle(const struct demo_command *command)
{
    return command->idle;
}

int demo_command_exit_status(const struct demo_command *command)
{
    return command->exit_status;
}

bool demo_command_wants_input(const struct demo_command *command)
{
    return command->input->len < INPUT_ENOUGH_BYTES;
}

void demo_command_input(struct demo_command *command, const uint8_t *bytes, size_t len)
{
    const struct demo_piece *last = g_queue_peek_tail(&command->pieces);
    if (last != NULL && last->kind == PIECE_STDIN)
        g_byte_array_append(command->input, bytes, (guint)len);
}

void demo_command_input_end(struct demo_command *command)
{
    command->input_ended = true;
}
