/* error.c: PS_ERROR, an extended GError that also carries a field and a reason. */
#include "lib/base/error.h"

typedef struct {
	const char *field;
	const char *reason;
} PsErrorPrivate;

static void ps_error_private_init(PsErrorPrivate *priv)
{
	priv->field = NULL;
	priv->reason = NULL;
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
	va_start(args, format);
	*error = g_error_new_valist(PS_ERROR, PS_ERROR_INVALID, format, args);
	va_end(args);
	PsErrorPrivate *priv = ps_error_get_private(*error);
	priv->field = field;
	priv->reason = reason;
}

gboolean ps_conflict(GError **error, const char *what)
{
	g_set_error(error, PS_ERROR, PS_ERROR_CONFLICT, "%s was changed meanwhile", what);
	return FALSE;
}

const char *ps_error_field(const GError *error)
{
	if (!g_error_matches(error, PS_ERROR, PS_ERROR_INVALID))
		return NULL;
	PsErrorPrivate *priv = ps_error_get_private(error);
	return priv->field;
}

const char *ps_error_reason(const GError *error)
{
	if (!g_error_matches(error, PS_ERROR, PS_ERROR_INVALID))
		return NULL;
	PsErrorPrivate *priv = ps_error_get_private(error);
	return priv->reason;
}
