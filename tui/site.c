#include "tui/site.h"

#include <stdint.h>

struct site *site_copy(const struct site *site)
{
    struct site *copy = g_new0(struct site, 1);
    copy->namespace = g_strdup(site->namespace);
    copy->pod = g_strdup(site->pod);
    copy->container = g_strdup(site->container);
    copy->workload = g_strdup(site->workload);
    copy->through = g_strdup(site->through);
    copy->root = g_strdup(site->root);
    return copy;
}

void site_free(struct site *site)
{
    if (!site)
        return;
    g_free((char *)(uintptr_t)site->namespace);
    g_free((char *)(uintptr_t)site->pod);
    g_free((char *)(uintptr_t)site->container);
    g_free((char *)(uintptr_t)site->workload);
    g_free((char *)(uintptr_t)site->through);
    g_free((char *)(uintptr_t)site->root);
    g_free(site);
}

struct place site_place(const struct site *site)
{
    return (struct place){site->namespace, site->pod,
                          site->through ? site->through : site->container};
}

char *site_path(const struct site *site, const char *path)
{
    return g_strconcat(site->root ? site->root : "", path, NULL);
}

char *site_workload(const struct site *site)
{
    return g_strjoin("/", site->namespace, site->workload, site->container, NULL);
}
