/* forward.c: loads and saves where a mailbox's mail goes on to. */
#include "lib/mailbox/forward.h"

#include <string.h>

#include "lib/base/error.h"
#include "lib/base/local_date.h"
#include "lib/db/db_bulk.h"
#include "lib/mailbox/address_change.h"
#include "lib/mailbox/mailbox.h"
#include "lib/mailbox/mailbox_clock.h"
#include "lib/mailbox/way.h"
#include "lib/mailbox/way_member.h"
#include "lib/office/absence_period.h"
#include "lib/office/change_fields.h"
#include "lib/office/mailbox_mark.h"
#include "lib/office/notice.h"

#define TOLD_MAX 400 /* characters of the addresses in a notice */

static const char SQL_LOAD[] =
        "SELECT version, keep_copy, ends_on, ends_at FROM forward WHERE mailbox_id = ?";
enum { C_VERSION, C_KEEP_COPY, C_ENDS_ON, C_ENDS_AT };
static const char SQL_TO[] = "SELECT address FROM forward_to WHERE mailbox_id = ? ORDER BY address";
static const char SQL_INSERT[] =
        "INSERT INTO forward (keep_copy, ends_on, ends_at, version, mailbox_id)"
        " VALUES (?, NULLIF(?, ''), ?, 2, ?)";
static const char SQL_UPDATE[] =
        "UPDATE forward SET keep_copy = ?, ends_on = NULLIF(?, ''), ends_at = ?,"
        " version = version + 1 WHERE mailbox_id = ?";
static const char SQL_CLEAR[] = "DELETE FROM forward_to WHERE mailbox_id = ?";
static const char *const SQL_ADD[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO forward_to (mailbox_id, address, address_id) VALUES ", "(?, ?, NULLIF(?, 0))");

void forward_free(Forward *forward)
{
	if (forward == NULL)
		return;
	g_free(forward->ends_on);
	g_clear_pointer(&forward->to, g_ptr_array_unref);
	g_free(forward);
}

Forward *forward_new(guint64 mailbox_id)
{
	Forward *forward = g_new0(Forward, 1);

	forward->mailbox_id = mailbox_id;
	forward->version = 1;
	forward->keep_copy = TRUE;
	forward->ends_on = g_strdup("");
	forward->to = g_ptr_array_new_with_free_func(g_free);
	return forward;
}

Forward *forward_load(Db *db, guint64 mailbox_id, GError **error)
{
	g_autoptr(DbRows) rows = db_query(db, error, SQL_LOAD, "u", mailbox_id);
	g_autoptr(DbRows) to = rows != NULL ? db_query(db, error, SQL_TO, "u", mailbox_id) : NULL;

	if (to == NULL)
		return NULL;
	Forward *forward = forward_new(mailbox_id);
	g_ptr_array_unref(forward->to);
	forward->to = db_rows_texts(to);
	if (!db_rows_next(rows))
		return forward;
	forward->version = db_rows_u64(rows, C_VERSION);
	forward->keep_copy = db_rows_u64(rows, C_KEEP_COPY) != 0;
	if (!db_rows_is_null(rows, C_ENDS_ON)) {
		g_free(forward->ends_on);
		forward->ends_on = g_strdup(db_rows_text(rows, C_ENDS_ON));
	}
	forward->ends_at = db_rows_u64(rows, C_ENDS_AT);
	return forward;
}

gboolean forward_is_on(const Forward *forward, guint64 now)
{
	return forward->to->len > 0 && (forward->ends_at == 0 || now < forward->ends_at);
}

typedef struct {
	const Actor *actor;
	const Forward *wanted;
	GPtrArray *members; /* WayMember */
} ForwardWork;

static void add_target_row(DbValues *values, guint i, gpointer data)
{
	const ForwardWork *work = data;
	const WayMember *member = work->members->pdata[i];

	db_values_add_u64(values, work->wanted->mailbox_id);
	db_values_add_text(values, member->address);
	db_values_add_u64(values, member->address_id);
}

static gboolean write_forward(Db *db, const ForwardWork *work, const Forward *old, GError **error)
{
	const Forward *wanted = work->wanted;
	guint64 starts_at = 0, ends_at = 0;

	return absence_period_instants(
	               db, wanted->mailbox_id, "", wanted->ends_on, &starts_at, &ends_at, error) &&
	       db_execute(db, error, old->version == 1 ? SQL_INSERT : SQL_UPDATE, "tauu",
	               wanted->keep_copy, wanted->ends_on, ends_at, wanted->mailbox_id) >= 0 &&
	       db_execute(db, error, SQL_CLEAR, "u", wanted->mailbox_id) >= 0 &&
	       db_bulk_insert(db, SQL_ADD, work->members->len, add_target_row,
	               (gpointer)(guintptr)work, error) &&
	       mailbox_mark_ways(db, wanted->mailbox_id, error);
}

static gboolean log_forward(Db *db, const ForwardWork *work, const Mailbox *mailbox,
        const Forward *old, const char *before, const char *after, GError **error)
{
	const ChangeField fields[] = {
	        {"to_forward", before, after},
	        {"keep_copy", old->keep_copy ? "1" : "0", work->wanted->keep_copy ? "1" : "0"},
	        {"until", old->ends_on, work->wanted->ends_on},
	};

	return change_fields_log(db, work->actor, mailbox->id, mailbox->address, "forward.changed",
	        fields, G_N_ELEMENTS(fields), error);
}

/* In one line; where it goes says the page in full. */
static gboolean tell(Db *db, const ForwardWork *work, const char *after, GError **error)
{
	g_autofree char *line = g_strdelimit(g_strdup(after), "\n", ' ');

	if (strlen(line) > TOLD_MAX)
		g_strlcpy(line + TOLD_MAX - strlen("..."), "...", strlen("...") + 1);
	return notice_add_address(db, *after != '\0' ? NOTICE_FORWARDED : NOTICE_FORWARD_OFF,
	        work->wanted->mailbox_id, work->actor, line, error);
}

static gboolean save_forward(Db *db, gpointer data, GError **error)
{
	ForwardWork *work = data;
	const Forward *wanted = work->wanted;
	WaySource source = {.mailbox_id = wanted->mailbox_id};
	guint64 at;

	if (!way_begin(db, error) || !mailbox_clock_lock(db, &wanted->mailbox_id, 1, &at, error))
		return FALSE;
	g_autoptr(Mailbox) mailbox = mailbox_load_live(db, wanted->mailbox_id, error);
	g_autoptr(Forward) old =
	        mailbox != NULL ? forward_load(db, wanted->mailbox_id, error) : NULL;
	if (old == NULL)
		return FALSE;
	if (old->version != wanted->version)
		return ps_conflict(error, "the forward");
	g_autofree char *before = way_member_lines(old->to);
	g_autofree char *after = way_member_sorted(work->members);
	return write_forward(db, work, old, error) && way_follow(db, &source, "to", error) &&
	       log_forward(db, work, mailbox, old, before, after, error) &&
	       (strcmp(before, after) == 0 || tell(db, work, after, error)) &&
	       mailbox_clock_set(db, &wanted->mailbox_id, 1, at, error);
}

static gboolean check_day(const Forward *wanted, GError **error)
{
	GDate day;

	if (*wanted->ends_on == '\0' || local_date_read(wanted->ends_on, &day))
		return TRUE;
	ps_invalid(error, "until", "date", "no day: %s", wanted->ends_on);
	return FALSE;
}

gboolean forward_save(Db *db, const Actor *actor, const Forward *wanted, GError **error)
{
	g_autoptr(Setting) setting = setting_load(db, error);

	if (setting == NULL || !check_day(wanted, error))
		return FALSE;
	g_autoptr(GPtrArray) members =
	        way_members(db, wanted->to, setting->outside_forward, "to", error);
	ForwardWork work = {.actor = actor, .wanted = wanted, .members = members};
	if (members == NULL || !db_transaction(db, save_forward, &work, error))
		return FALSE;
	address_change_over(db, 0);
	return TRUE;
}
