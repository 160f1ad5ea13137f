/* The table of formats, and writing a file so that it is whole or not there. */
#include "config.h"

#include "trace/export.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gio/gunixoutputstream.h>
#include <glib/gstdio.h>

#include "trace/export_csv.h"
#include "trace/export_dot.h"
#include "trace/export_folded.h"
#include "trace/export_json.h"
#include "trace/export_pprof.h"
#include "trace/export_svg.h"
#include "trace/export_text.h"

#define PROFILE_KINDS "sync net syscall sched cpu"

const struct exporter exporters[] = {
    {"text", ".txt", "the summary in words and tables",
     TRACE_SUMMARY | TRACE_PROFILES | TRACE_INSIGHT, NULL, export_text},
    {"json", ".json", "the summary for scripts", TRACE_SUMMARY | TRACE_INSIGHT, NULL, export_json},
    {"csv", ".csv", "the goroutine groups for spreadsheets", TRACE_SUMMARY, NULL, export_csv},
    {"dot", ".dot", "the blocking graph for Graphviz", TRACE_PROFILES, PROFILE_KINDS, export_dot},
    {"svg", ".svg", "the blocking graph as a picture (runs dot)", TRACE_PROFILES, PROFILE_KINDS,
     export_svg},
    {"pprof", ".pb.gz", "a profile for go tool pprof", TRACE_PROFILES, PROFILE_KINDS, export_pprof},
    {"folded", ".folded", "stacks for flame graphs", TRACE_PROFILES | TRACE_FLAME,
     "flame " PROFILE_KINDS, export_folded},
    {NULL, NULL, NULL, 0, NULL, NULL},
};

bool exporter_takes(const struct exporter *exporter, const char *kind)
{
    if (exporter->kinds == NULL)
        return true;
    g_auto(GStrv) kinds = g_strsplit(exporter->kinds, " ", 0);
    return g_strv_contains((const char *const *)kinds, kind);
}

const struct exporter *exporter_find(const char *name)
{
    for (const struct exporter *e = exporters; e->name != NULL; e++)
        if (strcmp(e->name, name) == 0)
            return e;
    return NULL;
}

const struct exporter *exporter_for_path(const char *path)
{
    const struct exporter *best = NULL;
    for (const struct exporter *e = exporters; e->name != NULL; e++)
        if (g_str_has_suffix(path, e->suffix) &&
            (best == NULL || strlen(e->suffix) > strlen(best->suffix)))
            best = e;
    return best;
}

const struct profile *export_profile(const struct trace *trace, const char *kind, GError **error)
{
    enum profile_kind which = kind == NULL ? PROFILE_SYNC : profile_kind_parse(kind);
    if (which == PROFILE_N_KINDS) {
        g_set_error(error, TRACE_ERROR, TRACE_ERROR_USAGE,
                    "there is no profile kind \"%s\": use one of %s", kind, profile_kind_list());
        return NULL;
    }
    g_assert(trace->profiles[which] != NULL);
    return trace->profiles[which];
}

static bool fail(GError **error, const char *path, int why)
{
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(why), "%s: %s", path, g_strerror(why));
    return false;
}

static bool write_to_fd(const struct trace *trace, const struct exporter *exporter,
                        const char *kind, const char *path, int fd, GCancellable *cancellable,
                        GError **error)
{
    g_autoptr(GOutputStream) out = g_unix_output_stream_new(fd, FALSE);
    g_autoptr(GError) why = NULL;
    if (exporter->write(trace, kind, out, cancellable, &why))
        return true;
    /* A stream does not know which file it is; what else fails is not the file's fault. */
    if (why->domain == G_IO_ERROR && why->code != G_IO_ERROR_CANCELLED)
        g_prefix_error(&why, "%s: ", path);
    g_propagate_error(error, g_steal_pointer(&why));
    return false;
}

/* A pipe or a device is written to as it is: it must not be replaced by a file. */
static bool write_in_place(const struct trace *trace, const struct exporter *exporter,
                           const char *kind, const char *path, GCancellable *cancellable,
                           GError **error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return fail(error, path, errno);
    bool written = write_to_fd(trace, exporter, kind, path, fd, cancellable, error);
    if (close(fd) != 0 && written)
        return fail(error, path, errno);
    return written;
}

static bool write_beside(const struct trace *trace, const struct exporter *exporter,
                         const char *kind, const char *path, const struct stat *existing,
                         GCancellable *cancellable, GError **error)
{
    g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
    /* Made with the mode that any new file has: the umask takes its part. */
    int fd = g_mkstemp_full(temporary, O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail(error, path, errno);
    bool written = write_to_fd(trace, exporter, kind, path, fd, cancellable, error);
    if (written && existing != NULL && fchmod(fd, existing->st_mode & 07777) != 0)
        written = fail(error, path, errno);
    if (written && fsync(fd) != 0)
        written = fail(error, path, errno);
    if (close(fd) != 0 && written)
        written = fail(error, path, errno);
    if (written && g_rename(temporary, path) != 0)
        written = fail(error, path, errno);
    if (!written)
        g_unlink(temporary);
    return written;
}

bool export_to_file(const struct trace *trace, const struct exporter *exporter, const char *kind,
                    const char *path, GCancellable *cancellable, GError **error)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return write_beside(trace, exporter, kind, path, NULL, cancellable, error);
    if (S_ISDIR(status.st_mode))
        return fail(error, path, EISDIR);
    /* /dev/stdout can lead to a file that the shell has open. */
    if (!S_ISREG(status.st_mode) || g_str_has_prefix(path, "/dev/"))
        return write_in_place(trace, exporter, kind, path, cancellable, error);
    /* Through a symbolic link the file is replaced that it leads to. */
    char *real = realpath(path, NULL);
    bool written = write_beside(trace, exporter, kind, real != NULL ? real : path, &status,
                                cancellable, error);
    free(real);
    return written;
}
