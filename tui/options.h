/* The command line's options: one table for all commands, kubectl's names and meanings where
 * kubectl has them. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <gio/gio.h>

#include "kube/config.h"

/* Which options a command takes. */
enum options_use {
    OPTIONS_CLUSTER = 1 << 0,   /* where the cluster is, who we are */
    OPTIONS_NAMESPACE = 1 << 1, /* -n */
    OPTIONS_CONTAINER = 1 << 2, /* -c */
    OPTIONS_SELECT = 1 << 3,    /* -l, -A */
    OPTIONS_OUTPUT = 1 << 4,    /* -o */
    OPTIONS_FORCE = 1 << 5,     /* --force */
    OPTIONS_EXPORT = 1 << 6,    /* --format */
    OPTIONS_DEMO = 1 << 7,      /* --demo */
    OPTIONS_KIND = 1 << 8,      /* --kind */
    OPTIONS_SORT = 1 << 9,      /* --sort */
    OPTIONS_MATCH = 1 << 10,    /* --match */
    OPTIONS_SCOPE = 1 << 11,    /* --region, --task */
    OPTIONS_DEBUG = 1 << 12,    /* --debug-image */
    OPTIONS_MERGE = 1 << 13,    /* --merge */
    OPTIONS_MANY = 1 << 14,     /* --parallel */
    OPTIONS_COMPRESS = 1 << 15, /* --compress */
    OPTIONS_CAPTURE = 1 << 16,  /* --seconds, --port, --path, --https */
};

/* What was given; NULL, 0 and false where nothing was. Owned by the struct. */
struct options {
    char *kubeconfig, *context, *cluster, *user, *namespace;
    char *server, *token, *certificate_authority, *tls_server_name;
    char *as, *as_uid, **as_groups, **as_extra;
    char *request_timeout;
    gboolean insecure_skip_tls_verify;
    gboolean verbose;
    char *container, *selector, *debug_image;
    gboolean all_namespaces;
    char *output;
    gboolean force;
    char *format, *kind;
    char *sort, *match;
    char *region, *task;
    gboolean merge;
    gint parallel; /* 0: not given */
    char *compress;
    char *seconds, *port, *path;
    gboolean https;
    gboolean demo;
    struct config_flags flags; /* the cluster's part of the above, borrowed from it */
};

/* Takes the options out of args (NULL-terminated, args[0] is the command) and leaves the rest.
 * `-h`/`--help` puts the help text into *help. False: G_OPTION_ERROR, wrong usage. */
bool options_parse(struct options *options, unsigned uses, const char *summary,
                   const char *arguments, const char *description, char ***args, char **help,
                   GError **error);
void options_clear(struct options *options);

/* How many words at the beginning of args (NULL-terminated) are options, of whatever command, with
 * their values: what stands before a command's name. */
size_t options_skip(char **args);

/* kubectl's durations: "0", "30", "1.5s", "2m", "1h30m"; milliseconds. -1: it is none. */
int64_t options_parse_duration(const char *text);

/* "[NS/]POD:PATH" (or "[NS/]POD" when path is NULL) in its parts; *namespace is NULL when it is
 * not given. False: G_OPTION_ERROR_BAD_VALUE that says what is missing. g_free() the parts. */
bool options_parse_place(const char *text, char **namespace, char **pod, char **path,
                         GError **error);

#endif
