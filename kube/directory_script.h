/* What is run in a container to list a folder. */
#ifndef KUBE_DIRECTORY_SCRIPT_H
#define KUBE_DIRECTORY_SCRIPT_H

enum directory_way {
    DIRECTORY_SHELL,   /* the script, in sh */
    DIRECTORY_BUSYBOX, /* ... in busybox, which is there under its own name only */
    DIRECTORY_LS,
    DIRECTORY_TOYBOX,
    DIRECTORY_FIND,
    DIRECTORY_N_WAYS
};

/* How the script ends that did not list anything. */
enum { DIRECTORY_NOT_THERE = 44, DIRECTORY_NO_RIGHT = 45, DIRECTORY_NO_ROOT = 46 };

/* The command; g_strfreev() it. The ways without a shell take the first path alone, and no
 * root. */
char **directory_command(enum directory_way way, const char *root, const char *const *paths);

#endif
