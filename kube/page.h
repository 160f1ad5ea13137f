/* A page of a list, read in a worker thread: half a megabyte of JSON takes longer than a frame. */
#ifndef KUBE_PAGE_H
#define KUBE_PAGE_H

#include "kube/listing.h"

struct page {
    struct listing *table; /* sorted; may be stolen by setting it NULL */
    char *next;            /* continue token, "" on the last page */
    char *version;         /* resource version */
    int64_t n_remaining;   /* rows of later pages; -1: the server does not say */
};

struct page_job;

/* Copies the body; kind and namespace are those of listing_new(). `done` is called once from the
 * thread-default main context; the page is borrowed, NULL with KUBE_ERROR_SERVER. */
struct page_job *page_read(enum list_kind kind, const char *namespace, const char *body, size_t len,
                           void (*done)(struct page *page, const GError *error, void *data),
                           void *data);
/* `done` is not called any more. */
void page_cancel(struct page_job *job);

#endif
