/* The files of the made-up cluster, and the ephemeral containers that look for them. */
#include <string.h>

#include "kube/debug.h"
#include "kube/directory.h"
#include "kube/workload.h"
#include "tests/fake_cluster.h"

/* --- what a pod is one of --- */

char *workload_guess(const struct pod *pod)
{
    (void)pod;
    return g_strdup("Deployment/web");
}

struct workload_request *workload_ask(struct client *client, const struct pod *pod,
                                      workload_done_fn *done, void *data)
{
    (void)client, (void)pod, (void)done, (void)data;
    return NULL;
}

void workload_cancel(struct workload_request *request)
{
    (void)request;
    g_assert_not_reached();
}

/* --- files --- */

struct directory_read {
    directory_done_fn *done;
    void *data;
    char *path;
    bool below; /* another root: there are tools */
    guint source;
};

struct fake_file {
    const char *folder, *name, *head;
    enum entry_kind kind;
    bool link;
    int64_t size_bytes, age_s;
};

static const struct fake_file fake_files[] = {
    {"/tmp/trace_dir", "trace.out", "go 1.26 trace", ENTRY_FILE, false, 3145728, 1830},
    {"/tmp/trace_dir", "notes.txt", "Traces are writt", ENTRY_FILE, false, 41, 2430},
    {"/tmp/trace_dir", "latest", "go 1.26 trace", ENTRY_FILE, true, 3145728, 1830},
    {"/tmp/trace_dir", "before.out.gz", "\x1f\x8b\x08", ENTRY_FILE, false, 812345, 4230},
    {"/tmp/trace_dir", "old", "", ENTRY_FOLDER, false, 4096, 91800},
    {"/tmp/trace_dir", "esc\033[31mred\nline", "go 1.22 trace", ENTRY_FILE, false, 99000, 101800},
    {"/tmp/trace_dir", "empty.out", NULL, ENTRY_FILE, false, 0, 111000},
    {"/tmp/trace_dir", "bytes\xff.out", "go 1.22 trace", ENTRY_FILE, false, 99000, 121000},
    {"/tmp/trace_dir", "broken", NULL, ENTRY_OTHER, true, 12, 131000},
    {"/tmp/trace_dir",
     "checkout-service-with-a-very-long-name-of-its-own-2026-11-24T08-00-00.trace", "go 1.22 trace",
     ENTRY_FILE, false, 123456789, 201000},
    {"/tmp/trace_dir/old", "x.out", "go 1.22 trace", ENTRY_FILE, false, 99000, 101800},
    {"/tmp", "trace_dir", NULL, ENTRY_FOLDER, false, 4096, 1830},
    {"/data", "x.out", "go 1.26 trace", ENTRY_FILE, false, 5000, 2430},
    {"/data", "newer.out", "go 1.26 trace", ENTRY_FILE, false, 5000, 1830},
    {"/", "tmp", NULL, ENTRY_FOLDER, false, 4096, 1830},
    {"/", "data", NULL, ENTRY_FOLDER, false, 4096, 1830},
};

static void entry_free(void *data)
{
    struct entry *entry = data;
    g_free(entry->name);
    g_free(entry->head);
    g_free(entry);
}

void directory_free(struct directory *directory)
{
    if (!directory)
        return;
    g_ptr_array_unref(directory->entries);
    g_free(directory->path);
    g_free(directory);
}

char *directory_path_of(const struct directory *directory, const struct entry *entry)
{
    return g_build_filename(directory->path, entry->name, NULL);
}

static void add_entry(struct directory *directory, const struct fake_file *file)
{
    struct entry *entry = g_new0(struct entry, 1);
    entry->name = g_strdup(file->name);
    entry->head = g_strdup(file->head);
    entry->kind = file->kind;
    entry->link = file->link;
    entry->size_bytes = file->size_bytes;
    entry->changed_s = g_get_real_time() / G_USEC_PER_SEC - file->age_s;
    g_ptr_array_add(directory->entries, entry);
}

/* Of a folder, or the one file that is asked for. */
static struct directory *made_up_directory(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    struct directory *directory = g_new0(struct directory, 1);
    directory->path = g_strdup(path);
    directory->entries = g_ptr_array_new_with_free_func(entry_free);
    for (size_t i = 0; i < G_N_ELEMENTS(fake_files) && !fake_cluster.files_empty; i++) {
        const struct fake_file *file = &fake_files[i];
        if (strcmp(file->folder, path) == 0) {
            add_entry(directory, file);
        } else if (strcmp(file->folder, folder) == 0 && strcmp(file->name, name) == 0 &&
                   file->kind == ENTRY_FILE) {
            directory->is_file = true;
            g_free(directory->path);
            directory->path = g_strdup(folder);
            add_entry(directory, file);
        }
    }
    directory->n_entries = fake_cluster.files_many ? 100500 : directory->entries->len;
    return directory;
}

static gboolean answer_directory(gpointer data)
{
    struct directory_read *read = data;
    bool fails = fake_cluster.files_error >= 0 && !read->below;
    g_autoptr(GError) error = fails ? fake_cluster_error(fake_cluster.files_error) : NULL;
    directory_done_fn *done = read->done;
    void *done_data = read->data;
    struct directory *directory = fails ? NULL : made_up_directory(read->path);
    read->source = 0;
    directory_cancel(read);
    done(directory, error, done_data);
    return G_SOURCE_REMOVE;
}

static bool is_folder(const char *path)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fake_files); i++)
        if (strcmp(fake_files[i].folder, path) == 0)
            return true;
    return false;
}

struct directory_read *directory_read(struct client *client,
                                      const struct directory_request *request,
                                      directory_done_fn *done, void *data)
{
    (void)client;
    struct directory_read *read = g_new0(struct directory_read, 1);
    const char *const *path = request->paths;
    while (!is_folder(*path) && path[1])
        path++;
    read->done = done;
    read->data = data;
    read->path = g_strdup(*path);
    read->below = request->root != NULL;
    if (!fake_cluster.silent)
        read->source = g_idle_add(answer_directory, read);
    return read;
}

void directory_cancel(struct directory_read *read)
{
    g_clear_handle_id(&read->source, g_source_remove);
    g_free(read->path);
    g_free(read);
}

struct debug {
    debug_done_fn *done;
    void *data;
    bool add;
    guint source;
};

static gboolean answer_debug(gpointer data)
{
    struct debug *debug = data;
    const struct debug_result result = {debug->add ? "tracetui-0a1b2c3d" : NULL, "app",
                                        "/proc/1/root", true};
    bool fails = fake_cluster.debug_error >= 0;
    g_autoptr(GError) error = fails ? fake_cluster_error(fake_cluster.debug_error) : NULL;
    debug_done_fn *done = debug->done;
    void *done_data = debug->data;
    debug->source = 0;
    debug_cancel(debug);
    done(fails ? NULL : &result, error, done_data);
    return G_SOURCE_REMOVE;
}

struct debug *debug_start(struct client *client, const struct debug_request *request,
                          debug_done_fn *done, void *data)
{
    (void)client;
    struct debug *debug = g_new0(struct debug, 1);
    debug->done = done;
    debug->data = data;
    debug->add = request->add;
    debug->source = g_idle_add(answer_debug, debug);
    return debug;
}

void debug_cancel(struct debug *debug)
{
    g_clear_handle_id(&debug->source, g_source_remove);
    g_free(debug);
}

char *debug_text(const struct debug_request *request)
{
    return g_strdup_printf("An ephemeral container of image %s is added to pod %s/%s, container "
                           "%s. It stays until the pod goes.",
                           request->image, request->place.namespace, request->place.pod,
                           request->place.container);
}
