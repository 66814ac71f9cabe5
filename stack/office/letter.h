/* letter.h: a mail of the office, from its writing to the mailboxes that it reaches. */
#ifndef POSTSTELLE_STACK_OFFICE_LETTER_H
#define POSTSTELLE_STACK_OFFICE_LETTER_H

#include "stack/office/office.h"

typedef struct Letter Letter;

/* Of a mailbox, or (NULL) of somebody outside; name and address of From are borrowed. */
Letter *letter_new(Box *sender, const char *name, const char *address);
void letter_free(Letter *letter);

typedef enum { LETTER_TO, LETTER_CC, LETTER_BCC } LetterPlace;
void letter_add(Letter *letter, LetterPlace place, const char *name, const char *address);
/* written: how the header has it; NULL: name and address. */
void letter_add_box(Letter *letter, LetterPlace place, Box *box, const char *written);
/* Takes over subject and text; NULL is none. */
void letter_say(Letter *letter, char *subject, char *text);
/* name is borrowed. */
void letter_attach(Letter *letter, const char *name, gsize size);
/* Poststelle's own, or a bounce of the mail system, instead of outside. */
void letter_set_own(Letter *letter);
void letter_set_bounce(Letter *letter);

/* Writes it at the present instant, and the absence notes that answer it; frees it. */
gboolean letter_send(Office *office, Letter *letter, GError **error);

#endif
