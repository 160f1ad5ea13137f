#include "kube/demo.h"

#include "kube/demo_http.h"
#include "kube/demo_world.h"

struct demo {
    struct demo_world *world;
    struct demo_http *http;
    char *token, *door;
    char *kubeconfig;
};

static char *random_word(void)
{
    g_autofree char *uuid = g_uuid_string_random();
    g_auto(GStrv) parts = g_strsplit(uuid, "-", -1);
    return g_strjoinv("", parts);
}

static char *kubeconfig_text(const struct demo *demo)
{
    return g_strdup_printf("apiVersion: v1\n"
                           "kind: Config\n"
                           "current-context: demo\n"
                           "clusters:\n"
                           "- name: demo\n"
                           "  cluster:\n"
                           "    server: http://127.0.0.1:%u/%s\n"
                           "users:\n"
                           "- name: demo\n"
                           "  user:\n"
                           "    token: %s\n"
                           "contexts:\n"
                           "- name: demo\n"
                           "  context:\n"
                           "    cluster: demo\n"
                           "    user: demo\n"
                           "    namespace: shop\n",
                           demo_http_port(demo->http), demo->door, demo->token);
}

struct demo *demo_start(GError **error)
{
    struct demo *demo = g_new0(struct demo, 1);
    demo->world = demo_world_new();
    demo->token = random_word();
    demo->door = random_word();
    demo->http = demo_http_start(demo->world, demo->token, demo->door, error);
    if (demo->http == NULL) {
        demo_stop(demo);
        return NULL;
    }
    demo->kubeconfig = kubeconfig_text(demo);
    return demo;
}

void demo_stop(struct demo *demo)
{
    if (demo == NULL)
        return;
    demo_world_end(demo->world);
    g_clear_pointer(&demo->http, demo_http_stop);
    demo_world_free(demo->world);
    g_free(demo->token);
    g_free(demo->door);
    g_free(demo->kubeconfig);
    g_free(demo);
}

const char *demo_kubeconfig(const struct demo *demo)
{
    return demo->kubeconfig;
}

void demo_set_faults(struct demo *demo, const struct demo_faults *faults)
{
    demo_world_set_faults(demo->world, faults);
}

void demo_add_pod(struct demo *demo, const char *namespace, const char *name)
{
    demo_world_add_pod(demo->world, namespace, name);
}

void demo_remove_pod(struct demo *demo, const char *namespace, const char *name)
{
    demo_world_remove_pod(demo->world, namespace, name);
}

void demo_add_file(struct demo *demo, const char *path, uint64_t size_bytes)
{
    demo_world_add_file(demo->world, path, size_bytes);
}

void demo_change_file(struct demo *demo, const char *path, enum demo_change_kind kind,
                      uint64_t size_bytes)
{
    demo_world_change_file(demo->world, path, kind, size_bytes);
}
