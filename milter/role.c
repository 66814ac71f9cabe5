/* role.c: what both roles tell libmilter and the log: macros, deferrals with their reason. */
#include "milter/role.h"

#include "milter/log.h"

const char *role_macro(SMFICTX *ctx, const char *name)
{
	return smfi_getsymval(ctx, ROLE_TEXT(name));
}

const char *role_service(SMFICTX *ctx)
{
	const char *service = role_macro(ctx, "{daemon_name}");

	return service != NULL ? service : "";
}

void role_log(SMFICTX *ctx, const char *event, const char *detail)
{
	const char *id = role_macro(ctx, "i");

	log_event("event=%s queue=%s service=%s detail=\"%s\"", event, id != NULL ? id : "-",
	        role_service(ctx), detail);
}

static sfsistat answer(SMFICTX *ctx, const char *code, const char *status, const char *text)
{
	smfi_setreply(ctx, ROLE_TEXT(code), ROLE_TEXT(status), ROLE_TEXT(text));
	return *code == '4' ? SMFIS_TEMPFAIL : SMFIS_REJECT;
}

sfsistat role_defer(SMFICTX *ctx, const GError *error)
{
	role_log(ctx, "deferred", error->message);
	return answer(ctx, "451", "4.3.0", "Temporary failure, try again later");
}

sfsistat role_put_off(SMFICTX *ctx, const char *text)
{
	role_log(ctx, "put_off", text);
	return answer(ctx, "451", "4.7.1", text);
}

sfsistat role_refuse(SMFICTX *ctx, const char *text)
{
	role_log(ctx, "refused", text);
	return answer(ctx, "550", "5.7.1", text);
}
