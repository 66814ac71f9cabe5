/* import_cell.h: what one cell of an import says of a mailbox. */
#ifndef POSTSTELLE_LIB_MAILBOX_IMPORT_CELL_H
#define POSTSTELLE_LIB_MAILBOX_IMPORT_CELL_H

#include "lib/mailbox/import_line.h"

/* Puts what stands in a column into the line, or says what is wrong with it. text is valid UTF-8.
 */
void import_cell(ImportLine *line, const char *column, const char *text, GPtrArray *faults);

#endif
