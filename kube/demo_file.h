/* A file in a container of the practice cluster: bytes that are kept, or bytes that are worked out
 * from where they stand. */
#ifndef KUBE_DEMO_FILE_H
#define KUBE_DEMO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Finished once made, but for what has become of it since: see demo_world_change_file(). */
struct demo_file {
    char *namespace, *pod, *container; /* NULL: in every one */
    char *path;
    uint64_t size_bytes;
    int64_t changed_s; /* seconds since 1970 */
    unsigned inode;
    GBytes *bytes; /* NULL: pseudo-random */
    uint64_t seed;
    bool gone;              /* it stands for a file that was deleted */
    bool past;              /* another stands for it now */
    struct demo_file *next; /* atomic: what was made of it in place; who reads it reads that */
};

/* Takes over `bytes`; any of the first three may be NULL. */
struct demo_file *demo_file_new(const char *namespace, const char *pod, const char *container,
                                const char *path, GBytes *bytes);
/* The same path and size have the same bytes, always. */
struct demo_file *demo_file_new_random(const char *path, uint64_t size_bytes);
/* A copy, to become what follows it. */
struct demo_file *demo_file_copy(const struct demo_file *file);
void demo_file_free(struct demo_file *file);

/* Copies what lies at `offset` into the buffer; how much of it, 0 at the end. */
size_t demo_file_read(const struct demo_file *file, uint64_t offset, uint8_t *buffer, size_t len);

#endif
