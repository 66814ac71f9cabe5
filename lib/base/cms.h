/* cms.h: signs a document so that its reader can check who made it (RFC 5652). */
#ifndef POSTSTELLE_LIB_BASE_CMS_H
#define POSTSTELLE_LIB_BASE_CMS_H

#include <glib.h>

/*
 * SignedData in DER with the content inside. certificate: a PEM file with the signer's certificate
 * first and those between it and its root behind it, which all go along; key: its private key, PEM
 * without a passphrase. NULL and PS_ERROR_INTERNAL. Free: g_bytes_unref().
 */
GBytes *cms_sign(GBytes *content, const char *certificate, const char *key, GError **error);

#endif
