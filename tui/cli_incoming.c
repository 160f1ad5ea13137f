#include "tui/cli_incoming.h"

#include <string.h>
#include <unistd.h>

#include <gio/gio.h>

#include "tui/console.h"

void cli_bar(double part, const char *text)
{
    g_autoptr(GString) line = g_string_new("\r");
    int known = console_columns(STDERR_FILENO), columns = known > 0 ? known : 80;
    int width = columns - 1 - (int)strlen(text) - 3;

    if (part >= 0 && width >= 10) {
        int full = (int)(width * MIN(part, 1.0));
        g_string_append_c(line, '[');
        for (int i = 0; i < width; i++)
            g_string_append_c(line, i < full ? '#' : '.');
        g_string_append(line, "] ");
    }
    /* A line that is broken by the terminal could not be written over. */
    g_printerr("%s%.*s\033[K", line->str, columns - 1, text);
}

void cli_bar_clear(void)
{
    g_printerr("\r\033[K");
}

char *cli_pipe_file(GError **error)
{
    g_autofree char *folder = g_dir_make_tmp("tracetui-XXXXXX", error);
    return folder ? g_build_filename(folder, "incoming", NULL) : NULL;
}

bool cli_pipe_pour(const char *file, GError **error)
{
    g_autoptr(GFile) source = g_file_new_for_path(file);
    g_autoptr(GFileInputStream) in = g_file_read(source, NULL, error);
    g_autoptr(GOutputStream) out = cli_stdout();
    return in && g_output_stream_splice(out, G_INPUT_STREAM(in),
                                        G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) >= 0;
}

void cli_pipe_remove(const char *file)
{
    g_autofree char *folder = g_path_get_dirname(file);
    (void)unlink(file);
    (void)rmdir(folder);
}
