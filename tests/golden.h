/* Screens and other text, compared with files in tests/golden. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include "tui/canvas.h"

/* Fails the test when the page is not what tests/golden/NAME.txt holds, and shows both. With
 * TRACETUI_GOLDEN_UPDATE=1 the file is written instead. */
void golden_check(const struct canvas *canvas, const char *name);
/* The same of any text. */
void golden_check_text(const char *page, const char *name);

#endif
