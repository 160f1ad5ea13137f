/* A file in a container of the practice cluster: bytes that are kept, or bytes that are worked out
 * from where they stand. */
#ifndef KUBE_DEMO_FILE_H
#define KUBE_DEMO_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* Finished once made. */
struct demo_file {
    char *namespace, *pod, *container; /* NULL: in every one */
    char *path;
    uint64_t size_bytes;
    int64_t changed_s; /* seconds since 1970 */
    unsigned inode;
    GBytes *bytes; /* NULL: pseudo-random */
    uint64_t seed;
};

/* Takes over `bytes`; any of the first three may be NULL. */
struct demo_file *demo_file_new(const char *namespace, const char *pod, const char *container,
                                const char *path, GBytes *bytes);
/* The same path and size have the same bytes, always. */
struct demo_file *demo_file_new_random(const char *path, uint64_t size_bytes);
void demo_file_free(struct demo_file *file);

/* Copies what lies at `offset` into the buffer; how much of it, 0 at the end. */
size_t demo_file_read(const struct demo_file *file, uint64_t offset, uint8_t *buffer, size_t len);

#endif
