#include "kube/demo_pods.h"

#define REGISTRY "registry.example/"
#define HOURS(n) ((n)*60)
/* Half an hour more than whole days and hours: what a table says of the age then stays the same
 * for as long as anybody looks. */
#define DAYS(n) ((n)*24 * 60 + 30)

static const struct demo_container web[] = {
    {"app", REGISTRY "shop/web:2.4.1", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true, false},
    {"sidecar", REGISTRY "mesh/proxy:1.9", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true, false},
    {0},
};
static const struct demo_container checkout[] = {
    {"app", REGISTRY "shop/checkout:5.0.3", CONTAINER_MAIN, DEMO_RUNNING, "", 137, 1, true, false},
    {0},
};
static const struct demo_container checkout_debug[] = {
    {"app", REGISTRY "shop/checkout:5.0.3", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true, false},
    {"debugger", REGISTRY "tools/busybox:1.36", CONTAINER_EPHEMERAL, DEMO_RUNNING, "", 0, 0, false,
     false},
    {0},
};
static const struct demo_container cart[] = {
    {"migrate", REGISTRY "shop/cart-migrate:1.2", CONTAINER_INIT, DEMO_TERMINATED, "Completed", 0,
     0, true, false},
    {"app", REGISTRY "shop/cart:1.2", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true, false},
    {0},
};
static const struct demo_container crashing[] = {
    {"app", REGISTRY "shop/payments:0.9.0", CONTAINER_MAIN, DEMO_WAITING, "CrashLoopBackOff", 2, 42,
     false, false},
    {0},
};
static const struct demo_container pulling[] = {
    {"app", REGISTRY "shop/thumbnails:nope", CONTAINER_MAIN, DEMO_WAITING, "ImagePullBackOff", 0, 0,
     false, false},
    {0},
};
static const struct demo_container pending[] = {
    {"app", REGISTRY "shop/search:3.3", CONTAINER_MAIN, DEMO_WAITING, "", 0, 0, false, false},
    {0},
};
static const struct demo_container beginning[] = {
    {"wait-for-db", REGISTRY "tools/busybox:1.36", CONTAINER_INIT, DEMO_RUNNING, "", 0, 0, false,
     false},
    {"app", REGISTRY "shop/orders:7.1", CONTAINER_MAIN, DEMO_WAITING, "PodInitializing", 0, 0,
     false, false},
    {0},
};
static const struct demo_container completed[] = {
    {"job", REGISTRY "shop/migrate:7.1", CONTAINER_MAIN, DEMO_TERMINATED, "Completed", 0, 0, false,
     false},
    {0},
};
static const struct demo_container ledger[] = {
    {"ledger", REGISTRY "shop/ledger:1.0", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true, true},
    {0},
};
static const struct demo_container recommender[] = {
    {"app", REGISTRY "shop/recommender:11.2", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 3, true, false},
    {0},
};
static const struct demo_container dns[] = {
    {"dns", REGISTRY "platform/dns:1.11", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true, false},
    {0},
};
static const struct demo_container log_agent[] = {
    {"agent", REGISTRY "platform/log-agent:4.4", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true,
     false},
    {0},
};
static const struct demo_container ingress[] = {
    {"controller", REGISTRY "platform/ingress:1.10", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true,
     false},
    {0},
};
static const struct demo_container added[] = {
    {"app", REGISTRY "shop/added:1", CONTAINER_MAIN, DEMO_RUNNING, "", 0, 0, true, false},
    {0},
};

const char *const demo_namespace_names[] = {"default", "empty", "platform", "shop", NULL};

const struct demo_pod_row demo_pod_rows[] = {
    {"platform", "dns-5d78c9869d-4m7tq", "Running", "Running", DAYS(41), 0, "node-1", "ReplicaSet",
     "dns-5d78c9869d", "app=dns,pod-template-hash=5d78c9869d", "", dns},
    {"platform", "dns-5d78c9869d-hx9rk", "Running", "Running", DAYS(41), 0, "node-2", "ReplicaSet",
     "dns-5d78c9869d", "app=dns,pod-template-hash=5d78c9869d", "", dns},
    {"platform", "ingress-controller-0", "Running", "Running", DAYS(12), 0, "node-1", "StatefulSet",
     "ingress-controller", "app=ingress", "", ingress},
    {"platform", "log-agent-8wz2c", "Running", "Running", DAYS(41), 0, "node-1", "DaemonSet",
     "log-agent", "app=log-agent", "", log_agent},
    {"platform", "log-agent-v5jnd", "Running", "Running", DAYS(41), 0, "node-2", "DaemonSet",
     "log-agent", "app=log-agent", "", log_agent},
    {"shop", "cart-0", "Running", "Running", DAYS(9), 0, "node-2", "StatefulSet", "cart",
     "app=cart,tier=back", "", cart},
    {"shop", "checkout-6f7d9c5b8-x2k4q", "Running", "Running", DAYS(5), DAYS(3), "node-1",
     "ReplicaSet", "checkout-6f7d9c5b8", "app=checkout,tier=back,pod-template-hash=6f7d9c5b8", "",
     checkout},
    {"shop", "checkout-6f7d9c5b8-zl9wp", "Running", "Running", DAYS(5), 0, "node-2", "ReplicaSet",
     "checkout-6f7d9c5b8", "app=checkout,tier=back,pod-template-hash=6f7d9c5b8", "",
     checkout_debug},
    {"shop", "ledger-0", "Running", "Running", DAYS(30), 0, "node-1", "StatefulSet", "ledger",
     "app=ledger,tier=back", "", ledger},
    {"shop", "migrate-orders-28xyz", "Succeeded", "Completed", HOURS(26) + 30, 0, "node-2", "Job",
     "migrate-orders", "app=migrate-orders,job-name=migrate-orders", "", completed},
    {"shop", "orders-84b5f7d6c9-rn6tv", "Pending", "Init:0/1", HOURS(11) + 30, 0, "node-1",
     "ReplicaSet", "orders-84b5f7d6c9", "app=orders,tier=back,pod-template-hash=84b5f7d6c9", "",
     beginning},
    {"shop", "payments-7c9d8f6b5-m4s8d", "Running", "CrashLoopBackOff", DAYS(4), HOURS(9) + 30,
     "node-2", "ReplicaSet", "payments-7c9d8f6b5",
     "app=payments,tier=back,pod-template-hash=7c9d8f6b5", "", crashing},
    /* 60 characters, as long as generated names get in the field. */
    {"shop", "recommendation-engine-batch-feature-extractor-7d4f9b6c8-q5w2", "Running", "Running",
     DAYS(15), DAYS(6), "node-2", "ReplicaSet",
     "recommendation-engine-batch-feature-extractor-7d4f9b6c8",
     "app=recommender,tier=batch,pod-template-hash=7d4f9b6c8", "", recommender},
    {"shop", "search-65c8b7d44f-p7k9h", "Pending", "Pending", HOURS(13) + 30, 0, "", "ReplicaSet",
     "search-65c8b7d44f", "app=search,tier=back,pod-template-hash=65c8b7d44f", "", pending},
    {"shop", "thumbnails-5b9d6f8c7-tt2xg", "Pending", "ImagePullBackOff", HOURS(20) + 30, 0,
     "node-1", "ReplicaSet", "thumbnails-5b9d6f8c7",
     "app=thumbnails,tier=batch,pod-template-hash=5b9d6f8c7", "", pulling},
    {"shop", "web", "Running", "Running", DAYS(5), 0, "node-1", "", "", "app=web,tier=front", "app",
     web},
    {0},
};

const struct demo_pod_row demo_added_row = {"",       "", "Running", "Running",   0,  0,
                                            "node-1", "", "",        "app=added", "", added};

#define TRACE_PATH "/tmp/trace_dir/trace.out"
const struct demo_file_row demo_file_rows[] = {
    {"shop", "web", "app", TRACE_PATH, "http-1.26.trace", NULL, 0},
    {"shop", "web", "app", "/tmp/trace_dir/annotations.out", "annotations-1.26.trace", NULL, 0},
    {"shop", "web", "app", "/tmp/trace_dir/truncated.out", "http-1.27.trace", NULL, 50000},
    {"shop", "web", "app", "/tmp/trace_dir/old.out", "syscalls-1.19.trace", NULL, 0},
    {"shop", "web", "app", "/tmp/trace_dir/empty.out", NULL, "", 0},
    {"shop", "web", "app", "/tmp/trace_dir/notes.txt", NULL,
     "Traces are written here at each SIGUSR1.\n", 0},
    {"shop", "web", "sidecar", TRACE_PATH, "syscalls-1.23.trace", NULL, 0},
    {"shop", "cart-0", "app", TRACE_PATH, "annotations-1.26.trace", NULL, 0},
    {"shop", "checkout-6f7d9c5b8-x2k4q", "app", TRACE_PATH, "mutex-1.24.trace", NULL, 0},
    {"shop", "checkout-6f7d9c5b8-zl9wp", "app", TRACE_PATH, "http-1.27.trace", NULL, 0},
    {"shop", "ledger-0", "ledger", TRACE_PATH, "annotations-1.26.trace", NULL, 0},
    {"shop", "recommendation-engine-batch-feature-extractor-7d4f9b6c8-q5w2", "app", TRACE_PATH,
     "manyprocs-1.27.trace", NULL, 0},
    {"platform", "ingress-controller-0", "controller", TRACE_PATH, "http-1.27.trace", NULL, 0},
    {"platform", "dns-5d78c9869d-4m7tq", "dns", TRACE_PATH, "syscalls-1.23.trace", NULL, 0},
    {NULL, NULL, NULL, "/etc/hostname", NULL, "practice\n", 0},
    {0},
};

const struct demo_port_row demo_port_rows[] = {
    {"shop", "web", "app", "http", 8080, false},
    {"shop", "web", "app", "pprof", 6060, true},
    {"shop", "cart-0", "app", "grpc", 9000, false},
    {"shop", "cart-0", "app", "debug", 6061, true},
    {"shop", "checkout-6f7d9c5b8-x2k4q", "app", "http", 8080, false},
    {"shop", "checkout-6f7d9c5b8-zl9wp", "app", "http", 8080, false},
    {"shop", "ledger-0", "ledger", "pprof", 6060, true},
    {"shop", "recommendation-engine-batch-feature-extractor-7d4f9b6c8-q5w2", "app", "pprof", 6060,
     true},
    {"platform", "ingress-controller-0", "controller", "http", 8080, false},
    {"platform", "ingress-controller-0", "controller", "metrics", 10254, true},
    {0},
};
