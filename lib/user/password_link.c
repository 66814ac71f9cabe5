/* password_link.c: uses up and voids the links by which users set a password. */
#include "lib/user/password_link.h"

#include "lib/base/error.h"
#include "lib/base/token.h"
#include "lib/base/user_password.h"
#include "lib/office/change_log.h"
#include "lib/user/session.h"
#include "lib/user/user_secret.h"

#define VALID                                                                                      \
	"SELECT u.id, u.login FROM password_link l JOIN user u ON u.id = l.user_id"                \
	" WHERE l.token_hash = ? AND l.expires_at > " DB_NOW " AND u.active = 1"
enum { C_USER, C_LOGIN };
static const char SQL_FIND[] = VALID;
static const char SQL_CLAIM[] = VALID " FOR UPDATE";
static const char SQL_USE[] = "DELETE FROM password_link WHERE token_hash = ?";
static const char SQL_VOID[] = "DELETE FROM password_link WHERE user_id = ?";

char *password_link_login(Db *db, const char *token, GError **error)
{
	TokenHash hash = token_hash(token);
	g_autoptr(DbRows) rows =
	        db_query(db, error, SQL_FIND, "b", hash.octets, sizeof(hash.octets));

	return rows != NULL && db_rows_next(rows) ? g_strdup(db_rows_text(rows, C_LOGIN)) : NULL;
}

static gboolean not_valid(GError **error)
{
	g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND, "the link isn't valid any more");
	return FALSE;
}

typedef struct {
	TokenHash token;
	const char *hash;
} UseWork;

static gboolean use_link(Db *db, gpointer data, GError **error)
{
	const UseWork *work = data;
	const gsize size = sizeof(work->token.octets);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_CLAIM, "b", work->token.octets, size);

	if (rows == NULL)
		return FALSE;
	if (!db_rows_next(rows))
		return not_valid(error);
	g_autofree char *login = g_strdup(db_rows_text(rows, C_LOGIN));
	const Actor actor = {db_rows_u64(rows, C_USER), login};
	gint64 used = db_execute(db, error, SQL_USE, "b", work->token.octets, size);
	if (used == 0)
		return not_valid(error);
	return used == 1 && user_secret_store(db, actor.user_id, work->hash, error) &&
	       session_end_all(db, actor.user_id, NULL, error) &&
	       change_log_add(db, &actor, 0, login, "user.password_by_link", "", NULL, NULL, error);
}

gboolean password_link_use(Db *db, const char *token, const char *new_password, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *login = password_link_login(db, token, &failure);

	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (login == NULL) /* a hash costs too much for a guess */
		return not_valid(error);
	if (!user_password_check(new_password, "new_password", error))
		return FALSE;
	g_autofree char *hash = user_password_hash(new_password, error);
	UseWork work = {.token = token_hash(token), .hash = hash};
	return hash != NULL && db_transaction(db, use_link, &work, error);
}

gboolean password_link_void(Db *db, guint64 user_id, GError **error)
{
	return db_execute(db, error, SQL_VOID, "u", user_id) >= 0;
}
