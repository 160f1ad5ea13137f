/* The help screen of a view, made of its command rows. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/view.h"

/* `commands` are the view's own, `globals` those of every view. */
struct view *help_new(const char *view_name, const struct command *commands,
                      const struct command *globals);

#endif
