#include "kube/demo_command.h"

#include <string.h>

#include "kube/debug.h"
#include "kube/demo_directory.h"

/* As much is counted at a time before the connection is looked after again. */
#define DIGEST_STEP_BYTES (4 << 20)
#define INPUT_ENOUGH_BYTES (1 << 20)

/* A part of the output: text, a range of a file, the digest of a file, or what stdin brings. */
struct piece {
    enum { PIECE_OUT, PIECE_ERR, PIECE_FILE, PIECE_DIGEST, PIECE_STDIN, PIECE_SLEEP } kind;
    char *text;
    const struct demo_file *file;
    uint64_t at, end;
    GChecksum *digest;
    int64_t until_us;
};

struct demo_command {
    struct demo_world *world;
    const struct demo_object *pod;
    const char *container;
    GQueue pieces; /* of struct piece, in the order of output */
    GByteArray *input;
    bool input_ended;
    bool idle;
    int exit_status;
};

static void piece_free(void *data)
{
    struct piece *piece = data;
    g_free(piece->text);
    g_clear_pointer(&piece->digest, g_checksum_free);
    g_free(piece);
}

/* The text is taken over; NULL: none. */
static struct piece *put(struct demo_command *command, int kind, char *text)
{
    struct piece *piece = g_new0(struct piece, 1);
    piece->kind = kind;
    piece->text = text;
    piece->end = text != NULL ? strlen(text) : 0;
    g_queue_push_tail(&command->pieces, piece);
    return piece;
}

static void fail(struct demo_command *command, char *text)
{
    put(command, PIECE_ERR, text);
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
    struct piece *piece = put(command, PIECE_FILE, NULL);
    piece->file = file;
    piece->at = MIN(at, file->size_bytes);
    piece->end = MIN(end, file->size_bytes);
}

static void run_cat(struct demo_command *command, const char *const *argv)
{
    if (argv[1] == NULL)
        put(command, PIECE_STDIN, NULL);
    for (argv++; *argv != NULL; argv++) {
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
        put_range(command, file, n > 0 ? n - 1 : 0, size);
    else
        put_range(command, file, size - MIN(n, size), size);
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
            put(command, PIECE_OUT, stat_text(file, argv[2]));
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
            put(command, PIECE_OUT,
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
        put(command, PIECE_OUT, g_strdup_printf("%s\n", path));
        return;
    }
    g_autoptr(GPtrArray) names =
        demo_world_directory(command->world, command->pod, command->container, path);
    if (names == NULL)
        fail(command, g_strdup_printf("ls: %s: No such file or directory\n", path));
    for (guint i = 0; names != NULL && i < names->len; i++)
        put(command, PIECE_OUT, g_strdup_printf("%s\n", (const char *)names->pdata[i]));
}

static void run_sha256sum(struct demo_command *command, const char *const *argv)
{
    for (argv++; *argv != NULL; argv++) {
        const struct demo_file *file = find(command, "sha256sum: can't open '@'", *argv);
        if (file == NULL)
            continue;
        struct piece *piece = put(command, PIECE_DIGEST, NULL);
        piece->file = file;
        piece->end = file->size_bytes;
        piece->digest = g_checksum_new(G_CHECKSUM_SHA256);
    }
}

static void run_echo(struct demo_command *command, const char *const *argv)
{
    GString *text = g_string_new(NULL);
    for (argv++; *argv != NULL; argv++)
        g_string_append_printf(text, "%s%s", *argv, argv[1] != NULL ? " " : "");
    g_string_append_c(text, '\n');
    put(command, PIECE_OUT, g_string_free(text, FALSE));
}

static void run_false(struct demo_command *command, const char *const *argv)
{
    (void)argv;
    command->exit_status = 1;
}

/* Of the scripts that a shell could run, one is practised here. */
static void run_sh(struct demo_command *command, const char *const *argv)
{
    if (g_strcmp0(argv[1], "-c") == 0 && g_strcmp0(argv[2], debug_probe) == 0) {
        put(command, PIECE_OUT, g_strdup("1\n")); /* whose root can be seen here */
        return;
    }
    if (!demo_directory_is(argv)) {
        fail(command, g_strdup("sh: only the listing of a folder is practised here\n"));
        return;
    }
    GString *out = demo_directory_run(command->world, command->pod, command->container, argv,
                                      &command->exit_status);
    size_t len = out->len;
    put(command, PIECE_OUT, g_string_free(out, FALSE))->end = len; /* zeros are a part of it */
}

static void run_sleep(struct demo_command *command, const char *const *argv)
{
    gint64 s = argv[1] != NULL ? (gint64)MIN(g_ascii_strtoull(argv[1], NULL, 10), 86400) : 0;
    put(command, PIECE_SLEEP, NULL)->until_us = g_get_monotonic_time() + s * G_USEC_PER_SEC;
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
    {"cat", run_cat},   {"echo", run_echo}, {"false", run_false},         {"head", run_part},
    {"ls", run_ls},     {"sh", run_sh},     {"sha256sum", run_sha256sum}, {"sleep", run_sleep},
    {"stat", run_stat}, {"tail", run_part}, {"true", run_true},           {"wc", run_wc},
};

static const char *bare_name(const char *program)
{
    static const char *const folders[] = {"/bin/", "/usr/bin/"};
    for (size_t i = 0; i < G_N_ELEMENTS(folders); i++)
        if (g_str_has_prefix(program, folders[i]))
            return program + strlen(folders[i]);
    return program;
}

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

struct demo_command *demo_command_start(struct demo_world *world, struct demo_object *pod,
                                        const struct demo_container *container,
                                        const char *const *argv, char **failure)
{
    struct demo_faults faults = demo_world_faults(world);
    const char *name = bare_name(argv[0]);
    bool missing = container->bare || (faults.no_cat && strcmp(name, "cat") == 0) ||
                   (faults.no_stat && strcmp(name, "stat") == 0);
    for (size_t i = 0; !missing && i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) != 0)
            continue;
        struct demo_command *command = g_new0(struct demo_command, 1);
        command->world = world;
        command->pod = pod;
        command->container = container->name;
        command->input = g_byte_array_new();
        g_queue_init(&command->pieces);
        commands[i].run(command, argv);
        if (faults.wrong_exit && strcmp(name, "cat") == 0)
            command->exit_status = 1;
        return command;
    }
    *failure = not_found_text(argv[0]);
    return NULL;
}

void demo_command_free(struct demo_command *command)
{
    if (command == NULL)
        return;
    g_queue_clear_full(&command->pieces, piece_free);
    g_byte_array_unref(command->input);
    g_free(command);
}

/* Counts a step further; when all is counted, the piece turns into its text. */
static void digest_step(struct piece *piece)
{
    uint8_t buffer[65536];
    uint64_t until = MIN(piece->end, piece->at + DIGEST_STEP_BYTES);
    while (piece->at < until) {
        size_t n = demo_file_read(piece->file, piece->at, buffer, sizeof buffer);
        g_checksum_update(piece->digest, buffer, (gssize)n);
        piece->at += n;
    }
    if (piece->at < piece->end)
        return;
    piece->text =
        g_strdup_printf("%s  %s\n", g_checksum_get_string(piece->digest), piece->file->path);
    piece->kind = PIECE_OUT;
    piece->at = 0;
    piece->end = strlen(piece->text);
}

static size_t read_text(struct piece *piece, uint8_t *buffer, size_t max)
{
    size_t n = (size_t)MIN((uint64_t)max, piece->end - piece->at);
    memcpy(buffer, piece->text + piece->at, n);
    return n;
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
    for (struct piece *piece; (piece = g_queue_peek_head(&command->pieces)) != NULL;) {
        bool over = false;
        switch (piece->kind) {
        case PIECE_OUT:
        case PIECE_ERR:
            *len = read_text(piece, buffer, max);
            over = *len == 0;
            break;
        case PIECE_FILE:
            *len = demo_file_read(piece->file, piece->at, buffer,
                                  (size_t)MIN((uint64_t)max, piece->end - piece->at));
            over = *len == 0;
            break;
        case PIECE_DIGEST:
            digest_step(piece);
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
            piece_free(g_queue_pop_head(&command->pieces));
            continue;
        }
        command->idle = *len == 0;
        piece->at += *len;
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
    const struct piece *last = g_queue_peek_tail(&command->pieces);
    if (last != NULL && last->kind == PIECE_STDIN)
        g_byte_array_append(command->input, bytes, (guint)len);
}

void demo_command_input_end(struct demo_command *command)
{
    command->input_ended = true;
}
