/* Records of the old format: how many numbers each has in each version, and what is none. */
#include <glib.h>
#include <string.h>

#include "tests/uvarint.h"
#include "trace/wire1.h"

static const int headers[] = {5, 7, 8, 9, 10, 11, 19, 21};

/* Room for a record and for what wire1_skip() and wire1_take() want behind it. */
struct bytes {
    uint8_t at[256];
    size_t len;
};

static void put(struct bytes *bytes, uint64_t value)
{
    g_autoptr(GByteArray) number = g_byte_array_new();
    uvarint_put(number, value);
    memcpy(bytes->at + bytes->len, number->data, number->len);
    bytes->len += number->len;
}

/* A record of n numbers 1000, 1001...; `free` of them need no place in the first byte. */
static struct bytes record_of(uint8_t type, unsigned n, unsigned free, bool is_long)
{
    struct bytes bytes = {.len = 0};
    is_long = is_long || n > 3 + free || n <= free;
    bytes.at[bytes.len++] = (uint8_t)(type | (is_long ? 3 : n - free - 1) << 6);
    if (is_long)
        put(&bytes, 2 * n);
    for (unsigned i = 0; i < n; i++)
        put(&bytes, 1000 + i);
    if (type == WIRE1_USER_LOG) {
        put(&bytes, 2);
        bytes.at[bytes.len++] = 'o';
        bytes.at[bytes.len++] = 'k';
    }
    return bytes;
}

static bool is_good(const struct wire1_format *format, const struct bytes *bytes,
                    struct wire1_record *record)
{
    struct cursor cursor = cursor_init(bytes->at, bytes->len);
    const char *why = NULL;
    bool good = wire1_read(&cursor, format, record, &why);
    g_assert_true(good ? cursor_left(&cursor) == 0 : why != NULL);
    return good;
}

/* How many numbers the event has, written down anew: 0 for none. */
static unsigned expected(uint8_t type, int minor)
{
    const struct wire1_spec *spec = &wire1_specs[type];
    if (spec->name == NULL || spec->since > minor)
        return 0;
    unsigned n = 1u + spec->n_args + spec->has_stack + (minor < 7);
    if (minor < 7 && (strcmp(spec->name, "GoStart") == 0 || strcmp(spec->name, "GoUnblock") == 0 ||
                      strcmp(spec->name, "GCStart") == 0))
        n--;
    if (minor < 9 && strcmp(spec->name, "GCSweepDone") == 0)
        n -= 2;
    if (minor < 10 && strcmp(spec->name, "GCSTWStart") == 0)
        n--;
    return n;
}

static void check_event(const struct wire1_format *format, uint8_t type, bool is_long)
{
    unsigned n = expected(type, format->go_minor), free = format->has_seq;
    struct bytes bytes = record_of(type, n, free, is_long);
    struct wire1_record record, again;
    memset(&record, 0, sizeof record);
    memset(&again, 0, sizeof again);
    g_assert_true(is_good(format, &bytes, &record));
    g_assert_cmpuint(record.type, ==, type);
    g_assert_cmpuint(record.time, ==, 1000 + free);
    g_assert_cmpuint(record.stack, ==, wire1_specs[type].has_stack ? 1000 + n - 1 : 0);
    unsigned n_args = n - 1 - free - wire1_specs[type].has_stack;
    for (unsigned i = 0; i < WIRE1_MAX_ARGS; i++)
        g_assert_cmpuint(record.args[i], ==, i < n_args ? 1001 + free + i : 0);

    struct cursor cursor = cursor_init(bytes.at, sizeof bytes.at);
    g_assert_true(wire1_take(&cursor, format, &again));
    g_assert_true(cursor.at == bytes.at + bytes.len);
    g_assert_cmpuint(again.time, ==, record.time);
    g_assert_cmpuint(again.stack, ==, record.stack);
    g_assert_cmpmem(again.args, sizeof again.args, record.args, sizeof record.args);

    struct cursor skipping = cursor_init(bytes.at, sizeof bytes.at);
    uint8_t skipped;
    if (wire1_skip(&skipping, format, &skipped)) {
        g_assert_cmpuint(skipped, ==, type);
        g_assert_true(skipping.at == bytes.at + bytes.len);
    } else {
        g_assert_true(skipping.at == bytes.at);
        g_assert_true(type == WIRE1_USER_LOG || type == WIRE1_CPU_SAMPLE || 2 * n > 8);
    }
    for (unsigned wrong = n - 1; wrong <= n + 1; wrong += 2) {
        if (wrong == 0)
            continue;
        bytes = record_of(type, wrong, free, is_long);
        g_assert_false(is_good(format, &bytes, &record));
        skipping = cursor_init(bytes.at, sizeof bytes.at);
        g_assert_false(wire1_skip(&skipping, format, &skipped));
    }
}

static void test_events(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
        struct wire1_format format;
        wire1_format_init(&format, headers[i]);
        unsigned n_known = 0;
        for (uint8_t type = 0; type < 64; type++) {
            bool known = type < WIRE1_N_TYPES && expected(type, headers[i]) > 0;
            struct bytes bytes = record_of(type, known ? expected(type, headers[i]) : 2, 0, true);
            struct wire1_record record;
            bool structural = type == WIRE1_BATCH || type == WIRE1_FREQUENCY ||
                              type == WIRE1_STACK || type == WIRE1_STRING ||
                              type == WIRE1_TIMER_GOROUTINE;
            if (!structural)
                g_assert_cmpint(is_good(&format, &bytes, &record), ==, known);
            if (!known)
                continue;
            n_known++;
            check_event(&format, type, false);
            check_event(&format, type, true);
        }
        static const unsigned n_events[] = {32, 35, 37, 39, 39, 43, 44, 44};
        g_assert_cmpuint(n_known, ==, n_events[i]);
    }
}

struct row {
    const char *what;
    uint8_t at[24];
    size_t len;
    const char *why; /* NULL: it is good */
};

static void test_structure(void)
{
    static const struct row rows[] = {
        {"batch", {0x41, 3, 7}, 3, NULL},
        {"batch of no P", {0x41, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 7}, 12, NULL},
        {"batch of a large P", {0x41, 255, 255, 255, 255, 15, 7}, 7, "31 bits"},
        {"batch of one number", {0x01, 3}, 2, "wrong number"},
        {"batch with a length", {0xc1, 2, 3, 7}, 4, "wrong number"},
        {"frequency", {0x02, 9}, 2, NULL},
        {"frequency with a length", {0xc2, 1, 9}, 3, NULL},
        {"timer", {0x23, 9}, 2, NULL},
        {"string", {0x25, 1, 2, 'a', 'b'}, 5, NULL},
        {"empty string", {0x25, 1, 0}, 3, "no bytes"},
        {"long string", {0x25, 1, 0xc1, 0x84, 0x3d, 0}, 6, "1000000"},
        {"cut string", {0x25, 1, 2, 'a'}, 4, "the file ends"},
        {"stack", {0xc3, 6, 1, 1, 9, 2, 3, 4}, 8, NULL},
        {"stack of none", {0x43, 1, 0}, 3, NULL},
        {"stack too short", {0xc3, 5, 1, 1, 9, 2, 3}, 7, "wrong number"},
        {"stack of too many", {0xc3, 3, 1, 0xe9, 7}, 5, "1000 frames"},
        {"empty stack", {0xc3, 0}, 2, "wrong number"},
        {"long record", {0xc4, 0x81, 0x10, 0}, 4, "2048 bytes"},
        {"number over its record", {0xc5, 2, 1, 0x80, 1}, 5, "longer than the record"},
        {"time over 64 bits",
         {0x06, 255, 255, 255, 255, 255, 255, 255, 255, 255, 2},
         11,
         "64 bits"},
        {"cut number", {0x45, 1, 0x80}, 3, "the file ends"},
        {"log without its message", {0xf0, 4, 1, 2, 3, 4}, 6, "the file ends"},
        {"log with a long message", {0xf0, 4, 1, 2, 3, 4, 0xc1, 0x84, 0x3d}, 9, "1000000"},
        {"log", {0xf0, 4, 1, 2, 3, 4, 0}, 7, NULL},
        {"nothing", {0}, 1, "no record"},
    };
    struct wire1_format format;
    wire1_format_init(&format, 21);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct cursor cursor = cursor_init(rows[i].at, rows[i].len);
        struct wire1_record record;
        const char *why = NULL;
        bool good = wire1_read(&cursor, &format, &record, &why);
        g_test_message("%s: %s", rows[i].what, good ? "good" : why);
        g_assert_cmpint(good, ==, rows[i].why == NULL);
        if (good)
            g_assert_cmpuint(cursor_left(&cursor), ==, 0);
        else
            g_assert_nonnull(strstr(why, rows[i].why));
    }
}

/* Go 1.5 has one number more in these, and bare pcs in stacks. */
static void test_first_version(void)
{
    static const struct row rows[] = {
        {"batch", {0x41, 3, 5, 7}, 4, NULL},
        {"frequency", {0x02, 9, 0}, 3, NULL},
        {"timer", {0x23, 9, 0}, 3, NULL},
        {"stack", {0xc3, 4, 1, 2, 9, 8}, 6, NULL},
        {"stack of frames", {0xc3, 6, 1, 1, 9, 2, 3, 4}, 8, "wrong number"},
        {"string", {0x25, 1, 2, 'a', 'b'}, 5, "no record"},
    };
    struct wire1_format format;
    wire1_format_init(&format, 5);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct cursor cursor = cursor_init(rows[i].at, rows[i].len);
        struct wire1_record record;
        const char *why = NULL;
        g_test_message("%s", rows[i].what);
        g_assert_cmpint(wire1_read(&cursor, &format, &record, &why), ==, rows[i].why == NULL);
        if (rows[i].why != NULL)
            g_assert_nonnull(strstr(why, rows[i].why));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire1/events", test_events);
    g_test_add_func("/wire1/structure", test_structure);
    g_test_add_func("/wire1/first-version", test_first_version);
    return g_test_run();
}
