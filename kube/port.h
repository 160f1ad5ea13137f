/* Which port of a pod a program's net/http/pprof is likely behind. */
#ifndef KUBE_PORT_H
#define KUBE_PORT_H

#include "kube/pod.h"

#define PORT_DEFAULT 6060 /* what the documentation of net/http/pprof uses */

/* A number, or the name of a port that a container declares, which is then looked up here: API
 * servers end the connection without a word when they are asked for a name. `wanted` NULL: the
 * declared port that is called pprof, else 6060 if it is declared, else one whose name speaks of
 * pprof, debug or metrics, else 6060 all the same. Ports of `container` (NULL: none) come before
 * those of the others. The pod may be NULL where a number is wanted, or nothing.
 * 0: KUBE_ERROR_USAGE, with the ports that there are. */
unsigned port_choose(const struct pod *pod, const char *container, const char *wanted,
                     GError **error);

/* "6060 (pprof), 8080"; NULL when the pod declares none. g_free() it. */
char *port_list(const struct pod *pod);

#endif
