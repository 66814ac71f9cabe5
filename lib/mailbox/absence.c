/* absence.c: loads and saves absence notes, with the script that follows from each. */
#include "lib/mailbox/absence.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/mailbox/absence_script.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/mailbox_find.h"
#include "lib/office/absence_period.h"
#include "lib/office/change_fields.h"
#include "lib/office/domain.h"
#include "lib/office/mailbox_mark.h"

static const char SQL_LOAD[] =
        "SELECT version, active, subject, body, internal, internal_body, starts_on, ends_on,"
        " starts_at, ends_at, generation"
        "  FROM absence WHERE mailbox_id = ?";
enum {
	C_VERSION,
	C_ACTIVE,
	C_SUBJECT,
	C_BODY,
	C_INTERNAL,
	C_INTERNAL_BODY,
	C_STARTS_ON,
	C_ENDS_ON,
	C_STARTS_AT,
	C_ENDS_AT,
	C_GENERATION
};
static const char SQL_INSERT[] =
        "INSERT INTO absence (active, subject, body, internal, internal_body, starts_on, ends_on,"
        " starts_at, ends_at, generation, script, script_id, version, mailbox_id)"
        " VALUES (?, ?, ?, ?, ?, NULLIF(?, ''), NULLIF(?, ''), ?, ?, ?, ?, ?, 2, ?)";
static const char SQL_UPDATE[] =
        "UPDATE absence SET active = ?, subject = ?, body = ?, internal = ?, internal_body = ?,"
        " starts_on = NULLIF(?, ''), ends_on = NULLIF(?, ''), starts_at = ?, ends_at = ?,"
        " generation = ?, script = ?, script_id = ?, version = version + 1"
        " WHERE mailbox_id = ? AND version = ?";
static const char SQL_ADDRESS[] = "SELECT address FROM mailbox WHERE id = ? AND deleted < 2";
/* Of deleted mailboxes too, which may be restored. */
static const char SQL_NEXT[] =
        "SELECT n.mailbox_id FROM absence n JOIN mailbox m ON m.id = n.mailbox_id"
        " WHERE n.mailbox_id > ? AND n.active = 1 AND m.deleted < 2 ORDER BY n.mailbox_id LIMIT 1";
static const char SQL_SCRIPT[] =
        "UPDATE absence SET script = ?, script_id = ? WHERE mailbox_id = ?";

void absence_free(Absence *absence)
{
	if (absence == NULL)
		return;
	g_free(absence->subject);
	g_free(absence->body);
	g_free(absence->internal_body);
	g_free(absence->starts_on);
	g_free(absence->ends_on);
	g_free(absence);
}

static char *column_text(DbRows *rows, guint column)
{
	const char *text = db_rows_text(rows, column);

	return g_strdup(text != NULL ? text : "");
}

Absence *absence_load(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "u", mailbox_id);

	if (rows == NULL)
		return NULL;
	gboolean stored = db_rows_next(rows);
	Absence *absence = g_new0(Absence, 1);
	absence->mailbox_id = mailbox_id;
	absence->version = stored ? db_rows_u64(rows, C_VERSION) : 1;
	absence->active = stored && db_rows_u64(rows, C_ACTIVE) != 0;
	absence->subject = stored ? column_text(rows, C_SUBJECT) : g_strdup("");
	absence->body = stored ? column_text(rows, C_BODY) : g_strdup("");
	absence->internal = stored && db_rows_u64(rows, C_INTERNAL) != 0;
	absence->internal_body = stored ? column_text(rows, C_INTERNAL_BODY) : g_strdup("");
	absence->starts_on = stored ? column_text(rows, C_STARTS_ON) : g_strdup("");
	absence->ends_on = stored ? column_text(rows, C_ENDS_ON) : g_strdup("");
	absence->starts_at = stored ? db_rows_u64(rows, C_STARTS_AT) : 0;
	absence->ends_at = stored ? db_rows_u64(rows, C_ENDS_AT) : 0;
	absence->generation = stored ? db_rows_u64(rows, C_GENERATION) : 1;
	return absence;
}

static gboolean is_blank(const char *text)
{
	return text[strspn(text, " \t\n")] == '\0';
}

gboolean absence_check(const Absence *wanted, GError **error)
{
	gboolean ok =
	        absence_script_check(wanted->subject, wanted->body, wanted->internal_body, error);

	ok = absence_period_check(wanted->starts_on, wanted->ends_on, error) && ok;
	gboolean no_body = wanted->active && is_blank(wanted->body);
	gboolean no_internal =
	        wanted->active && wanted->internal && is_blank(wanted->internal_body);
	if (no_body)
		ps_invalid(error, "body", "empty", "a note that is switched on needs a text");
	if (no_internal)
		ps_invalid(error, "internal_body", "empty", "senders of the office get a text too");
	return ok && !no_body && !no_internal;
}

AbsenceState absence_state(gboolean active, guint64 starts_at, guint64 ends_at, guint64 now)
{
	if (!active)
		return ABSENCE_OFF;
	if (now < starts_at)
		return ABSENCE_PLANNED;
	return ends_at == 0 || now < ends_at ? ABSENCE_ON : ABSENCE_OVER;
}

/* *script and *id NULL for a note that is switched off. */
static gboolean make_script(Db *db, const char *address, const Absence *note, guint64 generation,
        char **script, char **id, GError **error)
{
	g_autoptr(GPtrArray) aliases = mailbox_all_aliases(db, note->mailbox_id, error);

	if (aliases == NULL)
		return FALSE;
	if (!note->active)
		return TRUE;
	g_autoptr(GPtrArray) domains = domain_list(db, error);
	if (domains == NULL)
		return FALSE;
	AbsenceScript parts = {.mailbox_id = note->mailbox_id,
	        .generation = generation,
	        .address = address,
	        .aliases = aliases,
	        .domains = domains,
	        .subject = note->subject,
	        .body = note->body,
	        .internal_body = note->internal ? note->internal_body : NULL};
	*script = absence_script_build(&parts);
	*id = absence_script_id(*script);
	return TRUE;
}

static gboolean log_note_changes(Db *db, const Actor *actor, const Mailbox *mailbox,
        const Absence *old, const Absence *wanted, GError **error)
{
	const ChangeField fields[] = {
	        {"absence", old->active ? "1" : "0", wanted->active ? "1" : "0"},
	        {"subject", old->subject, wanted->subject},
	        {"body", old->body, wanted->body},
	        {"internal", old->internal ? "1" : "0", wanted->internal ? "1" : "0"},
	        {"internal_body", old->internal_body, wanted->internal_body},
	        {"starts_on", old->starts_on, wanted->starts_on},
	        {"ends_on", old->ends_on, wanted->ends_on},
	};

	return change_fields_log(db, actor, mailbox->id, mailbox->address, "absence.changed",
	        fields, G_N_ELEMENTS(fields), error);
}

static gboolean write_note(
        Db *db, const Mailbox *mailbox, const Absence *old, const Absence *wanted, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *script = NULL, *id = NULL;
	guint64 starts_at, ends_at, generation = old->generation;

	if (!absence_period_instants(db, mailbox->id, wanted->starts_on, wanted->ends_on,
	            &starts_at, &ends_at, error))
		return FALSE;
	if ((old->active && !wanted->active) || strcmp(old->starts_on, wanted->starts_on) != 0 ||
	        strcmp(old->ends_on, wanted->ends_on) != 0)
		generation++;
	if (!make_script(db, mailbox->address, wanted, generation, &script, &id, error))
		return FALSE;
	if (old->version > 1) {
		gint64 changed = db_execute(db, error, SQL_UPDATE, "tsstsssuuusauu", wanted->active,
		        wanted->subject, wanted->body, wanted->internal, wanted->internal_body,
		        wanted->starts_on, wanted->ends_on, starts_at, ends_at, generation, script,
		        id, mailbox->id, wanted->version);
		return changed == 0 ? ps_conflict(error, "the absence note") : changed > 0;
	}
	if (db_execute(db, &failure, SQL_INSERT, "tsstsssuuusau", wanted->active, wanted->subject,
	            wanted->body, wanted->internal, wanted->internal_body, wanted->starts_on,
	            wanted->ends_on, starts_at, ends_at, generation, script, id, mailbox->id) == 1)
		return TRUE;
	if (g_error_matches(failure, PS_ERROR, PS_ERROR_DUPLICATE))
		return ps_conflict(error, "the absence note");
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

typedef struct {
	const Actor *actor;
	const Absence *wanted;
} NoteWork;

static gboolean save_note(Db *db, gpointer data, GError **error)
{
	NoteWork *work = data;
	const Absence *wanted = work->wanted;
	guint64 at;

	/* One after the other with what else changes the mailbox, its addresses and its rows in the
	 * list. */
	if (!mailbox_clock_lock(db, &wanted->mailbox_id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load_live(db, wanted->mailbox_id, error);
	g_autoptr(Absence) old =
	        mailbox != NULL ? absence_load(db, wanted->mailbox_id, error) : NULL;
	if (old == NULL)
		return FALSE;
	if (old->version != wanted->version)
		return ps_conflict(error, "the absence note");
	MailboxFindKey before = mailbox_find_key(mailbox), after = before;
	after.absent = wanted->active;
	return write_note(db, mailbox, old, wanted, error) &&
	       mailbox_find_update(db, &before, &after, error) &&
	       mailbox_mark_absent(db, mailbox->id, wanted->active, error) &&
	       log_note_changes(db, work->actor, mailbox, old, wanted, error) &&
	       mailbox_clock_set(db, &wanted->mailbox_id, 1, at, error);
}

gboolean absence_save(Db *db, const Actor *actor, const Absence *wanted, GError **error)
{
	NoteWork work = {.actor = actor, .wanted = wanted};

	return absence_check(wanted, error) && db_transaction(db, save_note, &work, error);
}

gboolean absence_follow_addresses(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(Absence) note = absence_load(db, mailbox_id, error);
	g_autofree char *script = NULL, *id = NULL;

	if (note == NULL || !note->active)
		return note != NULL;
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ADDRESS, "u", mailbox_id);
	if (rows == NULL)
		return FALSE;
	/* One that was purged meanwhile has none. */
	return !db_rows_next(rows) ||
	       (make_script(
	                db, db_rows_text(rows, 0), note, note->generation, &script, &id, error) &&
	               db_execute(db, error, SQL_SCRIPT, "sau", script, id, mailbox_id) >= 0);
}

/* ---- all of them ---- */

static gboolean remake_note(Db *db, gpointer data, GError **error)
{
	const guint64 *mailbox_id = data;
	guint64 at;

	return mailbox_clock_lock(db, mailbox_id, 1, &at, error) &&
	       absence_follow_addresses(db, *mailbox_id, error) &&
	       mailbox_clock_set(db, mailbox_id, 1, at, error);
}

/* *id: the next mailbox with a note behind it; 0: there is none. */
static gboolean next_note(Db *db, guint64 *id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_NEXT, "u", *id);

	if (rows == NULL)
		return FALSE;
	*id = db_rows_next(rows) ? db_rows_u64(rows, 0) : 0;
	return TRUE;
}

gboolean absence_remake_all(Db *db, GError **error)
{
	guint64 id = 0;

	while (next_note(db, &id, error)) {
		if (id == 0)
			return TRUE;
		if (!db_transaction(db, remake_note, &id, error))
			return FALSE;
	}
	return FALSE;
}
