/* mail_store.c: walks down a mailbox's directory and removes what is in it, step by step. */
#include "lib/base/mail_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/error.h"

#define MAX_DEPTH 32
#define OPEN_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

typedef struct {
	dev_t device; /* of the store */
	guint left;   /* entries that may still go in this step */
	guint depth;
} Removal;

static gboolean store_failed(GError **error, const char *what, const char *name)
{
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "%s %s: %s", what, name, g_strerror(errno));
	return FALSE;
}

static gboolean empty_directory(Removal *removal, int fd, const char *name, GError **error);

/* Removes the directory name in parent with all that is in it, as far as the step goes. */
static gboolean remove_directory(Removal *removal, int parent, const char *name, GError **error)
{
	struct stat state;
	int fd = openat(parent, name, OPEN_FLAGS);

	if (fd < 0)
		return errno == ENOENT || store_failed(error, "can't enter", name);
	if (fstat(fd, &state) != 0 || state.st_dev != removal->device ||
	        removal->depth == MAX_DEPTH) {
		close(fd);
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
		        "%s lies too deep or on another file system", name);
		return FALSE;
	}
	removal->depth++;
	gboolean ok = empty_directory(removal, fd, name, error);
	removal->depth--;
	if (!ok || removal->left == 0)
		return ok;
	removal->left--;
	return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT ||
	       store_failed(error, "can't remove", name);
}

static gboolean remove_entry(Removal *removal, int fd, const struct dirent *entry, GError **error)
{
	gboolean is_directory = entry->d_type == DT_DIR;
	struct stat state;

	if (entry->d_type == DT_UNKNOWN &&
	        fstatat(fd, entry->d_name, &state, AT_SYMLINK_NOFOLLOW) == 0)
		is_directory = S_ISDIR(state.st_mode);
	if (is_directory)
		return remove_directory(removal, fd, entry->d_name, error);
	removal->left--;
	return unlinkat(fd, entry->d_name, 0) == 0 || errno == ENOENT ||
	       store_failed(error, "can't remove", entry->d_name);
}

/* Takes fd over. */
static gboolean empty_directory(Removal *removal, int fd, const char *name, GError **error)
{
	DIR *directory = fdopendir(fd);
	const struct dirent *entry;
	gboolean ok = TRUE;

	if (directory == NULL) {
		close(fd);
		return store_failed(error, "can't read", name);
	}
	while (ok && removal->left > 0 && (entry = readdir(directory)) != NULL) {
		if (g_str_equal(entry->d_name, ".") || g_str_equal(entry->d_name, ".."))
			continue;
		ok = remove_entry(removal, fd, entry, error);
	}
	closedir(directory);
	return ok;
}

gboolean mail_store_remove(
        const char *store, guint64 mailbox_id, gboolean *found, gboolean *done, GError **error)
{
	struct stat state;
	char name[24];

	*found = *done = FALSE;
	g_snprintf(name, sizeof(name), "%" G_GUINT64_FORMAT, mailbox_id);
	/* The store itself may be a link of the administrator's. */
	int fd = open(store, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &state) != 0) {
		store_failed(error, "can't enter", store);
		if (fd >= 0)
			close(fd);
		return FALSE;
	}
	Removal removal = {.device = state.st_dev, .left = MAIL_STORE_STEP};
	*found = fstatat(fd, name, &state, AT_SYMLINK_NOFOLLOW) == 0;
	gboolean ok = remove_directory(&removal, fd, name, error);
	*done = ok && fstatat(fd, name, &state, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT;
	close(fd);
	return ok;
}
