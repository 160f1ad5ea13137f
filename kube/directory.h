/* What is in a folder of a container, the newest first, with the first bytes of the files.
 *
 * One exec of a small script where there is a shell; where there is none, of ls or find. */
#ifndef KUBE_DIRECTORY_H
#define KUBE_DIRECTORY_H

#include "kube/client.h"
#include "kube/place.h"

#define DIRECTORY_MAX_ENTRIES 10000 /* of a folder; the newest are kept */
#define DIRECTORY_MAX_HEADS 200     /* so many of the newest are looked into */

enum entry_kind { ENTRY_FILE, ENTRY_FOLDER, ENTRY_OTHER };

struct entry {
    char *name;           /* any bytes but '/' and NUL */
    enum entry_kind kind; /* of a link: of what it leads to, ENTRY_OTHER when that is not there */
    bool link;
    int64_t size_bytes; /* -1: not known */
    int64_t changed_s;  /* seconds since 1970; 0: not known */
    char *head;         /* of its first 16 bytes those that are not 0; NULL: not looked at */
};

struct directory {
    char *path;         /* absolute where the container could say it */
    bool is_file;       /* what was asked for is a file: the one entry, in the folder `path` */
    GPtrArray *entries; /* of struct entry, the newest first */
    uint64_t n_entries; /* how many there are; more than `entries` has when those are too many */
};

struct directory_request {
    struct place place;
    /* The paths begin below this folder, and links in them do not lead out of it: the root of
     * another container. NULL: they are what they are. */
    const char *root;
    /* The first of these that is there is read; at least one, ended by NULL. One that does not
     * begin with '/' counts from the container's working directory. */
    const char *const *paths;
};

struct directory_read;
/* Called once, unless cancelled; the directory is handed over, NULL with an error. */
typedef void directory_done_fn(struct directory *directory, const GError *error, void *data);

/* All is copied. Errors beside those of exec: KUBE_ERROR_NO_TOOLS (nothing in the container can
 * list a folder), KUBE_ERROR_COMMAND (no such folder, no right to read it). */
struct directory_read *directory_read(struct client *client,
                                      const struct directory_request *request,
                                      directory_done_fn *done, void *data);
void directory_cancel(struct directory_read *read);

/* "/tmp/trace_dir/trace.out"; g_free() it. */
char *directory_path_of(const struct directory *directory, const struct entry *entry);
void directory_free(struct directory *directory);

#endif
