/* seal.c: reads, writes and uses the key file that seals passwords. */
#include "lib/base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "lib/base/error.h"

#define KEY_SIZE 32
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define ID_SIZE 8 /* characters of a new id */
#define ID_MAX 32

typedef struct {
	char *id;
	guint8 key[KEY_SIZE];
} SealKey;

struct KeyRing {
	GPtrArray *keys;
};

static void key_free(gpointer data)
{
	SealKey *key = data;

	OPENSSL_cleanse(key->key, sizeof(key->key));
	g_free(key->id);
	g_free(key);
}

static gboolean is_id(const char *text)
{
	for (const char *c = text; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c))
			return FALSE;
	return *text != '\0' && strlen(text) <= ID_MAX;
}

static SealKey *parse_line(const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 2);

	if (g_strv_length(words) != 2 || !is_id(words[0]) ||
	        strlen(words[1]) != 2 * (gsize)KEY_SIZE)
		return NULL;
	SealKey *key = g_new0(SealKey, 1);
	key->id = g_strdup(words[0]);
	for (guint i = 0; i < KEY_SIZE; i++) {
		int high = g_ascii_xdigit_value(words[1][2 * i]),
		    low = g_ascii_xdigit_value(words[1][2 * i + 1]);
		if (high < 0 || low < 0) {
			key_free(key);
			return NULL;
		}
		key->key[i] = (guint8)(high << 4 | low);
	}
	OPENSSL_cleanse(words[1], strlen(words[1]));
	return key;
}

/* Adds what a line says. FALSE: it is no key, or another key has its id: what this one seals, that
 * one doesn't open. The same line again changes nothing but which is the last. */
static gboolean add_seal_key(GPtrArray *keys, const char *line)
{
	SealKey *key = parse_line(line);

	if (key == NULL)
		return FALSE;
	for (guint i = 0; i < keys->len; i++) {
		const SealKey *other = keys->pdata[i];
		if (strcmp(other->id, key->id) == 0 &&
		        CRYPTO_memcmp(other->key, key->key, KEY_SIZE) != 0) {
			key_free(key);
			return FALSE;
		}
	}
	g_ptr_array_add(keys, key);
	return TRUE;
}

KeyRing *keyring_load(const char *path, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *text = NULL;
	g_autoptr(KeyRing) ring = g_new0(KeyRing, 1);

	ring->keys = g_ptr_array_new_with_free_func(key_free);
	if (!g_file_get_contents(path, &text, NULL, &failure)) {
		if (g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			return g_steal_pointer(&ring);
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	OPENSSL_cleanse(text, strlen(text));
	for (guint i = 0; lines[i] != NULL; i++) {
		if (*g_strstrip(lines[i]) == '\0')
			continue;
		if (!add_seal_key(ring->keys, lines[i])) {
			g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL,
			        "%s line %u is not a key, or another line has its id", path, i + 1);
			return NULL;
		}
		OPENSSL_cleanse(lines[i], strlen(lines[i]));
	}
	return g_steal_pointer(&ring);
}

void keyring_free(KeyRing *ring)
{
	if (ring == NULL)
		return;
	g_ptr_array_unref(ring->keys);
	g_free(ring);
}

gboolean keyring_is_empty(const KeyRing *ring)
{
	return ring->keys->len == 0;
}

const char *keyring_current(const KeyRing *ring)
{
	return ring->keys->len == 0 ? NULL
	                            : ((const SealKey *)ring->keys->pdata[ring->keys->len - 1])->id;
}

gboolean keyring_has(const KeyRing *ring, const char *id)
{
	for (guint i = 0; id != NULL && i < ring->keys->len; i++)
		if (strcmp(((const SealKey *)ring->keys->pdata[i])->id, id) == 0)
			return TRUE;
	return FALSE;
}

guint keyring_count(const KeyRing *ring)
{
	return ring->keys->len;
}

const char *keyring_id(const KeyRing *ring, guint index)
{
	return ((const SealKey *)ring->keys->pdata[index])->id;
}

/* Two who change the file wait for each other: the lock is on its directory, since the file itself
 * is replaced. Close it to unlock; -1 and error. */
static int lock_beside(const char *path, GError **error)
{
	g_autofree char *directory = g_path_get_dirname(path);
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		return fd;
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "%s: %s", directory, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Replaces the file as a whole; who may read it stays as it was (the web program's group,
 * usually). */
static gboolean write_file(const char *path, const GString *text, GError **error)
{
	struct stat state;
	gboolean there = stat(path, &state) == 0;

	if (!g_file_set_contents_full(path, text->str, (gssize)text->len,
	            G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error))
		return FALSE;
	if (!there || (chown(path, state.st_uid, state.st_gid) == 0 &&
	                      chmod(path, state.st_mode & 07777) == 0))
		return TRUE;
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "%s: %s", path, g_strerror(errno));
	return FALSE;
}

/* A file that isn't there is empty. Wipe and free: forget(). */
static GString *read_key_file(const char *path, GError **error)
{
	g_autoptr(GError) failure = NULL;
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, &failure)) {
		if (g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOENT))
			return g_string_new(NULL);
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	GString *out = g_string_new(text);
	OPENSSL_cleanse(text, strlen(text));
	g_free(text);
	return out;
}

static void forget_keys(GString *text)
{
	OPENSSL_cleanse(text->str, text->allocated_len);
	g_string_free(text, TRUE);
}

static char *append_key(GString *text)
{
	guint8 random[KEY_SIZE + ID_SIZE / 2];

	if (text->len > 0 && text->str[text->len - 1] != '\n')
		g_string_append_c(text, '\n');
	arc4random_buf(random, sizeof(random));
	gsize id_at = text->len;
	for (guint i = 0; i < ID_SIZE / 2; i++)
		g_string_append_printf(text, "%02x", random[i]);
	char *id = g_strdup(text->str + id_at);
	g_string_append_c(text, ' ');
	for (guint i = ID_SIZE / 2; i < sizeof(random); i++)
		g_string_append_printf(text, "%02x", random[i]);
	g_string_append_c(text, '\n');
	OPENSSL_cleanse(random, sizeof(random));
	return id;
}

gboolean keyring_add_key(const char *path, char **id, GError **error)
{
	int lock = lock_beside(path, error);
	GString *text = lock >= 0 ? read_key_file(path, error) : NULL;
	gboolean ok = FALSE;

	*id = NULL;
	if (text != NULL) {
		*id = append_key(text);
		ok = write_file(path, text, error);
		forget_keys(text);
	}
	if (!ok)
		g_clear_pointer(id, g_free);
	if (lock >= 0)
		close(lock);
	return ok;
}

static gboolean is_of(const char *line, const GPtrArray *ids)
{
	for (guint i = 0; i < ids->len; i++) {
		gsize length = strlen(ids->pdata[i]);
		if (strncmp(line, ids->pdata[i], length) == 0 && line[length] == ' ')
			return TRUE;
	}
	return FALSE;
}

/* Takes the lines of those ids out of text. */
static void remove_lines(GString *text, const GPtrArray *ids)
{
	for (gsize at = 0; at < text->len;) {
		gsize length = strcspn(text->str + at, "\n");
		gsize whole = text->str[at + length] == '\n' ? length + 1 : length;
		if (is_of(text->str + at, ids))
			g_string_erase(text, (gssize)at, (gssize)whole);
		else
			at += whole;
	}
}

gboolean keyring_remove_keys(const char *path, const GPtrArray *ids, GError **error)
{
	int lock = lock_beside(path, error);
	GString *text = lock >= 0 ? read_key_file(path, error) : NULL;
	gboolean ok = FALSE;

	if (text != NULL) {
		remove_lines(text, ids);
		ok = write_file(path, text, error);
		forget_keys(text);
	}
	if (lock >= 0)
		close(lock);
	return ok;
}

/* The associated data: the mailbox's number in a fixed form. */
static void associate(guint64 mailbox_id, guint8 data[8])
{
	for (int i = 7; i >= 0; i--, mailbox_id >>= 8)
		data[i] = (guint8)(mailbox_id & 0xff);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

GBytes *seal_close(const KeyRing *ring, guint64 mailbox_id, const char *text, GError **error)
{
	int length = (int)strlen(text), written = 0, rest = 0;
	guint8 data[8];

	if (ring->keys->len == 0)
		return NULL;
	const SealKey *key = ring->keys->pdata[ring->keys->len - 1];
	gsize size = (gsize)NONCE_SIZE + (gsize)length + TAG_SIZE;
	guint8 *out = g_malloc(size);
	g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
	associate(mailbox_id, data);
	arc4random_buf(out, NONCE_SIZE);
	if (context == NULL ||
	        EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->key, out) != 1 ||
	        EVP_EncryptUpdate(context, NULL, &written, data, sizeof(data)) != 1 ||
	        EVP_EncryptUpdate(
	                context, out + NONCE_SIZE, &written, (const guint8 *)text, length) != 1 ||
	        EVP_EncryptFinal_ex(context, out + NONCE_SIZE + written, &rest) != 1 ||
	        EVP_CIPHER_CTX_ctrl(
	                context, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, out + NONCE_SIZE + length) != 1) {
		g_free(out);
		g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "sealing failed");
		return NULL;
	}
	return g_bytes_new_take(out, size);
}

static const SealKey *find_seal_key(const KeyRing *ring, const char *id)
{
	for (guint i = 0; id != NULL && i < ring->keys->len; i++)
		if (strcmp(((const SealKey *)ring->keys->pdata[i])->id, id) == 0)
			return ring->keys->pdata[i];
	return NULL;
}

char *seal_open(const KeyRing *ring, const char *key_id, guint64 mailbox_id, const guint8 *sealed,
        gsize size, GError **error)
{
	const SealKey *key = find_seal_key(ring, key_id);
	guint8 data[8], tag[TAG_SIZE];
	int written = 0, rest = 0;

	if (key == NULL) {
		g_set_error(error, PS_ERROR, PS_ERROR_NOT_FOUND,
		        "the key %s is not in the key file", key_id != NULL ? key_id : "(none)");
		return NULL;
	}
	if (size < NONCE_SIZE + TAG_SIZE) {
		g_set_error(error, PS_ERROR, PS_ERROR_SEALED, "the sealed password is too short");
		return NULL;
	}
	gsize length = size - NONCE_SIZE - TAG_SIZE;
	char *text = g_malloc0(length + 1);
	g_autoptr(EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new();
	associate(mailbox_id, data);
	memcpy(tag, sealed + NONCE_SIZE + length, TAG_SIZE);
	if (context == NULL ||
	        EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key->key, sealed) != 1 ||
	        EVP_DecryptUpdate(context, NULL, &written, data, sizeof(data)) != 1 ||
	        EVP_DecryptUpdate(
	                context, (guint8 *)text, &written, sealed + NONCE_SIZE, (int)length) != 1 ||
	        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) != 1 ||
	        EVP_DecryptFinal_ex(context, (guint8 *)text + written, &rest) != 1) {
		OPENSSL_cleanse(text, length);
		g_free(text);
		g_set_error(error, PS_ERROR, PS_ERROR_SEALED, "the sealed password doesn't open");
		return NULL;
	}
	return text;
}
