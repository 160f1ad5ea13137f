#include "kube/error.h"

#include <string.h>

G_DEFINE_QUARK(kube - error - quark, kube_error)

static const char *const hints[] = {
    [KUBE_ERROR_CONFIG] = "repair that, or name another file with --kubeconfig",
    [KUBE_ERROR_PLUGIN] = "run it by hand and see what it wants, or give a token with --token",
    [KUBE_ERROR_CONNECT] = "check the server's address, your VPN and the proxy",
    [KUBE_ERROR_UNAUTHORIZED] = "log in again: the token or certificate may have expired",
    [KUBE_ERROR_FORBIDDEN] = "ask the cluster's administrators for the right that is named there",
    [KUBE_ERROR_NOT_FOUND] = "look what is there with: tracetui get pods -A",
    [KUBE_ERROR_GONE] = "ask again",
    [KUBE_ERROR_BAD_REQUEST] = "check what was asked for",
    [KUBE_ERROR_SERVER] = "see what was asked and answered with -v",
    [KUBE_ERROR_CUT] = "try again",
    [KUBE_ERROR_COMMAND] = "check the path, and that it is the right container (-c)",
    [KUBE_ERROR_INCOMPLETE] = "pull again, when the program has finished writing the file",
    [KUBE_ERROR_FILE] = "write to another folder or under another name",
    [KUBE_ERROR_NO_TOOLS] = "look into it through an image with tools: --debug-image busybox; "
                            "or take a fresh trace from the program's pprof port: tracetui capture",
    [KUBE_ERROR_USAGE] = NULL,
};

/* What a part of the message tells beyond the code. */
static const struct {
    const char *words, *hint;
} special[] = {
    {"the ephemeral container ", "name an image that the node can get, with sh and sleep in it"},
    {" cannot be looked into: ", "take a fresh trace from its pprof port: tracetui capture"},
    {"which share them (shareProcessNamespace)",
     "take a fresh trace from its pprof port: tracetui capture"},
    /* Of captures: before the words of the server, which stand behind these. */
    {"nothing listens on port",
     "name the port of net/http/pprof: --port, or on the screen its field"},
    {"speaks HTTPS, not HTTP", "ask over TLS: --https, or on the screen https: before the port"},
    {"speaks HTTP, not HTTPS",
     "ask without TLS: no --https, or on the screen no https: before the port"},
    {"is no HTTP server", "name another port: --port"},
    {"somebody else is tracing", "wait until that is over, and ask again"},
    {"ends every answer before",
     "ask for fewer seconds, or let the program's WriteTimeout be longer"},
    {"the program serves nothing at",
     "let the program import net/http/pprof, or name another port or path: --port, --path"},
    {"the program sends on from", "ask for that path: --path"},
    {"the program's answer is", "name another port or path: --port, --path"},
    {"the pod's address leads nowhere", "look how the pod is: tracetui get pods"},
    {"a network policy may be the cause",
     "let the API server reach that port, or name another: --port"},
    {"the pod has no address yet", "wait until it runs; kubectl describe pod says why not"},
    {"the pod has no such container", "look which it has with: tracetui get containers"},
    {"the pod has ended", "take a pod that runs"},
    {"is neither a port's number", "name it by its number"},
    {"resource \"pods/proxy\"", "ask the cluster's administrators for get on pods/proxy"},
    {"there is no program \"",
     "take another container of the pod that shares the folder, or add one "
     "with: kubectl debug"},
    {"certificate has expired",
     "have the server's certificate renewed; check this machine's clock, too"},
    {"the server's certificate is not trusted",
     "check certificate-authority and tls-server-name in the kubeconfig"},
    {"an HTTP request to an HTTPS server", "begin the server's address with https://"},
    {"does not speak TLS", "begin the server's address with http://, if it speaks no TLS"},
    {"does not speak HTTP", "check the server's address and port: it is not an API server's"},
    {"a container name must be specified", "name one of them with -c"},
    {"is not valid for pod", "look which containers it has with: tracetui get containers"},
    {"refused without a word", "check the proxy on the way; ask the administrators what your login "
                               "may do"},
    {"no login was sent", "give the context's user a token, a certificate or an exec plugin"},
    {"the proxy wants a login", "put its user and password into proxy-url or the environment's "
                                "proxy"},
    {"no WebSocket was opened", "have it let WebSockets through, or go another way round"},
    {"node cannot be reached", "try again in a moment; kubectl get nodes says how it is"},
    {"a web page came", "log in to the network or proxy that shows it, or correct the server's "
                        "address"},
    {"it sends us on to", "correct the server's address, or log in to what stands before it"},
    {"something before it", "try again in a moment; if that stays, no API server is behind it"},
    {"Service Unavailable", "try again in a moment"},
    {"at the cluster scope", "name a namespace with -n; rights for the whole cluster are the "
                             "administrators' to give"},
    {"404 page not found", "check the path in the server's address"},
    {"could not find the requested resource", "check the path in the server's address"},
    {"too busy", "try again in a minute, or ask for less with -n or -l"},
    {"an answer of more than", "ask for less, with -n or -l"},
    {"but says nothing", "try again in a moment; if that stays, the server hangs or is none"},
    {"ended before an answer came",
     "try again; if that stays, does the server's address begin with the right http or https?"},
    {"No space left on device", "make room, or write to another folder"},
    {"there is such a file already", "give another name, or remove it first"},
    {"the pod has not been started yet", "wait until it runs; kubectl describe pod says why not"},
    {"the container is not running", "look how its containers are with: tracetui get containers"},
};

const char *kube_error_hint(const GError *error)
{
    if (error == NULL || error->domain != KUBE_ERROR)
        return NULL;
    if (error->code < 0 || (size_t)error->code >= G_N_ELEMENTS(hints))
        return NULL;
    if (strstr(error->message, "; try: ") != NULL)
        return NULL; /* it brings its own */
    for (size_t i = 0; i < G_N_ELEMENTS(special); i++)
        if (strstr(error->message, special[i].words) != NULL)
            return special[i].hint;
    return hints[error->code];
}
