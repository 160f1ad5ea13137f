#include "kube/directory_text.h"

#include <string.h>

struct reading {
    struct directory *directory;
    GHashTable *by_name; /* the entries */
    const char *at, *end;
    const char *path; /* that was asked for */
};

static void entry_free(void *data)
{
    struct entry *entry = (struct entry *)data;

    g_free(entry->name);
    g_free(entry->head);
    g_free(entry);
}

static struct directory *directory_new(void)
{
    struct directory *directory = g_new0(struct directory, 1);

    directory->entries = g_ptr_array_new_with_free_func(entry_free);
    return directory;
}

void directory_free(struct directory *directory)
{
    if (directory == NULL)
        return;
    g_ptr_array_unref(directory->entries);
    g_free(directory->path);
    g_free(directory);
}

char *directory_path_of(const struct directory *directory, const struct entry *entry)
{
    bool slash = g_str_has_suffix(directory->path, "/");

    return g_strconcat(directory->path, slash ? "" : "/", entry->name, NULL);
}

/* The bytes up to this one, which is passed over; NULL: it does not come. g_free() it. */
static char *take(struct reading *reading, char end)
{
    const char *at = reading->at;
    const char *found = memchr(at, end, (size_t)(reading->end - at));

    if (found == NULL)
        return NULL;
    reading->at = found + 1;
    return g_strndup(at, (size_t)(found - at));
}

/* Takes the name over. NULL for what is no entry: "." and "..". */
static struct entry *add_entry(struct reading *reading, char *name)
{
    struct entry *entry;

    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        g_free(name);
        return NULL;
    }
    entry = g_new0(struct entry, 1);
    entry->name = name;
    entry->kind = ENTRY_OTHER;
    entry->size_bytes = -1;
    g_ptr_array_add(reading->directory->entries, entry);
    g_hash_table_insert(reading->by_name, entry->name, entry);
    return entry;
}

static int64_t number_of(const char *digits)
{
    guint64 number = digits != NULL ? g_ascii_strtoull(digits, NULL, 10) : 0;

    return (int64_t)MIN(number, (guint64)G_MAXINT64);
}

/* The type of a file is in the four highest bits of its mode: POSIX leaves the values open, Linux
 * has had these for ever (inode(7)). */
static enum entry_kind kind_of_mode(guint64 mode)
{
    switch (mode & 0170000) {
    case 0100000:
        return ENTRY_FILE;
    case 0040000:
        return ENTRY_FOLDER;
    default:
        return ENTRY_OTHER;
    }
}

/* "s81a4 123 1700000000 NAME/" and a newline; with l, of what the link leads to. */
static bool read_stat(struct reading *reading, bool followed)
{
    g_autofree char *mode_text = take(reading, ' ');
    g_autofree char *size = mode_text != NULL ? take(reading, ' ') : NULL;
    g_autofree char *time = size != NULL ? take(reading, ' ') : NULL;
    char *name = time != NULL ? take(reading, '/') : NULL;
    struct entry *entry;
    guint64 mode;

    if (name == NULL)
        return false;
    mode = g_ascii_strtoull(mode_text, NULL, 16);
    if (followed) {
        entry = (struct entry *)g_hash_table_lookup(reading->by_name, name);
        g_free(name);
    } else {
        entry = add_entry(reading, name);
    }
    if (reading->at < reading->end && *reading->at == '\n')
        reading->at++;
    if (entry == NULL)
        return true;
    entry->link = followed || (mode & 0170000) == 0120000;
    entry->kind = kind_of_mode(mode);
    entry->size_bytes = number_of(size);
    entry->changed_s = number_of(time);
    return true;
}

/* "ff,123,1700000000.5,NAME/" and a newline, of find. */
static bool read_find(struct reading *reading)
{
    g_autofree char *type = take(reading, ',');
    g_autofree char *size = type != NULL ? take(reading, ',') : NULL;
    g_autofree char *time = size != NULL ? take(reading, ',') : NULL;
    char *name = time != NULL ? take(reading, '/') : NULL;
    struct entry *entry;

    if (name == NULL)
        return false;
    if (*name == '\0' && *type != 'd') { /* what was asked for itself */
        reading->directory->is_file = true;
        g_free(name);
        name = g_path_get_basename(reading->path);
    }
    entry = add_entry(reading, name);
    if (reading->at < reading->end && *reading->at == '\n')
        reading->at++;
    if (entry == NULL)
        return true;
    entry->link = *type == 'l';
    entry->kind = *type == 'd' ? ENTRY_FOLDER : *type == 'f' ? ENTRY_FILE : ENTRY_OTHER;
    entry->size_bytes = number_of(size);
    entry->changed_s = number_of(time);
    return true;
}

/* --- ls -l --- */

/* The next word of a line, which ends at a blank; NULL: there is none. */
static char *take_word(char **line)
{
    char *word = *line + strspn(*line, " ");

    if (*word == '\0')
        return NULL;
    *line = word + strcspn(word, " ");
    if (**line != '\0')
        *(*line)++ = '\0';
    return word;
}

/* "2026-11-24", "08:48:35.123456789", "+0000". */
static int64_t time_of(const char *date, const char *clock, const char *zone)
{
    g_autofree char *text = g_strdup_printf("%sT%.8s%s", date, clock, zone);
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);

    return time != NULL ? g_date_time_to_unix(time) : 0;
}

/* The name is what is left of the line: it may begin with blanks. */
static bool read_ls_line(struct reading *reading, char *line)
{
    char *mode = take_word(&line);
    char *skipped[3], *size, *date, *clock, *zone, *arrow, *comma;
    struct entry *entry;

    for (size_t i = 0; i < G_N_ELEMENTS(skipped); i++) /* links, owner, group */
        skipped[i] = take_word(&line);
    size = take_word(&line);
    comma = size != NULL ? strchr(size, ',') : NULL;
    if (comma != NULL && comma[1] == '\0') /* a device: its minor number is a word of its own */
        take_word(&line);
    date = take_word(&line);
    clock = take_word(&line);
    zone = take_word(&line);
    if (zone == NULL || skipped[2] == NULL || strchr("-dlbcps", *mode) == NULL || *line == '\0')
        return false;
    arrow = *mode == 'l' ? strstr(line, " -> ") : NULL;
    if (arrow != NULL)
        *arrow = '\0';
    /* Of a file that was asked for by name, ls says all of that. */
    entry = add_entry(reading, g_path_get_basename(line));
    if (entry == NULL)
        return true;
    reading->directory->is_file = strchr(line, '/') != NULL;
    entry->link = *mode == 'l';
    entry->kind = *mode == 'd' ? ENTRY_FOLDER : *mode == '-' ? ENTRY_FILE : ENTRY_OTHER;
    entry->size_bytes = comma == NULL ? number_of(size) : -1;
    entry->changed_s = time_of(date, clock, zone);
    return true;
}

/* Lines that are none of ls -l are passed over: "total 8", the rest of a name with a newline. */
static void read_ls(struct reading *reading, const char *text)
{
    bool was_file = reading->directory->is_file;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (char **line = lines; *line != NULL; line++)
        read_ls_line(reading, *line);
    reading->directory->is_file |= was_file;
}

/* --- records --- */

/* "D12/FOLDER" and NUL. */
static bool read_folder(struct reading *reading, bool is_file, const char *root)
{
    struct directory *directory = reading->directory;
    g_autofree char *count = take(reading, '/');
    g_autofree char *path = count != NULL ? take(reading, '\0') : NULL;
    const char *below;

    if (path == NULL || directory->path != NULL)
        return false;
    below = root != NULL && g_str_has_prefix(path, root) ? path + strlen(root) : path;
    directory->path = g_strdup(*below != '\0' ? below : "/");
    directory->is_file = is_file;
    directory->n_entries = (uint64_t)number_of(g_strchug(count));
    return true;
}

static bool read_name(struct reading *reading)
{
    g_autofree char *record = take(reading, '\0');
    struct entry *entry;

    if (record == NULL || *record == '\0')
        return false;
    entry = add_entry(reading, g_strdup(record + 1));
    if (entry != NULL)
        entry->kind = *record == '0' ? ENTRY_FOLDER : ENTRY_FILE;
    return true;
}

static bool read_head(struct reading *reading)
{
    g_autofree char *name = take(reading, '/');
    char *head = name != NULL ? take(reading, '\0') : NULL;
    struct entry *entry =
        head != NULL ? (struct entry *)g_hash_table_lookup(reading->by_name, name) : NULL;

    if (entry == NULL || entry->head != NULL)
        g_free(head);
    else
        entry->head = head;
    return head != NULL;
}

static bool read_record(struct reading *reading, const char *root)
{
    char letter = *reading->at++;
    g_autofree char *text = NULL;

    switch (letter) {
    case 'D':
    case 'F':
        return read_folder(reading, letter == 'F', root);
    case 's':
    case 'l':
        return read_stat(reading, letter == 'l');
    case 'f':
        return read_find(reading);
    case 'n':
        return read_name(reading);
    case 'h':
        return read_head(reading);
    case 'L':
        g_free(take(reading, '\0'));
        text = take(reading, '\0');
        if (text != NULL)
            read_ls(reading, text);
        return text != NULL;
    default:
        return false;
    }
}

/* Where the times are equal or not known, the order in which they came stays. */
static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = *(const struct entry *const *)a;
    const struct entry *right = *(const struct entry *const *)b;

    return (left->changed_s < right->changed_s) - (left->changed_s > right->changed_s);
}

struct directory *directory_parse(enum directory_way way, const GString *out, const char *root,
                                  const char *path, GError **error)
{
    bool by_ls = way == DIRECTORY_LS || way == DIRECTORY_TOYBOX;
    g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
    struct reading reading = {.directory = directory_new(),
                              .by_name = by_name,
                              .at = out->str,
                              .end = out->str + out->len,
                              .path = path};
    struct directory *directory = reading.directory;
    bool good = true;

    if (by_ls)
        read_ls(&reading, out->str);
    while (!by_ls && good && reading.at < reading.end)
        good = read_record(&reading, root);
    if (directory->path == NULL && (by_ls || way == DIRECTORY_FIND))
        directory->path = directory->is_file ? g_path_get_dirname(path) : g_strdup(path);
    if (!good || directory->path == NULL) {
        directory_free(directory);
        g_set_error_literal(error, KUBE_ERROR, KUBE_ERROR_SERVER,
                            "what came out of the container is no listing of a folder");
        return NULL;
    }
    if (directory->n_entries <= DIRECTORY_MAX_ENTRIES)
        directory->n_entries = directory->entries->len;
    g_ptr_array_sort(directory->entries, compare_entries);
    if (directory->entries->len > DIRECTORY_MAX_ENTRIES)
        g_ptr_array_set_size(directory->entries, DIRECTORY_MAX_ENTRIES);
    return directory;
}
