/* One run of a login plugin, on the main loop. */
#ifndef KUBE_PLUGIN_RUN_H
#define KUBE_PLUGIN_RUN_H

#include "kube/lender.h"
#include "kube/plugin.h"

#define PLUGIN_MAX_ANSWER (256u << 10) /* bytes */

/* Called once, from the main context, after which the run is gone. The answer may be moved out;
 * what is left of it is wiped. NULL with an error: KUBE_ERROR_PLUGIN, with the last lines that it
 * wrote to its standard error; G_IO_ERROR_CANCELLED when a ^C on the terminal that it shares with us
 * ended it. */
typedef void plugin_run_fn(struct plugin_answer *answer, const GError *error, void *data);

struct plugin_run;

/* plugin and lender must outlive the run; lender NULL: nobody can be asked. */
struct plugin_run *plugin_run_start(const struct plugin *plugin, const struct lender *lender,
                                    void *lender_data, plugin_run_fn *done, void *data);
/* Ends the program, and what it started in its process group; `done` is not called any more. */
void plugin_run_cancel(struct plugin_run *run);

#endif
