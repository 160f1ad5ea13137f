/* Traces of the format of Go 1.22 and newer, written by hand in tests. */
#ifndef TESTS_ASSEMBLE_H
#define TESTS_ASSEMBLE_H

#include <glib.h>

/* Makes a trace of lines; the first is "go 1.NN". Words are separated by blanks, lines by newlines
 * or semicolons; numbers are decimal, -1 is 2^64-1.
 *
 *   batch GENERATION M TIME        begins a batch; the lines below are its records
 *   experimental ID GENERATION M TIME
 *   end                            the byte that ends a generation
 *   strings, stacks, samples, sync the first byte of such a batch
 *   string ID TEXT / stack ID N PC FUNC FILE LINE... / sample TIME M P G STACK / frequency N
 *   NAME DT ARGUMENT...            a timed record by its name in wire2.def
 *   bytes B...                     as they are
 */
GBytes *assemble(const char *text);

#endif
