#include "kube/yaml.h"

#include <errno.h>
#include <string.h>

#include <yaml.h>

/* A finished value, and how many nodes it has when its aliases are written out. */
struct node {
    json_t *value; /* owned */
    unsigned n_nodes;
};

struct reader {
    yaml_parser_t parser;
    GHashTable *anchors; /* name -> struct node */
    unsigned n_nodes;    /* of the document so far */
    unsigned depth;
    bool typed; /* plain scalars may be numbers or booleans */
};

static void node_free(void *data)
{
    struct node *node = (struct node *)data;

    json_decref(node->value);
    g_free(node);
}

static void set_error(GError **error, const yaml_mark_t *mark, const char *what)
{
    g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "line %zu: %s", mark->line + 1, what);
}

static bool next_event(struct reader *reader, yaml_event_t *event, GError **error)
{
    const char *what;

    if (yaml_parser_parse(&reader->parser, event))
        return true;
    what = reader->parser.problem != NULL ? reader->parser.problem : "this is not YAML";
    set_error(error, &reader->parser.problem_mark, what);
    return false;
}

static bool count_nodes(struct reader *reader, unsigned n, const yaml_mark_t *mark, GError **error)
{
    if (n > YAML_MAX_NODES - reader->n_nodes) {
        set_error(error, mark, "too many values");
        return false;
    }
    reader->n_nodes += n;
    return true;
}

static json_t *read_node(struct reader *reader, const yaml_event_t *event, GError **error);

/* YAML 1.1, as kubectl reads it; NULL: it is text. */
static json_t *typed_value(const char *text)
{
    static const char *const words[2][5] = {{"false", "no", "off", "n", NULL},
                                            {"true", "yes", "on", "y", NULL}};
    g_autofree char *lower = g_ascii_strdown(text, -1);
    char *end;
    int64_t number;
    double real;

    for (int value = 0; value < 2; value++)
        if (g_strv_contains(words[value], lower))
            return json_boolean(value);
    if (!g_ascii_isdigit(text[strcspn(text, "0123456789")]) || strpbrk(text, " nNiIxXpP_") != NULL)
        return NULL;
    errno = 0;
    number = g_ascii_strtoll(text, &end, 0);
    if (*end == '\0' && errno == 0)
        return json_integer(number);
    real = g_ascii_strtod(text, &end);
    return *end == '\0' ? json_real(real) : NULL;
}

static json_t *read_scalar(const struct reader *reader, const yaml_event_t *event, GError **error)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    const char *text = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    json_t *value;

    if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
        for (size_t i = 0; i < G_N_ELEMENTS(nulls); i++)
            if (strcmp(text, nulls[i]) == 0)
                return json_null();
    if (reader->typed && event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
        (value = typed_value(text)) != NULL)
        return value;
    value = memchr(text, 0, len) == NULL ? json_stringn(text, len) : NULL;
    if (value == NULL)
        set_error(error, &event->start_mark, "a value is not text in UTF-8");
    return value;
}

static json_t *read_alias(struct reader *reader, const yaml_event_t *event, GError **error)
{
    const char *name = (const char *)event->data.alias.anchor;
    const struct node *node = (const struct node *)g_hash_table_lookup(reader->anchors, name);

    /* Anchors are entered when their value is complete, so no value can hold itself. */
    if (node == NULL) {
        set_error(error, &event->start_mark, "an alias of something that is not there (yet)");
        return NULL;
    }
    if (!count_nodes(reader, node->n_nodes, &event->start_mark, error))
        return NULL;
    return json_incref(node->value);
}

static json_t *read_sequence(struct reader *reader, GError **error)
{
    json_auto_t *array = json_array();

    for (;;) {
        yaml_event_t event;
        json_t *item;

        if (!next_event(reader, &event, error))
            return NULL;
        if (event.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&event);
            return json_incref(array);
        }
        item = read_node(reader, &event, error);
        yaml_event_delete(&event);
        if (item == NULL)
            return NULL;
        json_array_append_new(array, item);
    }
}

/* The value of a key; `key` is the event that was just read. */
static bool read_pair(struct reader *reader, const yaml_event_t *key, json_t *object,
                      GError **error)
{
    g_autofree char *name = NULL;
    yaml_event_t event;
    json_t *value;

    if (key->type != YAML_SCALAR_EVENT ||
        !g_utf8_validate_len((const char *)key->data.scalar.value, key->data.scalar.length, NULL)) {
        set_error(error, &key->start_mark, "a key is not text");
        return false;
    }
    name = g_strdup((const char *)key->data.scalar.value);
    if (json_object_get(object, name) != NULL) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "line %zu: \"%s\" is here twice",
                    key->start_mark.line + 1, name);
        return false;
    }
    if (!next_event(reader, &event, error))
        return false;
    value = read_node(reader, &event, error);
    yaml_event_delete(&event);
    if (value == NULL)
        return false;
    json_object_set_new(object, name, value);
    return true;
}

static json_t *read_mapping(struct reader *reader, GError **error)
{
    json_auto_t *object = json_object();

    for (;;) {
        yaml_event_t event;
        bool ok;

        if (!next_event(reader, &event, error))
            return NULL;
        if (event.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&event);
            return json_incref(object);
        }
        ok = count_nodes(reader, 1, &event.start_mark, error) &&
             read_pair(reader, &event, object, error);
        yaml_event_delete(&event);
        if (!ok)
            return NULL;
    }
}

static json_t *read_value(struct reader *reader, const yaml_event_t *event, GError **error)
{
    json_t *value = NULL;

    if (event->type == YAML_SCALAR_EVENT)
        return read_scalar(reader, event, error);
    if (reader->depth == YAML_MAX_DEPTH) {
        set_error(error, &event->start_mark, "nested too deeply");
        return NULL;
    }
    reader->depth++;
    if (event->type == YAML_SEQUENCE_START_EVENT)
        value = read_sequence(reader, error);
    else if (event->type == YAML_MAPPING_START_EVENT)
        value = read_mapping(reader, error);
    else
        set_error(error, &event->start_mark, "this is not a value");
    reader->depth--;
    return value;
}

static const char *anchor_of(const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return (const char *)event->data.scalar.anchor;
    case YAML_SEQUENCE_START_EVENT:
        return (const char *)event->data.sequence_start.anchor;
    case YAML_MAPPING_START_EVENT:
        return (const char *)event->data.mapping_start.anchor;
    default:
        return NULL;
    }
}

static json_t *read_node(struct reader *reader, const yaml_event_t *event, GError **error)
{
    unsigned before = reader->n_nodes;
    const char *anchor = anchor_of(event);
    json_t *value;

    if (event->type == YAML_ALIAS_EVENT)
        return read_alias(reader, event, error);
    if (!count_nodes(reader, 1, &event->start_mark, error))
        return NULL;
    value = read_value(reader, event, error);
    if (value != NULL && anchor != NULL) {
        struct node *node = g_new0(struct node, 1);

        node->value = json_incref(value);
        node->n_nodes = reader->n_nodes - before;
        g_hash_table_replace(reader->anchors, g_strdup(anchor), node);
    }
    return value;
}

static json_t *read_document(struct reader *reader, GError **error)
{
    json_auto_t *value = NULL;

    for (;;) {
        yaml_event_t event;
        yaml_event_type_t type;
        bool ok = true;

        if (!next_event(reader, &event, error))
            return NULL;
        type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT && value != NULL) {
            set_error(error, &event.start_mark, "a second document begins here");
            ok = false;
        } else if (type != YAML_STREAM_START_EVENT && type != YAML_STREAM_END_EVENT &&
                   type != YAML_DOCUMENT_START_EVENT && type != YAML_DOCUMENT_END_EVENT) {
            value = read_node(reader, &event, error);
            ok = value != NULL;
        }
        yaml_event_delete(&event);
        if (!ok)
            return NULL;
        if (type == YAML_STREAM_END_EVENT)
            return value != NULL ? json_incref(value) : json_null();
    }
}

static json_t *parse(const char *text, size_t len, bool typed, GError **error)
{
    struct reader reader = {.typed = typed};
    json_t *value;

    if (len > YAML_MAX_BYTES) {
        g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "larger than %u MiB",
                    YAML_MAX_BYTES >> 20);
        return NULL;
    }
    if (len == 0)
        return json_null();
    if (!yaml_parser_initialize(&reader.parser))
        g_error("no memory");
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, len);
    reader.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, node_free);
    value = read_document(&reader, error);
    g_hash_table_unref(reader.anchors);
    yaml_parser_delete(&reader.parser);
    return value;
}

json_t *yaml_parse(const char *text, size_t len, GError **error)
{
    return parse(text, len, false, error);
}

json_t *yaml_parse_typed(const char *text, size_t len, GError **error)
{
    return parse(text, len, true, error);
}
