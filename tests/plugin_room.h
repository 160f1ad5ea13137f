/* Login plugins as shell scripts, in a folder of a test's own, and a server that is asked with what
 * they answer. */
#ifndef TESTS_PLUGIN_ROOM_H
#define TESTS_PLUGIN_ROOM_H

#include "kube/plugin.h"
#include "tests/fake.h"

#define V1 "client.authentication.k8s.io/v1"
#define GOOD(status)                                                                             \
    "printf '%s\\n' '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":{" status \
    "}}'\n"
#define TOKEN(token) GOOD("\"token\":\"" token "\"")

struct room {
    char *folder; /* $FOLDER for the scripts */
    struct fake fake;
    GString *log; /* no secret may be in it in the end: nothing that begins with SECRET */
};

void room_up(struct room *room, gconstpointer data);
void room_down(struct room *room, gconstpointer data);

/* A plugin of the user "ann" whose script has this body; NULL: one that is not there. Each run adds
 * a byte to the file "runs". */
struct plugin *room_plugin(const struct room *room, const char *body, enum plugin_mode mode);

/* What stands in a file of the folder, without space at its end; "" when it is not there. */
char *room_read(const struct room *room, const char *name);
void room_check_runs(const struct room *room, size_t n);

#endif
