/* seal.h: passwords that can be shown are stored sealed (AES-256-GCM, NIST SP 800-38D) under a
 * key file outside the database.
 *
 * The key file has a line a key: id (letters and digits), a blank, 64 hex digits. The last line
 * seals; all open. The mailbox's number is associated data: a sealed password that was moved to
 * another row does not open. Sealed form: 12 octets nonce, cipher text, 16 octets tag.
 */
#ifndef POSTSTELLE_LIB_BASE_SEAL_H
#define POSTSTELLE_LIB_BASE_SEAL_H

#include <glib.h>

typedef struct KeyRing KeyRing;

/* Reads the key file. A file that isn't there gives a ring without keys (keyring_is_empty()):
 * the application runs, and shows no password. NULL and error for a broken file. */
KeyRing *keyring_load(const char *path, GError **error);
void keyring_free(KeyRing *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyRing, keyring_free)
gboolean keyring_is_empty(const KeyRing *ring);
/* Whether it holds the key of that id (NULL: no). */
gboolean keyring_has(const KeyRing *ring, const char *id);
/* Id of the key that seals; NULL for an empty ring. Borrowed. */
const char *keyring_current(const KeyRing *ring);

/* How many keys it holds, and the id of each; the last one is the current. Borrowed. */
guint keyring_count(const KeyRing *ring);
const char *keyring_id(const KeyRing *ring, guint index);

/* Adds a new random key to the file (mode 0600), which it makes if it isn't there; replaced as a
 * whole, so that a reader sees the old or the new one. *id: of the new key. Free: g_free(). */
gboolean keyring_add_key(const char *path, char **id, GError **error);

/* Removes the keys of those ids from the file, in the same way. */
gboolean keyring_remove_keys(const char *path, const GPtrArray *ids, GError **error);

/* Seals text for a mailbox. NULL: the ring is empty (no error), or error. Free: g_bytes_unref(). */
GBytes *seal_close(const KeyRing *ring, guint64 mailbox_id, const char *text, GError **error);
/* Opens it. NULL and PS_ERROR_NOT_FOUND if the key isn't in the ring, PS_ERROR_SEALED if the
 * seal is broken. Free: password_free(). */
char *seal_open(const KeyRing *ring, const char *key_id, guint64 mailbox_id, const guint8 *sealed,
        gsize size, GError **error);

#endif
