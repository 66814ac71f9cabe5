/* error.c: PS_ERROR, an extended GError that also carries fields and reasons. */
#include "lib/base/error.h"

#define MOST 32 /* fields that one error names; a form has fewer */

typedef struct {
	const char *field;
	const char *reason;
} Refusal;

typedef struct {
	Refusal refusals[MOST];
	guint count;
} PsErrorPrivate;

static void ps_error_private_init(PsErrorPrivate *priv)
{
	priv->count = 0;
}

static void ps_error_private_copy(const PsErrorPrivate *from, PsErrorPrivate *to)
{
	*to = *from;
}

static void ps_error_private_clear(PsErrorPrivate *priv)
{
	ps_error_private_init(priv);
}

G_DEFINE_EXTENDED_ERROR(PsError, ps_error)

void ps_invalid(GError **error, const char *field, const char *reason, const char *format, ...)
{
	va_list args;

	if (error == NULL)
		return;
	if (*error == NULL) {
		va_start(args, format);
		*error = g_error_new_valist(PS_ERROR, PS_ERROR_INVALID, format, args);
		va_end(args);
	}
	if (!g_error_matches(*error, PS_ERROR, PS_ERROR_INVALID))
		return;
	PsErrorPrivate *priv = ps_error_get_private(*error);
	if (priv->count < MOST)
		priv->refusals[priv->count++] = (Refusal){field, reason};
}

gboolean ps_conflict(GError **error, const char *what)
{
	g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "%s was changed meanwhile", what);
	return FALSE;
}

static const Refusal *refusal_at(const GError *error, guint number)
{
	static const Refusal none = {NULL, NULL};

	if (!g_error_matches(error, PS_ERROR, PS_ERROR_INVALID))
		return &none;
	const PsErrorPrivate *priv = ps_error_get_private(error);
	return number < priv->count ? &priv->refusals[number] : &none;
}

const char *ps_error_field_at(const GError *error, guint number)
{
	return refusal_at(error, number)->field;
}

const char *ps_error_reason_at(const GError *error, guint number)
{
	return refusal_at(error, number)->reason;
}

const char *ps_error_field(const GError *error)
{
	return ps_error_field_at(error, 0);
}

const char *ps_error_reason(const GError *error)
{
	return ps_error_reason_at(error, 0);
}
