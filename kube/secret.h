/* Text that is overwritten before its memory is freed, so that no later use of it shows it. */
#ifndef KUBE_SECRET_H
#define KUBE_SECRET_H

#include <glib.h>

/* Overwrites a string and frees it; NULL is fine. */
void secret_free(void *text);

/* Bytes that are overwritten when they go; takes a text over that ends with a NUL at `len`. */
GBytes *secret_bytes(char *text, size_t len);

#endif
