#include "tui/memory.h"

#include <string.h>

#include "tui/state_file.h"

#define MAX_WORDS 12    /* of one cluster */
#define MAX_CLUSTERS 40 /* then those that were first go */

/* A group of the key file for each cluster; both are escaped by it, but not a group's name. */
static char *group_of(const char *cluster)
{
    g_autofree char *safe = g_uri_escape_string(cluster, NULL, FALSE);
    return g_strconcat("cluster ", safe, NULL);
}

static GKeyFile *load(const char *file)
{
    GKeyFile *keys = g_key_file_new();
    g_autofree char *text = state_file_read(file);
    if (text)
        g_key_file_load_from_data(keys, text, (gsize)-1, G_KEY_FILE_NONE, NULL);
    return keys;
}

char **memory_words(const char *file, const char *cluster)
{
    g_autoptr(GKeyFile) keys = load(file);
    g_autofree char *group = group_of(cluster);
    char **words = g_key_file_get_string_list(keys, group, "words", NULL, NULL);
    return words ? words : g_new0(char *, 1);
}

bool memory_keep(const char *file, const char *cluster, const char *word, GError **error)
{
    g_autoptr(GKeyFile) keys = load(file);
    g_autofree char *group = group_of(cluster);
    g_auto(GStrv) before = memory_words(file, cluster);
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    gsize n_groups = 0;
    g_auto(GStrv) groups = g_key_file_get_groups(keys, &n_groups);

    g_ptr_array_add(words, g_strdup(word));
    for (size_t i = 0; before[i] && words->len < MAX_WORDS; i++) {
        if (strcmp(before[i], word) != 0)
            g_ptr_array_add(words, g_strdup(before[i]));
    }
    for (size_t i = 0; i + MAX_CLUSTERS <= n_groups; i++)
        g_key_file_remove_group(keys, groups[i], NULL);
    g_key_file_set_string_list(keys, group, "words", (const char *const *)words->pdata, words->len);
    g_autofree char *text = g_key_file_to_data(keys, NULL, NULL);
    return state_file_write(file, text, error);
}
