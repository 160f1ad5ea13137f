/* A request to the practice cluster's server, what it asks for, and the ways to answer it. */
#ifndef KUBE_DEMO_REQUEST_H
#define KUBE_DEMO_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>
#include <jansson.h>
#include <microhttpd.h>

struct demo_exec;
struct demo_http;

struct demo_request {
    struct demo_http *http;
    struct MHD_Connection *connection;
    const char *method;
    char **parts; /* of the path, without the door */
    GString *body;
    struct demo_exec *exec;
};

/* What stands in the address and in the head, borrowed; what is missing: an argument NULL, a number
 * 0, a header "". */
const char *demo_request_argument(const struct demo_request *request, const char *name);
bool demo_request_argument_is_true(const struct demo_request *request, const char *name);
uint64_t demo_request_argument_number(const struct demo_request *request, const char *name);
const char *demo_request_header(const struct demo_request *request, const char *name);

int demo_request_socket(const struct demo_request *request);

/* Takes the text over, which is free()d; the JSON, too. */
enum MHD_Result demo_request_answer(struct demo_request *request, int code, char *text,
                                    const char *type);
enum MHD_Result demo_request_answer_json(struct demo_request *request, int code, json_t *json);
/* 200 and a body of no known length, as `read` gives it. */
enum MHD_Result demo_request_answer_stream(struct demo_request *request, const char *type,
                                           MHD_ContentReaderCallback read, void *data,
                                           MHD_ContentReaderFreeCallback free);

/* A Status that says no; the details (may be NULL) are taken over. */
enum MHD_Result demo_request_refuse(struct demo_request *request, int code, const char *message,
                                    json_t *details);
enum MHD_Result demo_request_refuse_missing(struct demo_request *request, const char *what,
                                            const char *name);
/* ... as a fault wants it, in the words that an API server has for this code. */
enum MHD_Result demo_request_refuse_as_told(struct demo_request *request, int code);
/* 403 without a word, as an API server does that speaks none of our protocols. */
enum MHD_Result demo_request_refuse_empty(struct demo_request *request);

#endif
