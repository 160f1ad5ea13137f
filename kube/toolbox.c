#include "kube/toolbox.h"

#include <string.h>

#include "kube/command.h"

#define MAX_ANSWER (2u * TOOLBOX_SMALL_BYTES)

static const char *const names[] = {
    [TOOL_CAT] = "cat",       [TOOL_TAIL] = "tail",
    [TOOL_DD] = "dd",         [TOOL_HEAD] = "head",
    [TOOL_STAT] = "stat",     [TOOL_WC] = "wc",
    [TOOL_GZIP] = "gzip",     [TOOL_SHA256SUM] = "sha256sum",
    [TOOL_MD5SUM] = "md5sum", [TOOL_CKSUM] = "cksum",
    [TOOL_LS] = "ls",         [TOOL_FIND] = "find",
    [TOOL_OD] = "od",         [TOOL_BASE64] = "base64",
};
G_STATIC_ASSERT(G_N_ELEMENTS(names) == N_TOOLS);

/* The digest comes before the facts: a file that changes while it is read shows in them. What a
 * file that is not there is called by cat is what people know. */
const char toolbox_script[] =
    "if [ \"$0\" ]; then $0 --list; else\n"
    "for t in $3; do command -v $t >/dev/null 2>&1 && echo $t; done; fi\n"
    "echo .\n"
    "if [ \"$1\" ]; then\n"
    "[ \"$2\" ] && d=$($0 $2 <\"$1\") && echo \"digest $d\"\n"
    "if f=$($0 stat -L -c '" TOOLBOX_STAT_FORMAT
    "' \"$1\" 2>/dev/null); then echo \"facts $f\"; n=${f%% *}\n"
    "elif [ -e \"$1\" ]; then n=$($0 wc -c <\"$1\") && echo \"facts $n\"\n"
    "else $0 cat \"$1\" >/dev/null || exit 1; fi\n"
    "fi\n"
    "echo end\n"
    "[ \"$4\" ] && [ -f \"$1\" ] && [ \"$n\" -gt 0 ] && [ \"$n\" -le \"$4\" ] || exit 0\n"
    "for t in sha256sum md5sum cksum; do\n"
    "d=$($0 $t <\"$1\" 2>/dev/null) || continue\n"
    "echo \"small $t $d\"\n"
    "$0 cat \"$1\"\n"
    "f=$($0 stat -L -c '" TOOLBOX_STAT_FORMAT "' \"$1\" 2>/dev/null) || f=$($0 wc -c <\"$1\")\n"
    "printf '\\nfacts %s\\nend\\n' \"$f\"\n"
    "exit 0; done\n";

/* How to find out, one after the other until one is there. */
enum step { STEP_SH, STEP_BUSYBOX, STEP_TOYBOX, STEP_STAT, STEP_CAT, STEP_OVER };

struct toolbox_look {
    struct client *client;
    struct place *place;
    char *path; /* NULL: none */
    enum tool digest;
    bool known;
    bool digested; /* without a shell: its turn is over */
    bool want_small;
    struct small_file small;
    enum step step;
    struct toolbox_answer answer;
    struct command *command;
    toolbox_done_fn *done;
    void *data;
};

static void run_step(struct toolbox_look *look);

const char *tool_name(enum tool tool)
{
    return names[tool];
}

bool toolbox_has(const struct toolbox *box, enum tool tool)
{
    return tool < N_TOOLS && (box->tools & 1u << tool) != 0;
}

static void add_args(GStrvBuilder *argv, va_list args)
{
    const char *arg;

    while ((arg = va_arg(args, const char *)) != NULL)
        g_strv_builder_add(argv, arg);
}

char **toolbox_argv(const struct toolbox *box, enum tool tool, ...)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    va_list args;

    if (*box->via != '\0')
        g_strv_builder_add(argv, box->via);
    g_strv_builder_add(argv, names[tool]);
    va_start(args, tool);
    add_args(argv, args);
    va_end(args);
    return g_strv_builder_end(argv);
}

char **toolbox_shell(const struct toolbox *box, const char *script, ...)
{
    g_autoptr(GStrvBuilder) argv = g_strv_builder_new();
    va_list args;

    if (*box->via != '\0')
        g_strv_builder_add(argv, box->via);
    g_strv_builder_add_many(argv, "sh", "-c", script, box->via, NULL);
    va_start(args, script);
    add_args(argv, args);
    va_end(args);
    return g_strv_builder_end(argv);
}

static void look_free(struct toolbox_look *look)
{
    place_free(look->place);
    g_free(look->path);
    g_free(look);
}

static void finish(struct toolbox_look *look, const GError *error)
{
    look->done(&look->answer, error, look->data);
    look_free(look);
}

void toolbox_look_cancel(struct toolbox_look *look)
{
    if (look->command != NULL)
        command_cancel(look->command);
    look_free(look);
}

static enum tool find_tool(const char *name)
{
    unsigned i = 0;

    while (i < N_TOOLS && strcmp(names[i], name) != 0)
        i++;
    return (enum tool)i;
}

static void add_tool(struct toolbox *box, const char *name)
{
    enum tool tool = find_tool(name);

    if (tool != TOOL_NONE)
        box->tools |= 1u << tool;
}

/* "SIZE MODE INODE SECONDS TIME", of which wc knows the first alone. False: it is none of that. */
static bool parse_facts(struct file_facts *facts, const char *text)
{
    g_auto(GStrv) words = g_strsplit(text, " ", 5);
    guint64 size, mode, inode;
    gint64 mtime_s;

    if (words[0] == NULL || !g_ascii_string_to_unsigned(words[0], 10, 0, INT64_MAX, &size, NULL))
        return false;
    facts->size_bytes = (int64_t)size;
    if (g_strv_length(words) < 5)
        return words[1] == NULL;
    if (!g_ascii_string_to_unsigned(words[1], 16, 0, UINT32_MAX, &mode, NULL) ||
        !g_ascii_string_to_unsigned(words[2], 10, 0, UINT64_MAX, &inode, NULL) ||
        !g_ascii_string_to_signed(words[3], 10, INT64_MIN, INT64_MAX, &mtime_s, NULL))
        return false;
    facts->mode = (unsigned)mode;
    facts->inode = inode;
    facts->mtime_s = mtime_s;
    g_strlcpy(facts->mtime, words[4], sizeof facts->mtime);
    return true;
}

/* "HASH  NAME", with a backslash before it when the name has one; cksum: "NUMBER SIZE". */
static void parse_digest(char digest[static DIGEST_MAX], const char *text)
{
    size_t len;

    text += *text == '\\';
    len = strspn(text, "0123456789abcdefABCDEF");
    if (len > 0 && len < DIGEST_MAX && (text[len] == ' ' || text[len] == '\0')) {
        memcpy(digest, text, len);
        digest[len] = '\0';
    }
}

/* "small TOOL DIGEST", the bytes, "facts" and "end": when all that came whole. */
static void parse_small(struct toolbox_look *look, const char *text, size_t len)
{
    const char *line_end = memchr(text, '\n', len);
    uint64_t size = (uint64_t)MAX(look->answer.facts.size_bytes, 0);
    g_autofree char *line = NULL, *rest = NULL;
    g_auto(GStrv) words = NULL;
    size_t begin;

    if (line_end == NULL || !g_str_has_prefix(text, "small "))
        return;
    begin = (size_t)(line_end + 1 - text);
    if (size == 0 || size >= len - begin)
        return;
    line = g_strndup(text, begin - 1);
    words = g_strsplit(line, " ", 3);
    rest = g_strndup(text + begin + size, len - begin - size);
    if (g_strv_length(words) < 3 || !g_str_has_prefix(rest, "\nfacts ") ||
        !g_str_has_suffix(rest, "\nend\n"))
        return;
    rest[strlen(rest) - strlen("\nend\n")] = '\0';
    look->small.by = find_tool(words[1]);
    parse_digest(look->small.digest, words[2]);
    look->small.after.size_bytes = -1;
    if (look->small.by == TOOL_NONE || *look->small.digest == '\0' ||
        !parse_facts(&look->small.after, g_strstrip(rest + strlen("\nfacts "))))
        return;
    look->small.bytes = (const uint8_t *)text + begin;
    look->answer.small = &look->small;
}

/* What the script printed: names of tools up to a dot, then what there is to say of the file.
 * False: it did not come whole. */
static bool parse_script(struct toolbox_look *look, const GString *out)
{
    static const char end[] = "\nend\n";
    const char *behind = g_strstr_len(out->str, (gssize)out->len, end);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;
    bool tools = true;

    if (behind == NULL)
        return false;
    text = g_strndup(out->str, (size_t)(behind - out->str));
    lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL; line++) {
        if (strcmp(*line, ".") == 0)
            tools = false;
        else if (tools)
            add_tool(&look->answer.box, *line);
        else if (g_str_has_prefix(*line, "digest "))
            parse_digest(look->answer.digest, *line + strlen("digest "));
        else if (g_str_has_prefix(*line, "facts "))
            parse_facts(&look->answer.facts, g_strstrip(*line + strlen("facts ")));
    }
    behind += strlen(end);
    parse_small(look, behind, out->len - (size_t)(behind - out->str));
    return true;
}

static GError *cut_error(const struct toolbox_look *look)
{
    g_autofree char *where = place_text(look->place);

    return g_error_new(KUBE_ERROR, KUBE_ERROR_CUT,
                       "%s: the answer about the tools there did not come whole", where);
}

static GError *no_tools_error(const struct toolbox_look *look)
{
    g_autofree char *where = place_text(look->place);

    return g_error_new(KUBE_ERROR, KUBE_ERROR_NO_TOOLS,
                       "%s: the container has no program that could read a file: no sh, no cat",
                       where);
}

/* After a command that ran. True: there is nothing more to ask. */
static bool take_answer(struct toolbox_look *look, char *text)
{
    struct toolbox *box = &look->answer.box;

    switch (look->step) {
    case STEP_SH:
    case STEP_BUSYBOX:
        box->shell = true;
        return true;
    case STEP_TOYBOX: {
        g_auto(GStrv) words = g_strsplit_set(text, " \n", -1);

        for (char **word = words; *word != NULL; word++)
            add_tool(box, *word);
        look->step = toolbox_has(box, TOOL_STAT) ? STEP_STAT : STEP_OVER;
        return look->path == NULL || look->step == STEP_OVER;
    }
    case STEP_STAT:
        if (look->digest != TOOL_NONE && !look->digested) {
            look->digested = true;
            parse_digest(look->answer.digest, text);
            return false;
        }
        parse_facts(&look->answer.facts, g_strstrip(text));
        box->tools |= 1u << TOOL_STAT;
        look->step = STEP_CAT;
        return look->known || toolbox_has(box, TOOL_CAT);
    case STEP_CAT:
        box->tools |= 1u << TOOL_CAT;
        return true;
    case STEP_OVER:
        break;
    }
    return true;
}

/* The program is not there. True: neither is any other. */
static bool try_next(struct toolbox_look *look)
{
    static const char *const vias[] = {[STEP_BUSYBOX] = "busybox", [STEP_TOYBOX] = "toybox"};

    look->step++;
    if (look->step == STEP_STAT && look->path == NULL)
        look->step++;
    look->answer.box.via = look->step < G_N_ELEMENTS(vias) ? vias[look->step] : "";
    return look->step == STEP_OVER;
}

/* With what there is. Who asks for no file may want none. */
static bool can_read(const struct toolbox_look *look)
{
    const struct toolbox *box = &look->answer.box;

    return look->path == NULL ? box->tools != 0
                              : toolbox_has(box, TOOL_CAT) || toolbox_has(box, TOOL_DD) ||
                                    toolbox_has(box, TOOL_TAIL);
}

static void command_done(struct command_result *result, const GError *error, void *data)
{
    struct toolbox_look *look = (struct toolbox_look *)data;
    g_autoptr(GError) bad = NULL;

    look->command = NULL;
    look->answer.exit_status = result->exit_status;
    if (exec_lacks_program(result->exit_status, error)) {
        if (look->known)
            bad = g_error_copy(error);
        else if (!try_next(look)) {
            run_step(look);
            return;
        }
    } else if (error != NULL) {
        bad = g_error_copy(error);
    } else if (look->step <= STEP_BUSYBOX && !parse_script(look, result->out)) {
        bad = cut_error(look);
    } else if (!take_answer(look, result->out->str)) {
        run_step(look);
        return;
    }
    if (bad == NULL && !can_read(look))
        bad = no_tools_error(look);
    finish(look, bad);
}

static void run_step(struct toolbox_look *look)
{
    const struct toolbox *box = &look->answer.box;
    const char *path = look->path != NULL ? look->path : "";
    const char *digest = look->digest != TOOL_NONE ? names[look->digest] : "";
    g_autofree char *list = look->known ? g_strdup("") : g_strjoinv(" ", (char **)(uintptr_t)names);
    g_auto(GStrv) argv = NULL;

    if (look->step <= STEP_BUSYBOX)
        argv = toolbox_shell(box, toolbox_script, path, digest, list,
                             look->want_small ? G_STRINGIFY(TOOLBOX_SMALL_BYTES) : "", NULL);
    else if (look->step == STEP_TOYBOX)
        argv = g_strsplit("toybox", " ", -1);
    else if (look->step == STEP_CAT)
        argv = toolbox_argv(box, TOOL_CAT, "/dev/null", NULL);
    else if (*digest != '\0' && !look->digested)
        argv = toolbox_argv(box, look->digest, path, NULL);
    else
        argv = toolbox_argv(box, TOOL_STAT, "-L", "-c", TOOLBOX_STAT_FORMAT, path, NULL);
    look->command = command_run(look->client, look->place, (const char *const *)argv, MAX_ANSWER,
                                command_done, look);
}

static void set_known(struct toolbox_look *look, const struct toolbox *known)
{
    look->known = true;
    look->answer.box = *known;
    if (known->shell)
        look->step = *known->via == '\0' ? STEP_SH : STEP_BUSYBOX;
    else
        look->step = toolbox_has(known, TOOL_STAT) ? STEP_STAT : STEP_CAT;
}

struct toolbox_look *toolbox_look_start(struct client *client, const struct toolbox_ask *ask,
                                        toolbox_done_fn *done, void *data)
{
    struct toolbox_look *look = g_new0(struct toolbox_look, 1);

    look->client = client;
    look->place = place_copy(&ask->place);
    look->path = g_strdup(ask->path);
    look->digest = ask->digest;
    look->want_small = ask->small && ask->known == NULL;
    look->answer.box.via = "";
    look->answer.facts.size_bytes = -1;
    look->done = done;
    look->data = data;
    if (ask->known != NULL)
        set_known(look, ask->known);
    run_step(look);
    return look;
}
