/* cms.c: signs a document with OpenSSL. */
#include "lib/base/cms.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "lib/base/error.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CMS_ContentInfo, CMS_ContentInfo_free)

typedef STACK_OF(X509) Chain;

static void chain_free(Chain *chain)
{
	sk_X509_pop_free(chain, X509_free);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chain, chain_free)

static gpointer cms_failed(const char *what, GError **error)
{
	char reason[200] = "";

	ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
	ERR_clear_error();
	g_set_error(error, PS_ERROR, PS_ERROR_INTERNAL, "signing: %s: %s", what, reason);
	return NULL;
}

/* A key with a passphrase is an error, not a question on the terminal. */
static int no_passphrase(char *buffer, int size, int writing, void *data)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)data;
	return -1;
}

/* The first certificate of the file; those behind it go into chain. */
static X509 *read_certificates(const char *path, Chain *chain)
{
	g_autoptr(BIO) file = BIO_new_file(path, "r");
	X509 *signer = file != NULL ? PEM_read_bio_X509(file, NULL, no_passphrase, NULL) : NULL;

	for (X509 *next = NULL; signer != NULL; next = NULL) {
		next = PEM_read_bio_X509(file, NULL, no_passphrase, NULL);
		if (next == NULL || sk_X509_push(chain, next) <= 0) {
			X509_free(next);
			break;
		}
	}
	if (signer != NULL)
		ERR_clear_error(); /* the end of the file is one */
	return signer;
}

static EVP_PKEY *read_signing_key(const char *path)
{
	g_autoptr(BIO) file = BIO_new_file(path, "r");

	return file != NULL ? PEM_read_bio_PrivateKey(file, NULL, no_passphrase, NULL) : NULL;
}

GBytes *cms_sign(GBytes *content, const char *certificate, const char *key, GError **error)
{
	g_autoptr(Chain) chain = sk_X509_new_null();
	gsize size;
	const void *octets = g_bytes_get_data(content, &size);

	g_autoptr(X509) signer = read_certificates(certificate, chain);
	if (signer == NULL)
		return cms_failed(certificate, error);
	g_autoptr(EVP_PKEY) private_key = read_signing_key(key);
	if (private_key == NULL)
		return cms_failed(key, error);
	g_autoptr(BIO) in = BIO_new_mem_buf(octets, (int)size);
	g_autoptr(BIO) out = BIO_new(BIO_s_mem());
	g_autoptr(CMS_ContentInfo) cms =
	        in != NULL && out != NULL
	                ? CMS_sign(signer, private_key, chain, in, CMS_BINARY | CMS_NOSMIMECAP)
	                : NULL;
	char *der = NULL;
	if (cms == NULL || i2d_CMS_bio(out, cms) != 1)
		return cms_failed("the profile", error);
	long length = BIO_get_mem_data(out, &der);
	return g_bytes_new(der, (gsize)length);
}
