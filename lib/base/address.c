/* address.c: checks addresses as they are typed and puts them into their one form. */
#include "lib/base/address.h"

#include <string.h>

#include <idn2.h>

#include "lib/base/address_readable.h"
#include "lib/base/error.h"
#include "lib/base/text_check.h"

static char *refuse_address(
        GError **error, const char *field, const char *reason, const char *message)
{
	ps_invalid(error, field, reason, "%s", message);
	return NULL;
}

static gboolean is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((guchar)*text >= 0x80)
			return FALSE;
	return TRUE;
}

/* Refused: who types the address would leave it out. */
static gboolean refuse_invisible(const char *typed, const char *field, GError **error)
{
	if (!g_utf8_validate(typed, -1, NULL) || !text_has_invisible(typed))
		return FALSE;
	ps_invalid(error, field, "invisible", "an invisible character");
	return TRUE;
}

char *address_local_part(const char *typed, const char *field, GError **error)
{
	g_autofree char *name = g_ascii_strdown(typed, -1);
	gsize length = strlen(name);

	if (length == 0)
		return refuse_address(error, field, "empty", "the name is empty");
	if (refuse_invisible(name, field, error))
		return NULL;
	if (!is_ascii(name))
		return refuse_address(error, field, "umlaut", "the name has a letter beyond a-z");
	if (strchr(name, '+') != NULL)
		return refuse_address(error, field, "plus", "the name has a plus sign");
	for (const char *c = name; *c != '\0'; c++)
		if (!g_ascii_isalnum(*c) && strchr("._-", *c) == NULL)
			return refuse_address(error, field, "characters",
			        "the name has a character that is not allowed");
	if (length > LOCAL_PART_MAX)
		return refuse_address(
		        error, field, "too_long", "the name is longer than 64 octets");
	if (!g_ascii_isalnum(name[0]) || !g_ascii_isalnum(name[length - 1]))
		return refuse_address(
		        error, field, "edge", "the name must begin and end with a letter or digit");
	if (strstr(name, "..") != NULL)
		return refuse_address(error, field, "dots", "the name has two dots in a row");
	return g_steal_pointer(&name);
}

/* Letters, digits and inner hyphens, 1 to 63 octets a label, at least two labels. */
static gboolean is_host_name(const char *name)
{
	gsize label = 0, labels = 1;

	for (const char *c = name;; c++) {
		if (*c == '.' || *c == '\0') {
			if (label == 0 || label > 63 || c[-1] == '-')
				return FALSE;
			if (*c == '\0')
				break;
			label = 0;
			labels++;
			continue;
		}
		if (!g_ascii_isalnum(*c) && (*c != '-' || label == 0))
			return FALSE;
		label++;
	}
	return labels >= 2;
}

char *address_domain(const char *typed, const char *field, char **display, GError **error)
{
	g_autofree char *name = g_strdup(typed);
	char *ascii = NULL;

	if (g_str_has_suffix(name, "."))
		name[strlen(name) - 1] = '\0';
	if (*name == '\0')
		return refuse_address(error, field, "empty", "the domain is empty");
	if (strlen(name) > 4 * DOMAIN_MAX)
		return refuse_address(error, field, "too_long", "the domain is too long");
	int status = idn2_lookup_u8(
	        (const uint8_t *)name, (uint8_t **)&ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (status != IDN2_OK)
		return refuse_address(error, field,
		        status == IDN2_TOO_BIG_DOMAIN || status == IDN2_TOO_BIG_LABEL ? "too_long"
		                                                                      : "domain",
		        idn2_strerror(status));
	g_autofree char *lower = g_ascii_strdown(ascii, -1);
	idn2_free(ascii);
	if (strlen(lower) > DOMAIN_MAX)
		return refuse_address(
		        error, field, "too_long", "the domain is longer than 253 octets");
	if (!is_host_name(lower))
		return refuse_address(error, field, "domain", "this is not a domain");
	if (display != NULL)
		*display = address_readable(lower);
	return g_steal_pointer(&lower);
}

/* atext of RFC 5322 3.2.3, of RFC 6531 3.3 with letters beyond ASCII. */
static gboolean is_dot_string(const char *text, gboolean international)
{
	if (*text == '\0' || *text == '.' || g_str_has_suffix(text, ".") ||
	        strstr(text, "..") != NULL)
		return FALSE;
	for (; *text != '\0'; text++)
		if (!g_ascii_isalnum(*text) && strchr("!#$%&'*+-/=?^_`{|}~.", *text) == NULL &&
		        !(international && (guchar)*text >= 0x80))
			return FALSE;
	return TRUE;
}

/* Splits at the last "@"; NULL and an error if there is none. */
static char *split(const char *typed, const char *field, const char **domain, GError **error)
{
	const char *at = strrchr(typed, '@');

	if (*typed == '\0')
		return refuse_address(error, field, "empty", "the address is empty");
	if (refuse_invisible(typed, field, error))
		return NULL;
	if (at == NULL)
		return refuse_address(error, field, "address", "the address has no @");
	*domain = at + 1;
	return g_strndup(typed, (gsize)(at - typed));
}

static char *join(const char *local, const char *domain, const char *field, GError **error)
{
	if (strlen(local) + 1 + strlen(domain) > ADDRESS_MAX)
		return refuse_address(
		        error, field, "too_long", "the address is longer than 254 octets");
	return g_strconcat(local, "@", domain, NULL);
}

char *address_any(const char *typed, const char *field, GError **error)
{
	const char *rest = NULL;
	g_autofree char *local = split(typed, field, &rest, error);

	if (local == NULL)
		return NULL;
	if (strlen(typed) > 4 * ADDRESS_MAX || strlen(local) > LOCAL_PART_MAX)
		return refuse_address(error, field, "too_long", "the address is too long");
	if (!is_dot_string(local, FALSE))
		return refuse_address(error, field,
		        is_dot_string(local, TRUE) ? "umlaut" : "address",
		        "the part before the @ is not valid");
	g_autofree char *domain = address_domain(rest, field, NULL, NULL);
	if (domain == NULL)
		return refuse_address(
		        error, field, "address", "the part behind the @ is not a domain");
	return join(local, domain, field, error);
}

char *address_own(const char *typed, const char *field, GError **error)
{
	const char *rest = NULL;
	g_autofree char *typed_local = split(typed, field, &rest, error);

	if (typed_local == NULL)
		return NULL;
	g_autofree char *local = address_local_part(typed_local, field, error);
	if (local == NULL)
		return NULL;
	g_autofree char *domain = address_domain(rest, field, NULL, error);
	if (domain == NULL)
		return NULL;
	return join(local, domain, field, error);
}

char *address_without_extension(const char *address)
{
	const char *at = strrchr(address, '@');
	const char *plus = strchr(address, '+');

	if (at == NULL || plus == NULL || plus > at || plus == address)
		return g_strdup(address);
	g_autofree char *local = g_strndup(address, (gsize)(plus - address));
	return g_strconcat(local, at, NULL);
}

char *address_key(const char *address)
{
	const char *at = strrchr(address, '@');
	g_autofree char *domain = at != NULL ? address_domain(at + 1, "domain", NULL, NULL) : NULL;

	if (domain == NULL)
		return NULL;
	g_autofree char *local = g_ascii_strdown(address, at - address);
	g_autofree char *whole = g_strconcat(local, "@", domain, NULL);
	g_autofree char *key = address_without_extension(whole);
	g_autofree char *valid = address_any(key, "address", NULL);
	return valid != NULL ? g_steal_pointer(&key) : NULL;
}
