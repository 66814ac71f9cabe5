/* import_step.c: writes mailboxes that nobody sees yet, at most 500 lines at a time. */
#include "lib/mailbox/import_step.h"

#include "lib/base/error.h"
#include "lib/base/step_pace.h"
#include "lib/db/db_bulk.h"
#include "lib/mailbox/address_row.h"
#include "lib/mailbox/bulk_step.h"
#include "lib/mailbox/import_back.h"
#include "lib/mailbox/import_check.h"
#include "lib/mailbox/import_finish.h"
#include "lib/mailbox/import_people.h"
#include "lib/mailbox/mailbox_insert.h"
#include "lib/mailbox/way.h"
#include "lib/office/setting.h"

static const char *const SQL_HIDDEN[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO mailbox_hidden (mailbox_id, run_id, line) VALUES ", "(?, ?, ?)");
static const char *const SQL_USERS[DB_BULK] = DB_BULK_INSERT(
        "INSERT INTO import_user (run_id, mailbox_id, user_id) VALUES ", "(?, ?, ?)");
static const char SQL_DONE[] =
        "UPDATE import_run SET done = done + ?, done_line = ?, step_lines = ? WHERE run_id = ?";
static const char SQL_SIZE[] = "UPDATE import_run SET step_lines = ? WHERE run_id = ?";
/* What an ended run kept isn't wanted any more: passwords may be in it. */
static const char SQL_CLEAR_LINES[] = "DELETE FROM import_line WHERE run_id = ? LIMIT 1000";
static const char SQL_CLEAR_WAYS[] = "DELETE FROM import_way WHERE run_id = ? LIMIT 1000";
static const char SQL_CLEAR_USERS[] = "DELETE FROM import_user WHERE run_id = ? LIMIT 1000";
static const char SQL_CLEAR_NEW[] = "DELETE FROM import_new_user WHERE run_id = ? LIMIT 1000";

typedef struct {
	const KeyRing *ring;
	guint64 id;
	gint64 began;  /* this try of it */
	gboolean over; /* there is nothing left to be done */
} ImportStep;

/* How many lines the step behind this one takes on. */
static guint next_size(const ImportStep *step, guint lines)
{
	return step_pace(
	        lines, g_get_monotonic_time() - step->began, IMPORT_STEP_LEAST, IMPORT_STEP);
}

typedef struct {
	guint64 mailbox_id, user_id;
} Belonging;

typedef struct {
	guint64 run_id;
	const GPtrArray *lines;
	const NewMailbox *fresh;
	GArray *belongings;
} Written;

static void add_hidden(DbValues *values, guint i, gpointer data)
{
	const Written *written = data;

	db_values_add_u64(values, written->fresh[i].id);
	db_values_add_u64(values, written->run_id);
	db_values_add_u64(values, ((const ImportLine *)written->lines->pdata[i])->number);
}

static void add_written_user(DbValues *values, guint i, gpointer data)
{
	const Belonging *user = &g_array_index(((Written *)data)->belongings, Belonging, i);

	db_values_add_u64(values, ((Written *)data)->run_id);
	db_values_add_u64(values, user->mailbox_id);
	db_values_add_u64(values, user->user_id);
}

static void collect_assigned(Written *written)
{
	for (guint i = 0; i < written->lines->len; i++) {
		const ImportLine *line = written->lines->pdata[i];
		for (guint j = 0; j < line->users->len; j++) {
			Belonging one = {
			        written->fresh[i].id, g_array_index(line->users, guint64, j)};
			if (one.user_id != 0)
				g_array_append_val(written->belongings, one);
		}
	}
}

static gboolean write_aliases(
        Db *db, const GPtrArray *lines, const NewMailbox *fresh, GError **error)
{
	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		for (guint j = 0; j < line->aliases->len; j++)
			if (!address_row_add(db, line->aliases->pdata[j],
			            g_array_index(line->alias_domains, guint64, j), fresh[i].id,
			            TRUE, error))
				return FALSE;
	}
	return TRUE;
}

static gboolean write_belongings(
        Db *db, guint64 run_id, const GPtrArray *lines, const NewMailbox *fresh, GError **error)
{
	g_autoptr(GArray) belongings = g_array_new(FALSE, FALSE, sizeof(Belonging));
	Written written = {run_id, lines, fresh, belongings};
	guint64 ids[IMPORT_STEP];

	for (guint i = 0; i < lines->len; i++)
		ids[i] = fresh[i].id;
	collect_assigned(&written);
	return db_bulk_insert(db, SQL_HIDDEN, lines->len, add_hidden, &written, error) &&
	       write_aliases(db, lines, fresh, error) &&
	       import_people_keep(db, run_id, lines, ids, error) &&
	       db_bulk_insert(db, SQL_USERS, belongings->len, add_written_user, &written, error);
}

/* Free: g_free(). */
static char *note_and_aliases(const ImportLine *line)
{
	g_autoptr(GString) all = g_string_new(line->note);

	for (guint i = 0; i < line->aliases->len; i++)
		g_string_append_printf(all, "%s%s", all->len > 0 ? " " : "",
		        (const char *)line->aliases->pdata[i]);
	return g_string_free(g_steal_pointer(&all), FALSE);
}

static gboolean write_mailboxes(Db *db, const ImportStep *step, const GPtrArray *lines,
        const Setting *setting, GError **error)
{
	g_autoptr(GPtrArray) further = g_ptr_array_new_with_free_func(g_free);
	NewMailbox fresh[IMPORT_STEP];

	for (guint i = 0; i < lines->len; i++) {
		const ImportLine *line = lines->pdata[i];
		g_ptr_array_add(further, note_and_aliases(line));
		fresh[i] = (NewMailbox){.address = line->address,
		        .further = further->pdata[i],
		        .note = line->note,
		        .email_name = line->email_name,
		        .domain_id = line->domain_id,
		        .quota_mb = line->quota_mb == IMPORT_QUOTA_UNSAID
		                            ? setting->default_quota_mb
		                            : (guint64)line->quota_mb,
		        .active = line->active,
		        .vip = line->vip,
		        .no_sending = !line->may_send,
		        .no_log_in = !line->may_log_in,
		        .hidden = TRUE,
		        .password_hash = line->password_hash};
	}
	return mailbox_insert(db, step->ring, fresh, lines->len, error) &&
	       write_belongings(db, step->id, lines, fresh, error);
}

/* The next lines, which are checked once more: what changed since the yes isn't overlooked either.
 */
static gboolean write_lines(Db *db, const ImportStep *step, const ImportRun *run, GError **error)
{
	g_autoptr(GPtrArray) lines =
	        import_lines(db, run->id, run->done_line, MIN(run->step, IMPORT_STEP), error);
	g_autoptr(GPtrArray) faults = import_faults_new();
	g_autoptr(Setting) setting = lines != NULL ? setting_load(db, error) : NULL;

	if (setting == NULL || !import_check(db, lines, faults, error))
		return FALSE;
	if (faults->len > 0)
		return import_turn_back(db, run->id, faults->pdata[0], error);
	if (lines->len == 0) {
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "lines are missing");
		return FALSE;
	}
	const ImportLine *last = lines->pdata[lines->len - 1];
	return way_begin(db, error) && write_mailboxes(db, step, lines, setting, error) &&
	       db_execute(db, error, SQL_DONE, "uuuu", (guint64)lines->len, (guint64)last->number,
	               (guint64)next_size(step, lines->len), run->id) == 1;
}

static gboolean turn_back(Db *db, guint64 id, const char *reason, GError **error)
{
	static char nothing[] = "";
	const ImportFault fault = {.column = "", .reason = reason, .value = nothing};

	return import_turn_back(db, id, &fault, error);
}

static gboolean make_step(Db *db, gpointer data, GError **error)
{
	ImportStep *step = data;
	gboolean may = TRUE;

	step->began = g_get_monotonic_time();
	g_autoptr(ImportRun) run = import_load_locked(db, step->id, error);

	if (run == NULL)
		return FALSE;
	step->over = run->began_at == 0 || run->ended_at != 0;
	if (step->over)
		return TRUE;
	if (run->way != IMPORT_FORWARD)
		return import_back_step(db, run, error) &&
		       db_execute(db, error, SQL_SIZE, "uu", (guint64)next_size(step, run->step),
		               run->id) >= 0;
	/* Who works on the machine itself is nobody of the office. */
	if (run->actor_id != 0 && !bulk_actor_may(db, run->actor_id, &may, error))
		return FALSE;
	if (!may)
		return turn_back(db, run->id, "actor", error);
	return run->done < run->lines ? write_lines(db, step, run, error)
	                              : import_finish(db, run, error);
}

static gboolean clear(Db *db, guint64 id, GError **error)
{
	const char *const tables[] = {
	        SQL_CLEAR_LINES, SQL_CLEAR_WAYS, SQL_CLEAR_USERS, SQL_CLEAR_NEW};

	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
		gint64 gone;
		do
			gone = db_execute(db, error, tables[i], "u", id);
		while (gone > 0);
		if (gone < 0)
			return FALSE;
	}
	return TRUE;
}

/* Whether another try would fail in the same way. */
static gboolean is_lasting(const GError *failure)
{
	return !g_error_matches(failure, PS_ERROR, PS_ERROR_UNAVAILABLE) &&
	       !g_error_matches(failure, PS_ERROR, PS_ERROR_UNCERTAIN) &&
	       !g_error_matches(failure, PS_ERROR, PS_ERROR_UNLOGGED) &&
	       !g_error_matches(failure, PS_ERROR, PS_ERROR_NOT_FOUND);
}

gboolean import_step(Db *db, const KeyRing *ring, guint64 id, gint64 budget, GError **error)
{
	gint64 until = g_get_monotonic_time() + budget;
	ImportStep step = {.ring = ring, .id = id};
	guint tries = 0;

	do {
		g_autoptr(GError) failure = NULL;
		if (db_transaction(db, make_step, &step, &failure))
			continue;
		/* Somebody has just taken an address: the check of another try says which. */
		if (g_error_matches(failure, PS_ERROR, PS_ERROR_DUPLICATE) && tries++ == 0)
			continue;
		if (is_lasting(failure)) {
			g_message("import %" G_GUINT64_FORMAT " is taken back: %s", id,
			        failure->message);
			if (turn_back(db, id, "failed", error))
				continue;
			return FALSE;
		}
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	} while (!step.over && g_get_monotonic_time() < until);
	g_autoptr(ImportRun) run = import_load(db, id, error);
	return run != NULL && (run->ended_at == 0 || clear(db, id, error));
}
