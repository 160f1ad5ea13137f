/* Traces of the format of Go 1.5 to 1.21, written by hand in tests. */
#ifndef TESTS_ASSEMBLE1_H
#define TESTS_ASSEMBLE1_H

#include <glib.h>

/* Makes a trace of lines; the first is "go 1.NN". Words are separated by blanks, lines by newlines
 * or semicolons; numbers are decimal, -1 is 2^64-1.
 *
 *   batch P TICKS              begins a batch (1.5: batch P SEQ TICKS)
 *   string ID TEXT / stack ID N PC FUNC FILE LINE... / frequency N / timer G
 *   NAME NUMBER...             a record by its name in wire1.def, with all its numbers: the time
 * (1.5: sequence and time) first UserLog TIME ID KEY STACK TEXT long NAME NUMBER... likewise, but
 * with its length before it where that is not needed bytes B...                 as they are
 */
GBytes *assemble1(const char *text);

#endif
