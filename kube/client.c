#include "kube/client.h"

#include <stdlib.h>

#include "kube/inquiry.h"
#include "kube/json.h"

struct client {
    struct http *http;
};

struct request {
    struct inquiry *http;
    const char *server; /* for messages; the login's */
    request_done_fn *done;
    void *data;
};

struct client *client_new(struct login *login, void (*log)(const char *line, void *data),
                          void *data, GError **error)
{
    struct client *client = g_new0(struct client, 1);
    CURL *trial;

    client->http = http_new(login, log, data);
    /* A login that libcurl cannot take is better known now than at the first request. */
    trial = http_easy_new(client->http, "/", error);
    if (trial == NULL) {
        client_free(client);
        return NULL;
    }
    curl_easy_cleanup(trial);
    return client;
}

void client_free(struct client *client)
{
    if (client == NULL)
        return;
    http_free(client->http);
    g_free(client);
}

void client_set_lender(struct client *client, const struct lender *lender, void *data)
{
    identity_set_lender(http_identity(client->http), lender, data);
}

const struct login *client_login(const struct client *client)
{
    return http_login(client->http);
}

struct http *client_http(const struct client *client)
{
    return client->http;
}

static void got_answer(const char *body, size_t len, const GError *error, void *data)
{
    g_autofree struct request *request = (struct request *)data;
    g_autoptr(GError) bad = NULL;
    json_auto_t *object = error == NULL ? json_read(body, len, &bad) : NULL;

    g_prefix_error(&bad, "%s: ", request->server);
    request->done(object, error != NULL ? error : bad, request->data);
}

static struct request *ask_client(struct client *client, const struct http_ask *ask,
                                  request_done_fn *done, void *data)
{
    static const struct http_calls calls = {.done = got_answer, .drop = g_free};
    struct request *request = g_new0(struct request, 1);

    request->server = client_login(client)->server;
    request->done = done;
    request->data = data;
    request->http = inquiry_start(client->http, ask, &calls, request);
    return request;
}

struct request *client_get(struct client *client, const char *path_and_query, const char *accept,
                           request_done_fn *done, void *data)
{
    const struct http_ask ask = {.path = path_and_query, .accept = accept};

    return ask_client(client, &ask, done, data);
}

struct request *client_patch(struct client *client, const char *path, const json_t *patch,
                             request_done_fn *done, void *data)
{
    char *body = json_dumps(patch, JSON_COMPACT);
    const struct http_ask ask = {.path = path,
                                 .method = "PATCH",
                                 .body = body,
                                 .content_type = "application/strategic-merge-patch+json"};
    struct request *request = ask_client(client, &ask, done, data);

    free(body);
    return request;
}

void request_cancel(struct request *request)
{
    inquiry_cancel(request->http);
    g_free(request);
}
