/* Addresses are cheap: they are taken at once, without access, and opened as they are needed. */
#include "trace/reserve.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib.h>

#define OPEN_BYTES ((size_t)16 << 20)
#define LEAST_BYTES ((size_t)64 << 20)

bool reserve_init(struct reserve *reserve, size_t size)
{
    *reserve = (struct reserve){.size = size};
    for (;; reserve->size /= 2) {
        void *at = mmap(NULL, reserve->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                        -1, 0);
        if (at != MAP_FAILED) {
            reserve->at = at;
            return true;
        }
        if (reserve->size / 2 < LEAST_BYTES)
            return false;
    }
}

void reserve_clear(struct reserve *reserve)
{
    if (reserve->at != NULL)
        munmap(reserve->at, reserve->size);
    *reserve = (struct reserve){0};
}

bool reserve_grow(struct reserve *reserve, size_t upto)
{
    if (upto <= reserve->usable)
        return true;
    size_t want = MIN((upto + OPEN_BYTES - 1) / OPEN_BYTES * OPEN_BYTES, reserve->size);
    if (want < upto) {
        errno = ENOMEM;
        return false;
    }
    if (mprotect(reserve->at + reserve->usable, want - reserve->usable, PROT_READ | PROT_WRITE) !=
        0)
        return false;
    reserve->usable = want;
    return true;
}

void reserve_release(struct reserve *reserve, size_t upto)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t end = MIN(upto, reserve->usable) / page * page;
    if (end <= reserve->released)
        return;
    madvise(reserve->at + reserve->released, end - reserve->released, MADV_DONTNEED);
    reserve->released = end;
}
