/* mail_queue.c: keeps what a mail says until it is made and handed over. */
#include "lib/office/mail_queue.h"

#include "lib/base/error.h"
#include "lib/office/mail_send.h"
#include "lib/office/task.h"

static const char SQL_ADD[] =
        "INSERT INTO mail_queue (task_id, recipient, languages, kind, at, mailbox, actor, person)"
        " VALUES (?, ?, ?, ?, " DB_NOW ", ?, ?, ?)";
static const char SQL_LOAD[] =
        "SELECT recipient, languages, kind, at, mailbox, actor, person, at < " DB_NOW
        " - 86400000000 * ? FROM mail_queue WHERE task_id = ?";
enum { C_RECIPIENT, C_LANGUAGES, C_KIND, C_AT, C_MAILBOX, C_ACTOR, C_PERSON, C_TOO_OLD };
static const char SQL_REMOVE[] = "DELETE FROM mail_queue WHERE task_id = ?";

static const char *text_of(const char *text)
{
	return text != NULL ? text : "";
}

gboolean mail_queue_add(Db *db, const char *recipient, const MailFacts *facts, GError **error)
{
	if (!task_add(db, "mail", 0, recipient, error))
		return FALSE;
	return db_execute(db, error, SQL_ADD, "uaaasss", db_insert_id(db), recipient,
	               facts->languages, facts->kind, text_of(facts->mailbox),
	               text_of(facts->actor), text_of(facts->person)) == 1;
}

gboolean mail_queue_send(Db *db, const Config *config, guint64 task_id, GCancellable *stop,
        gboolean *done, char **result, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_LOAD, "uu", (guint64)MAIL_QUEUE_DAYS, task_id);

	if (rows == NULL)
		return FALSE;
	*done = TRUE;
	if (!db_rows_next(rows)) { /* an earlier try did everything but say so */
		*result = g_strdup("sent");
		return TRUE;
	}
	const MailFacts facts = {
	        .languages = db_rows_text(rows, C_LANGUAGES),
	        .kind = db_rows_text(rows, C_KIND),
	        .when = db_rows_u64(rows, C_AT),
	        .mailbox = db_rows_text(rows, C_MAILBOX),
	        .actor = db_rows_text(rows, C_ACTOR),
	        .person = db_rows_text(rows, C_PERSON),
	};
	if (mail_send(db, config, NULL, db_rows_text(rows, C_RECIPIENT), &facts, stop, &failure)) {
		*result = g_strdup("sent");
	} else if (db_rows_u64(rows, C_TOO_OLD) != 0) {
		*result = g_strdup_printf("given up: %s", failure->message);
	} else {
		*result = g_strdup(failure->message);
		*done = FALSE;
		return TRUE;
	}
	return db_execute(db, error, SQL_REMOVE, "u", task_id) >= 0;
}
