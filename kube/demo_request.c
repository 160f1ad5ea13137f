#include "kube/demo_request.h"

#include <string.h>

#include "kube/demo_json.h"

#define STREAM_BLOCK_BYTES 16384

enum MHD_Result demo_request_answer(struct demo_request *request, int code, char *text,
                                    const char *type)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(response, "Content-Type", type);
    enum MHD_Result result = MHD_queue_response(request->connection, (unsigned)code, response);
    MHD_destroy_response(response);
    return result;
}

enum MHD_Result demo_request_answer_json(struct demo_request *request, int code, json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return demo_request_answer(request, code, text, "application/json");
}

enum MHD_Result demo_request_refuse(struct demo_request *request, int code, const char *message,
                                    json_t *details)
{
    return demo_request_answer_json(
        request, code, demo_status_json(code, demo_status_reason(code), message, details));
}

enum MHD_Result demo_request_refuse_missing(struct demo_request *request, const char *what,
                                            const char *name)
{
    g_autofree char *message = g_strdup_printf("%s \"%s\" not found", what, name);
    return demo_request_refuse(request, 404, message,
                               json_pack("{s:s, s:s}", "name", name, "kind", what));
}

const char *demo_request_argument(const struct demo_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

bool demo_request_argument_is_true(const struct demo_request *request, const char *name)
{
    const char *value = demo_request_argument(request, name);
    return value != NULL && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

uint64_t demo_request_argument_number(const struct demo_request *request, const char *name)
{
    const char *value = demo_request_argument(request, name);
    return value != NULL ? g_ascii_strtoull(value, NULL, 10) : 0;
}

const char *demo_request_header(const struct demo_request *request, const char *name)
{
    const char *value = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
    return value != NULL ? value : "";
}

int demo_request_socket(const struct demo_request *request)
{
    return MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
        ->connect_fd;
}

enum MHD_Result demo_request_answer_stream(struct demo_request *request, const char *type,
                                           MHD_ContentReaderCallback read, void *data,
                                           MHD_ContentReaderFreeCallback free)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read, data, free);
    MHD_add_response_header(response, "Content-Type", type);
    enum MHD_Result result = MHD_queue_response(request->connection, 200, response);
    MHD_destroy_response(response);
    return result;
}

enum MHD_Result demo_request_refuse_empty(struct demo_request *request)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Connection", "close");
    enum MHD_Result result = MHD_queue_response(request->connection, 403, response);
    MHD_destroy_response(response);
    return result;
}

enum MHD_Result demo_request_refuse_as_told(struct demo_request *request, int code)
{
    static const struct {
        int code;
        const char *message;
    } messages[] = {
        {401, "Unauthorized"},
        {403, "pods is forbidden: User \"practice\" cannot list resource \"pods\" in API group "
              "\"\" in the namespace \"shop\""},
        {404, "the server could not find the requested resource"},
        {410, "The provided continue parameter is too old to display a consistent list result."},
        {429, "Too many requests, please try again later."},
        {503, "apiserver is shutting down"},
    };
    const char *message = "an error on the server has prevented the request from succeeding";
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++)
        if (messages[i].code == code)
            message = messages[i].message;
    return demo_request_refuse(request, code, message, NULL);
}
