/* What a container has to work with, and the facts of a file in it. One exec tells all of it where
 * there is a shell, which is nearly everywhere; else busybox, toybox and single tools are tried. */
#ifndef KUBE_TOOLBOX_H
#define KUBE_TOOLBOX_H

#include "kube/exec.h"

enum tool {
    TOOL_CAT,
    TOOL_TAIL,
    TOOL_DD,
    TOOL_HEAD,
    TOOL_STAT,
    TOOL_WC,
    TOOL_GZIP,
    TOOL_SHA256SUM,
    TOOL_MD5SUM,
    TOOL_CKSUM,
    TOOL_LS,
    TOOL_FIND,
    TOOL_OD,
    TOOL_BASE64,
    N_TOOLS,
    TOOL_NONE = N_TOOLS,
};

/* Plain data: copy it. */
struct toolbox {
    const char
        *via;       /* what tools are called by: "" (by their names), "busybox", "toybox"; static */
    bool shell;     /* there is an sh, by `via` */
    unsigned tools; /* a bit for each enum tool */
};

#define FACTS_MTIME 40

/* What stat says of a file, links followed. */
struct file_facts {
    int64_t size_bytes;      /* -1: not known */
    unsigned mode;           /* type and permissions as in stat(2); 0: not known */
    uint64_t inode;          /* 0: not known */
    int64_t mtime_s;         /* since 1970; 0: not known */
    char mtime[FACTS_MTIME]; /* in stat's words, with its nanoseconds; "": not known */
};

#define DIGEST_MAX 72
#define TOOLBOX_SMALL_BYTES 65536

/* A file that is small enough to come with the answer, and what says that it came well. */
struct small_file {
    const uint8_t *bytes; /* as many as the answer's facts say */
    enum tool by;
    char digest[DIGEST_MAX];
    struct file_facts after; /* its facts once it was read */
};

struct toolbox_answer {
    struct toolbox box;
    struct file_facts facts;
    int exit_status;         /* with an error, as in struct exec_result */
    char digest[DIGEST_MAX]; /* hexadecimal, or cksum's decimal; "": none was asked for or could be
                                had */
    const struct small_file *small; /* borrowed; NULL: it was not asked for, or cannot come so */
};

struct toolbox_ask {
    struct place place;
    const char *path;            /* of the file; NULL: no file, the tools alone */
    const struct toolbox *known; /* an earlier answer; NULL: find out */
    enum tool digest;            /* also run this over the file, before its facts; or TOOL_NONE */
    bool small; /* bring a regular file, too, when it has at most TOOLBOX_SMALL_BYTES, there is a
                   shell, a digest tool and a cat, and nothing is known */
};

/* Called once, last; error NULL: the answer is good. KUBE_ERROR_NO_TOOLS: the container has nothing
 * that could read a file. KUBE_ERROR_COMMAND: the file is not there, or may not be seen. */
typedef void toolbox_done_fn(const struct toolbox_answer *answer, const GError *error, void *data);

struct toolbox_look;

/* Copies what it needs. */
struct toolbox_look *toolbox_look_start(struct client *client, const struct toolbox_ask *ask,
                                        toolbox_done_fn *done, void *data);
/* `done` is not called any more. */
void toolbox_look_cancel(struct toolbox_look *look);

bool toolbox_has(const struct toolbox *box, enum tool tool);
const char *tool_name(enum tool tool);

/* The words that run a tool with these arguments (strings, NULL last); g_strfreev() them. */
char **toolbox_argv(const struct toolbox *box, enum tool tool, ...) G_GNUC_NULL_TERMINATED;
/* The words that run a script with these as $1, $2...; in it, $0 before a tool's name is what the
 * tool must be called by. Only where there is a shell. */
char **toolbox_shell(const struct toolbox *box, const char *script, ...) G_GNUC_NULL_TERMINATED;

/* The script of toolbox_look_start(): for the practice cluster. $1 the path, $2 the digest's tool
 * (either may be ""), $3 the names of tools to look for, $4 what a small file has at most, or "".
 */
extern const char toolbox_script[];
/* What its stat is asked for. */
#define TOOLBOX_STAT_FORMAT "%s %f %i %Y %y"

#endif
