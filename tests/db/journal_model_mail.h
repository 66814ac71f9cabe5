/* journal_model_mail.h: random mails of the model office, written as the milter does, and what
 * people would say of each. */
#ifndef POSTSTELLE_TESTS_JOURNAL_MODEL_MAIL_H
#define POSTSTELLE_TESTS_JOURNAL_MODEL_MAIL_H

#include "tests/db/journal_model_ways.h"

typedef struct {
	GPtrArray *from, *to, *cc, *recipients; /* in their one form */
	int sender;                             /* mailbox; -1 */
	JournalService service;
	GPtrArray *odd;    /* that To names in odd forms, which is seen loosely */
	GPtrArray *values; /* of To, with these forms */
	gboolean is_cut, is_report, has_envelope_sender;
} Mail;

static inline Mail mail_new(JournalService service)
{
	return (Mail){.from = g_ptr_array_new(),
	        .to = g_ptr_array_new(),
	        .cc = g_ptr_array_new(),
	        .recipients = g_ptr_array_new(),
	        .sender = -1,
	        .service = service,
	        .odd = g_ptr_array_new(),
	        .values = g_ptr_array_new_with_free_func(g_free),
	        .has_envelope_sender = TRUE};
}

static inline void mail_clear(Mail *mail)
{
	g_ptr_array_unref(mail->from);
	g_ptr_array_unref(mail->to);
	g_ptr_array_unref(mail->cc);
	g_ptr_array_unref(mail->recipients);
	g_ptr_array_unref(mail->odd);
	g_ptr_array_unref(mail->values);
}

/* An address in its one form. Borrowed. */
static inline char *any_address(gboolean deliverable)
{
	for (;;) {
		if (pick(4) == 0)
			return strangers[pick(STRANGERS)];
		if (pick(8) == 0)
			return groups[pick(LISTS)].address;
		if (pick(16) == 0 && (!deliverable || (catcher >= 0 && !boxes[catcher].deleted)))
			return unknown[pick(UNKNOWN)];
		const Box *box = &boxes[pick(MAILBOXES)];
		if (!deliverable || !box->deleted)
			return pick(3) == 0 ? box->alias : box->address;
	}
}

/* As somebody would write it. Free: g_free(). */
static inline char *written(const char *address)
{
	gboolean own = owner_of(address) >= 0;
	g_autofree char *upper = pick(3) == 0 ? g_ascii_strup(address, -1) : g_strdup(address);
	const char *at = strchr(upper, '@');

	if (!own || pick(3) != 0)
		return g_strdup(upper);
	return g_strdup_printf("%.*s+%u%s", (int)(at - upper), upper, pick(9), at);
}

static inline gboolean is_deliverable(const char *address)
{
	int owner = owner_of(address);

	if (is_unknown(address))
		return catcher >= 0 && !boxes[catcher].deleted;
	return owner < 0 || !boxes[owner].deleted;
}

static inline void name_one(Mail *mail, GPtrArray *header, char *address)
{
	g_ptr_array_add(header, address);
	if (is_deliverable(address) && pick(5) != 0)
		g_ptr_array_add(mail->recipients, address);
}

static inline void add_named(Mail *mail, GPtrArray *header, guint count)
{
	for (guint i = 0; i < count; i++)
		name_one(mail, header, any_address(FALSE));
}

/* A mail to everybody: so many topics and readers that its rows are made in the other way. */
static inline void add_everybody(Mail *mail)
{
	for (guint i = 0; i < MAILBOXES; i++) {
		name_one(mail, mail->to, boxes[i].address);
		name_one(mail, mail->to, boxes[i].alias);
	}
}

static inline gboolean holds(const GPtrArray *list, const char *address)
{
	for (guint i = 0; i < list->len; i++)
		if (strcmp(list->pdata[i], address) == 0)
			return TRUE;
	return FALSE;
}

static inline gboolean names_box(const GPtrArray *list, int box)
{
	for (guint i = 0; i < list->len; i++)
		if (owner_of(list->pdata[i]) == box)
			return TRUE;
	return FALSE;
}

static inline guint64 users_of(int box)
{
	return box >= 0 ? boxes[box].assigned : 0;
}

static inline void add_part(Entry *entry, char *address, guint64 only, gboolean everybody)
{
	Part part = {.address = address, .only = only, .everybody = everybody};

	g_array_append_val(entry->parts, part);
}

/* What the headers name, themselves or by what leads there. */
static inline gboolean is_named_box(const Mail *mail, int box)
{
	return names_box(mail->to, box) || names_box(mail->cc, box) ||
	       ((all_lead_to(mail->to) | all_lead_to(mail->cc)) >> box & 1) != 0;
}

static inline void model_boxes(Entry *entry, const Mail *mail)
{
	guint64 led = all_lead_to(mail->recipients);

	for (int b = 0; b < MAILBOXES; b++) {
		gboolean sends = b == mail->sender,
		         reached = names_box(mail->recipients, b) || (led >> b & 1) != 0;
		gboolean to = names_box(mail->to, b), named = is_named_box(mail, b);
		gboolean loosely = to || names_box(mail->odd, b) || (reached && mail->is_cut);

		if (sends || reached)
			entry->readers |= boxes[b].assigned;
		if (boxes[b].vip && (sends || loosely || ((named || reached) && !exempt)))
			entry->protected = TRUE;
		if (sends || named)
			entry->box_everybody |= (guint64)1 << b;
		if (reached && !named)
			entry->box_only[b] = users_of(mail->sender) | boxes[b].assigned;
	}
}

static inline void model_parts(Entry *entry, const Mail *mail)
{
	const GPtrArray *headers[] = {mail->from, mail->to, mail->cc};

	for (guint h = 0; h < G_N_ELEMENTS(headers); h++)
		for (guint i = 0; i < headers[h]->len; i++)
			add_part(entry, headers[h]->pdata[i], 0, TRUE);
	for (guint i = 0; i < mail->recipients->len; i++) {
		char *address = mail->recipients->pdata[i];
		int owner = is_unknown(address) ? catcher : owner_of(address);
		guint64 only = users_of(mail->sender) | users_of(owner);
		gboolean named = owner >= 0 && is_named_box(mail, owner);

		if (holds(mail->to, address) || holds(mail->cc, address))
			continue;
		add_part(entry, address, only, FALSE);
		if (!named && !holds(entry->bcc, address)) {
			g_ptr_array_add(entry->bcc, address);
			g_array_append_val(entry->bcc_only, only);
		}
	}
}

static inline guint64 write_it(const Mail *mail)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = g_strdup_printf("model-%08x%08x", g_random_int(), g_random_int());
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) recipients = g_ptr_array_new();
	const GPtrArray *headers[] = {mail->from, mail->to, mail->cc};
	JournalAddress lists[3][2 * MAILBOXES + 8];

	for (guint h = 0; h < G_N_ELEMENTS(headers); h++)
		for (guint i = 0; i < headers[h]->len; i++) {
			lists[h][i] = (JournalAddress){.address = written(headers[h]->pdata[i])};
			g_ptr_array_add(texts, (char *)(guintptr)lists[h][i].address);
		}
	for (guint i = 0; i < mail->recipients->len; i++) {
		char *address = written(mail->recipients->pdata[i]);
		g_ptr_array_add(texts, address);
		g_ptr_array_add(recipients, address);
	}
	JournalMail given = {.service = mail->service,
	        .key = key,
	        .sender = mail->sender >= 0 ? boxes[mail->sender].address : NULL,
	        .recipients = (const char *const *)recipients->pdata,
	        .n_recipients = recipients->len,
	        .from = lists[0],
	        .n_from = mail->from->len,
	        .to = lists[1],
	        .n_to = mail->to->len,
	        .cc = lists[2],
	        .n_cc = mail->cc->len,
	        .to_values = (const char *const *)mail->values->pdata,
	        .n_to_values = mail->values->len,
	        .is_cut = mail->is_cut,
	        .is_report = mail->is_report,
	        .envelope_from = mail->has_envelope_sender ? "x@outside.example" : "",
	        .subject = pick(2) ? "Gem\u00fcse" : "Stra\u00dfe",
	        .text = "Text"};
	journal_write(milter, &given, NULL, NULL, &error);
	assert_no_error(error);
	g_autoptr(DbRows) rows =
	        db_query(db, NULL, "SELECT id FROM journal_entry WHERE mail_key = ?", "a", key);
	assert_true(db_rows_next(rows));
	return db_rows_u64(rows, 0);
}

/* In a form that only a loose reading understands, or in one that doesn't name it. */
static inline void add_odd(Mail *mail)
{
	static const char *const forms[] = {"'%s'", "\"%s\" <x@outside.example>", "(%s",
	        "<mailto:%s>", "\xe2\x80\x8b%s", "re-%s", "x%s", "\xc3\xa4%s", "%sx"};
	guint form = pick(G_N_ELEMENTS(forms));
	const Box *box = &boxes[pick(MAILBOXES)];
	char *address = pick(3) ? box->address : box->alias;
	g_autofree char *as_written = pick(2) ? g_ascii_strup(address, -1) : g_strdup(address);
	g_auto(GStrv) parts = g_strsplit(forms[form], "%s", 2);

	g_ptr_array_add(mail->values, g_strconcat(parts[0], as_written, parts[1], NULL));
	if (form < G_N_ELEMENTS(forms) - 3)
		g_ptr_array_add(mail->odd, address);
}

/* What isn't the office's own, a report or from nobody; but for the office's absence notes. */
static inline gboolean has_text(const Mail *mail)
{
	return mail->service != JOURNAL_OWN && !mail->is_report &&
	       (mail->has_envelope_sender || mail->service == JOURNAL_VACATION);
}

static inline void send_mail(void)
{
	static const JournalService others[] = {
	        JOURNAL_OUTSIDE, JOURNAL_OUTSIDE, JOURNAL_OWN, JOURNAL_LOCAL};
	Mail mail = mail_new(others[pick(G_N_ELEMENTS(others))]);
	guint b = pick(MAILBOXES);

	if (pick(2) == 0 && !boxes[b].purged) {
		mail.sender = (int)b;
		mail.service = pick(5) == 0 ? JOURNAL_VACATION : JOURNAL_SUBMISSION;
	}
	mail.is_cut = pick(20) == 0;
	mail.is_report = pick(12) == 0;
	mail.has_envelope_sender = mail.service != JOURNAL_VACATION && pick(10) != 0;
	/* From outside may claim anybody. */
	g_ptr_array_add(
	        mail.from, mail.sender >= 0 && pick(4) ? boxes[b].address : any_address(FALSE));
	if (pick(25) == 0)
		add_everybody(&mail);
	add_named(&mail, mail.to, pick(4));
	add_named(&mail, mail.cc, pick(3));
	for (guint i = pick(3); i > 0 || mail.recipients->len == 0; i -= i > 0)
		g_ptr_array_add(mail.recipients, any_address(TRUE));
	for (guint i = pick(5); i < 2; i++)
		add_odd(&mail);
	Entry *entry = g_new0(Entry, 1);
	entry->parts = g_array_new(FALSE, FALSE, sizeof(Part));
	entry->bcc = g_ptr_array_new();
	entry->bcc_only = g_array_new(FALSE, FALSE, sizeof(guint64));
	entry->has_text = has_text(&mail);
	model_boxes(entry, &mail);
	model_parts(entry, &mail);
	entry->id = write_it(&mail);
	g_ptr_array_add(entries, entry);
	mail_clear(&mail);
}

#endif
