/* The names that may follow ':', found by their beginning in the command rows. */
#ifndef TUI_COMPLETE_H
#define TUI_COMPLETE_H

#include "tui/view.h"

/* The row of that name, or the only one that begins so; the view's rows come before those of all
 * views. NULL: none or several. Tables end with a row without a name. */
const struct command *complete_find(const struct command *commands, const struct command *globals,
                                    const char *text);

/* The longest text that all names which begin with `text` begin with; g_free() it. */
char *complete_text(const struct command *commands, const struct command *globals,
                    const char *text);

/* Those names, with two blanks between them; g_free() it. */
char *complete_names(const struct command *commands, const struct command *globals,
                     const char *text);

#endif
