/* A container as a place that files are in, and by which way they are reached. */
#ifndef TUI_SITE_H
#define TUI_SITE_H

#include "kube/place.h"

struct site {
    const char *namespace, *pod, *container;
    const char *workload; /* "Deployment/web": by what its paths are remembered */
    const char *through; /* the ephemeral container that looks into it; NULL: it has tools itself */
    const char *root;    /* ... and below what it finds the files; NULL too */
};

/* A copy that owns its strings; site_free() it. */
struct site *site_copy(const struct site *site);
void site_free(struct site *site);

/* Where commands run; borrows from the site. */
struct place site_place(const struct site *site);
/* The path for commands there; g_free() it. */
char *site_path(const struct site *site, const char *path);
/* How struct history knows the container: "shop/Deployment/web/app"; g_free() it. */
char *site_workload(const struct site *site);

#endif
