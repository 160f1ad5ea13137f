#include "kube/http_ask.h"

#include <glib.h>

void http_ask_copy(struct http_ask *copy, const struct http_ask *ask)
{
    *copy = *ask;
    copy->path = g_strdup(ask->path);
    copy->accept = g_strdup(ask->accept != NULL ? ask->accept : "application/json");
    copy->method = g_strdup(ask->method != NULL ? ask->method : "GET");
    copy->body = g_strdup(ask->body);
    copy->content_type = g_strdup(ask->content_type);
}

void http_ask_clear(struct http_ask *copy)
{
    g_free((char *)(uintptr_t)copy->path);
    g_free((char *)(uintptr_t)copy->accept);
    g_free((char *)(uintptr_t)copy->method);
    g_free((char *)(uintptr_t)copy->body);
    g_free((char *)(uintptr_t)copy->content_type);
}
