/* Files of the tests, unpacked when their names say so. */
#ifndef TESTS_LOAD_H
#define TESTS_LOAD_H

#include <gio/gio.h>

/* The whole file; ".gz" is unpacked. Fails the test when there is none. */
GBytes *load_file(const char *path);

#endif
