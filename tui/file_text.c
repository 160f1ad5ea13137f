#include "tui/file_text.h"

#include <string.h>

char *file_trace_version(const struct entry *entry)
{
    const char *begin = "go ", *head = entry->head;
    const char *end = head ? strstr(head, " trace") : NULL;
    size_t digits;
    if (!end || !g_str_has_prefix(head, begin) || strcmp(end, " trace") != 0)
        return NULL;
    head += strlen(begin);
    digits = strspn(head, "0123456789.");
    return digits > 0 && head + digits == end ? g_strndup(head, digits) : NULL;
}

const char *file_packing(const struct entry *entry)
{
    static const struct {
        const char *begin, *name;
    } packings[] = {{"\x1f\x8b", "gzip"}, {"\x28\xb5\x2f\xfd", "zstd"}};
    for (size_t i = 0; entry->head && i < G_N_ELEMENTS(packings); i++) {
        if (g_str_has_prefix(entry->head, packings[i].begin))
            return packings[i].name;
    }
    return NULL;
}

char *file_kind_text(const struct entry *entry)
{
    g_autofree char *version = file_trace_version(entry);
    if (version)
        return g_strdup_printf("go %s trace", version);
    if (file_packing(entry))
        return g_strdup(file_packing(entry));
    if (entry->kind == ENTRY_FOLDER)
        return g_strdup("folder");
    if (entry->kind == ENTRY_OTHER)
        return g_strdup(entry->link ? "link to no file" : "special");
    return g_strdup("");
}

bool file_is_no_trace(const struct entry *entry)
{
    g_autofree char *version = file_trace_version(entry);
    return !version && !file_packing(entry) &&
           (entry->head || entry->size_bytes == 0 || entry->kind != ENTRY_FILE);
}
