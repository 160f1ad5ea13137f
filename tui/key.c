#include "tui/key.h"

#include <string.h>

#include "tui/text.h"

static const struct {
    const char *name;
    int key;
} names[] = {
    {"enter", TKEY_RETURN},
    {"esc", TKEY_ESCAPE},
    {"tab", TKEY_TAB},
    {"space", ' '},
    {"backspace", TKEY_BACKSPACE},
    {"up", TKEY_UP},
    {"down", TKEY_DOWN},
    {"left", TKEY_LEFT},
    {"right", TKEY_RIGHT},
    {"pgup", TKEY_PAGE_UP},
    {"pgdn", TKEY_PAGE_DOWN},
    {"home", TKEY_HOME},
    {"end", TKEY_END},
    {"del", TKEY_DELETE},
    {"S-left", TKEY_SHIFT_LEFT},
    {"S-right", TKEY_SHIFT_RIGHT},
    {"S-tab", TKEY_BACK_TAB},
    {"resize", TKEY_RESIZED},
};

int key_parse(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(name, names[i].name) == 0)
            return names[i].key;
    }
    if (name[0] == '^' && name[1] >= 'A' && name[1] <= 'Z' && name[2] == '\0')
        return name[1] - 'A' + 1;
    gunichar c = g_utf8_get_char_validated(name, -1);
    if (*name == '\0' || c >= TKEY_FIRST_SPECIAL || *text_next(name) != '\0' ||
        !g_unichar_isprint(c))
        return TKEY_NONE;
    return (int)c;
}

char *key_text(int key)
{
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (key == names[i].key)
            return g_strdup(names[i].name);
    }
    if (key > 0 && key < 27)
        return g_strdup_printf("^%c", key - 1 + 'A');
    char utf8[8] = "";
    if (key > 0 && key < TKEY_FIRST_SPECIAL && g_unichar_isprint((gunichar)key)) {
        utf8[g_unichar_to_utf8((gunichar)key, utf8)] = '\0';
        return g_strdup(utf8);
    }
    return g_strdup_printf("key %d", key);
}

static const struct {
    const char *bytes;
    int key;
} sequences[] = {
    {"[A", TKEY_UP},
    {"OA", TKEY_UP},
    {"[B", TKEY_DOWN},
    {"OB", TKEY_DOWN},
    {"[C", TKEY_RIGHT},
    {"OC", TKEY_RIGHT},
    {"[D", TKEY_LEFT},
    {"OD", TKEY_LEFT},
    {"[H", TKEY_HOME},
    {"OH", TKEY_HOME},
    {"[1~", TKEY_HOME},
    {"[7~", TKEY_HOME},
    {"[F", TKEY_END},
    {"OF", TKEY_END},
    {"[4~", TKEY_END},
    {"[8~", TKEY_END},
    {"[5~", TKEY_PAGE_UP},
    {"[6~", TKEY_PAGE_DOWN},
    {"[3~", TKEY_DELETE},
    {"[Z", TKEY_BACK_TAB},
    {"[1;2D", TKEY_SHIFT_LEFT},
    {"[d", TKEY_SHIFT_LEFT},
    {"[1;2C", TKEY_SHIFT_RIGHT},
    {"[c", TKEY_SHIFT_RIGHT},
    {"OM", TKEY_RETURN},
};

/* ECMA-48: a control sequence ends in a byte of 0x40 to 0x7e, a single shift has one byte. */
static bool sequence_is_whole(const char *bytes, size_t len)
{
    if (bytes[0] == 'O')
        return len >= 2;
    unsigned char last = (unsigned char)bytes[len - 1];
    return len >= 2 && (last < 0x20 || last >= 0x40);
}

int key_sequence(const char *bytes, size_t len)
{
    if (len == 0)
        return TKEY_MORE;
    for (size_t i = 0; i < G_N_ELEMENTS(sequences); i++) {
        if (strlen(sequences[i].bytes) == len && memcmp(sequences[i].bytes, bytes, len) == 0)
            return sequences[i].key;
    }
    return sequence_is_whole(bytes, len) ? TKEY_NONE : TKEY_MORE;
}

bool key_in(const char *keys, int key)
{
    while (*keys) {
        size_t len = strcspn(keys, " ");
        g_autofree char *name = g_strndup(keys, len);
        if (len > 0 && key_parse(name) == key)
            return true;
        keys += len + (keys[len] == ' ');
    }
    return false;
}

bool key_is_text(int key)
{
    return key >= ' ' && key < TKEY_FIRST_SPECIAL && key != TKEY_BACKSPACE;
}
