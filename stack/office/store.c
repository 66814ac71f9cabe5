/* store.c: mail as Dovecot keeps it: a Maildir for each mailbox's number, whose files say their
 * size in their name (S: octets, W: with CR LF, which is what counts). */
#include "stack/office/store.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/error.h"

/* As quota_clone writes it. */
static const char SQL_USAGE[] =
        "UPDATE mailbox_usage SET bytes = ?, messages = ? WHERE username = ?";

static gboolean failed(GError **error, const char *path)
{
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "%s: %s", path, g_strerror(errno));
	return FALSE;
}

/* The mail belongs to whom the store belongs to. */
static gboolean make_directory(const char *path, const struct stat *store, GError **error)
{
	if (mkdir(path, 0700) != 0)
		return errno == EEXIST || failed(error, path);
	return chown(path, store->st_uid, store->st_gid) == 0 || failed(error, path);
}

/* The mailbox's directory with all that a Maildir has. Free: g_free(). NULL and error. */
static char *maildir(Office *office, const Box *box, const struct stat *store, GError **error)
{
	static const char *const parts[] = {
	        "", "/Maildir", "/Maildir/tmp", "/Maildir/new", "/Maildir/cur"};
	g_autofree char *home =
	        g_strdup_printf("%s/%" G_GUINT64_FORMAT, office->config->mail_store, box->id);

	for (gsize i = 0; box->mails == 0 && i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_strconcat(home, parts[i], NULL);
		if (!make_directory(path, store, error))
			return NULL;
	}
	return g_strconcat(home, "/Maildir", NULL);
}

static gboolean write_file(const char *path, const struct stat *store, guint64 at,
        const char *message, gsize size, GError **error)
{
	const struct timespec when = {.tv_sec = (time_t)(at / G_USEC_PER_SEC)};
	const struct timespec times[] = {when, when};
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	gboolean ok = fd >= 0 && fchown(fd, store->st_uid, store->st_gid) == 0 &&
	              write(fd, message, size) == (ssize_t)size && futimens(fd, times) == 0;
	if (!ok)
		failed(error, path);
	if (fd >= 0)
		close(fd);
	return ok;
}

gboolean store_add(
        Office *office, Box *box, const char *message, gsize size, gboolean read, GError **error)
{
	struct stat store;
	gsize virtual_size = size;

	for (gsize i = 0; i < size; i++)
		virtual_size += message[i] == '\n';
	if (stat(office->config->mail_store, &store) != 0)
		return failed(error, office->config->mail_store);
	g_autofree char *directory = maildir(office, box, &store, error);
	if (directory == NULL)
		return FALSE;
	g_autofree char *path =
	        g_strdup_printf("%s/%s/%" G_GUINT64_FORMAT ".M%06uP%" G_GUINT64_FORMAT
	                        ".office,S=%" G_GSIZE_FORMAT ",W=%" G_GSIZE_FORMAT "%s",
	                directory, read ? "cur" : "new", office->at / G_USEC_PER_SEC,
	                (guint)(office->at % G_USEC_PER_SEC), box->mails + 1, size, virtual_size,
	                read ? ":2,S" : "");
	box->mails++;
	box->bytes += virtual_size;
	return write_file(path, &store, office->at, message, size, error);
}

gboolean store_fill(Office *office, Box *box, gsize size, GError **error)
{
	static const char line[] =
	        "JVBERi0xLjcKJeLjz9MKNSAwIG9iago8PC9MZW5ndGggMTIzL0ZpbHRlci9GbGF0ZQ==\n";
	g_autoptr(GString) message = g_string_new("From: Archiv <archiv@scanner.example>\nTo: <");

	g_string_append_printf(message,
	        "%s>\nSubject: Mietakte, alle Anlagen\nMessage-ID: <akte.%" G_GUINT64_FORMAT
	        "@scanner.example>\nMIME-Version: 1.0\nContent-Type: application/pdf;"
	        " name=akte.pdf\nContent-Transfer-Encoding: base64\n\n",
	        box->address, box->id);
	while (message->len < size)
		g_string_append(message, line);
	return store_add(office, box, message->str, message->len, TRUE, error);
}

gboolean store_note_usage(Office *office, GError **error)
{
	for (guint i = 0; i < office->boxes->len; i++) {
		const Box *box = office->boxes->pdata[i];
		if (box->mails > 0 && db_execute(office->db, error, SQL_USAGE, "uua", box->bytes,
		                              box->mails, box->address) < 0)
			return FALSE;
	}
	return TRUE;
}
