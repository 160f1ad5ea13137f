#include "kube/demo_file.h"

#include <string.h>

struct demo_file *demo_file_new(const char *namespace, const char *pod, const char *container,
                                const char *path, GBytes *bytes)
{
    struct demo_file *file = g_new0(struct demo_file, 1);
    file->namespace = g_strdup(namespace);
    file->pod = g_strdup(pod);
    file->container = g_strdup(container);
    file->path = g_strdup(path);
    file->size_bytes = g_bytes_get_size(bytes);
    file->bytes = bytes;
    return file;
}

struct demo_file *demo_file_new_random(const char *path, uint64_t size_bytes)
{
    struct demo_file *file = g_new0(struct demo_file, 1);
    file->path = g_strdup(path);
    file->size_bytes = size_bytes;
    file->seed = (uint64_t)g_str_hash(path) << 32 ^ size_bytes;
    return file;
}

struct demo_file *demo_file_copy(const struct demo_file *file)
{
    struct demo_file *copy = g_new0(struct demo_file, 1);
    *copy = *file;
    copy->namespace = g_strdup(file->namespace);
    copy->pod = g_strdup(file->pod);
    copy->container = g_strdup(file->container);
    copy->path = g_strdup(file->path);
    if (copy->bytes != NULL)
        g_bytes_ref(copy->bytes);
    copy->past = false;
    copy->next = NULL;
    return copy;
}

void demo_file_free(struct demo_file *file)
{
    if (file == NULL)
        return;
    g_free(file->namespace);
    g_free(file->pod);
    g_free(file->container);
    g_free(file->path);
    g_clear_pointer(&file->bytes, g_bytes_unref);
    g_free(file);
}

/* The finaliser of the SplitMix64 generator (public domain, Sebastiano Vigna): each place in the
 * file is worked out by itself, so that reading may begin anywhere. */
static uint64_t word_at(uint64_t seed, uint64_t index)
{
    uint64_t z = seed + (index + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void random_at(uint64_t seed, uint64_t offset, uint8_t *buffer, size_t len)
{
    while (len > 0) {
        uint64_t word = GUINT64_TO_LE(word_at(seed, offset / 8));
        size_t skip = offset % 8, n = 8;
        /* Whole words are most of it, and a copy of known length costs next to nothing. */
        if (skip == 0 && len >= 8) {
            memcpy(buffer, &word, 8);
        } else {
            n = MIN(len, 8 - skip);
            memcpy(buffer, (const uint8_t *)&word + skip, n);
        }
        buffer += n;
        offset += n;
        len -= n;
    }
}

size_t demo_file_read(const struct demo_file *file, uint64_t offset, uint8_t *buffer, size_t len)
{
    struct demo_file *newest = (struct demo_file *)(uintptr_t)file, *next;
    while ((next = g_atomic_pointer_get(&newest->next)) != NULL)
        newest = next;
    file = newest;
    if (offset >= file->size_bytes)
        return 0;
    size_t n = (size_t)MIN((uint64_t)len, file->size_bytes - offset);
    if (file->bytes != NULL)
        memcpy(buffer, (const uint8_t *)g_bytes_get_data(file->bytes, NULL) + offset, n);
    else
        random_at(file->seed, offset, buffer, n);
    return n;
}
