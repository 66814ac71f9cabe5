/* autodiscover.c: Microsoft's Autodiscover for Outlook (POX, and the JSON form that leads to it).
 *
 * Every address of an own domain gets the same answer.
 */
#include <string.h>

#include "cgi-bin/autodiscover_read.h"
#include "cgi-bin/client_setup.h"
#include "cgi-bin/error_page.h"
#include "cgi-bin/page.h"
#include "cgi-bin/pages.h"
#include "cgi-bin/router.h"
#include "lib/base/address.h"
#include "lib/base/error.h"
#include "lib/office/domain.h"

#define RESPONSE_SCHEMA                                                                            \
	"http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"

/* ErrorCode of an answer that says no. */
#define CODE_NOT_FOUND "500"
#define CODE_INVALID "600"
#define CODE_SCHEMA "601"

static gboolean refuse_request(
        Request *req, int status, const char *code, const char *message, GError **error)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");

	page_set(req, "error.code", code);
	page_set(req, "error.message", message);
	page_set(req, "error.time", time);
	page_set(req, "error.id", req->id);
	return client_setup_send(req, status, "autodiscover.cst", error);
}

/* The same for every address of an own domain. */
static gboolean answer_for(Request *req, const char *typed, GError **error)
{
	g_autofree char *address = address_any(typed, "address", NULL);
	g_autofree char *domain = NULL;

	if (address == NULL)
		return refuse_request(req, 400, CODE_INVALID, "Invalid address", error);
	if (!domain_is_own(req->db, strrchr(address, '@') + 1, &domain, error))
		return FALSE;
	if (domain == NULL)
		return refuse_request(req, 404, CODE_NOT_FOUND,
		        "The address is in no domain of this office", error);
	g_autofree char *there = domain_of_login(req->db, domain, error);
	g_autoptr(Setting) setting = there != NULL ? setting_load(req->db, error) : NULL;
	if (setting == NULL)
		return FALSE;
	*strrchr(address, '@') = '\0';
	g_autofree char *whole = g_strconcat(address, "@", there, NULL);
	g_autofree char *login = g_ascii_strdown(whole, -1);
	page_set(req, "login", login);
	client_setup_servers(req, setting);
	return client_setup_send(req, 200, "autodiscover.cst", error);
}

gboolean autodiscover_save(Request *req, GError **error)
{
	gsize size;
	g_autofree char *body = request_read_body(req, ROUTE_MAX_BODY, &size);
	g_autoptr(GString) typed = g_string_new(NULL);
	g_autoptr(GString) schema = g_string_new(NULL);

	if (body == NULL) {
		error_page(req, req->status);
		return TRUE;
	}
	if (!autodiscover_read(body, size, typed, schema))
		return refuse_request(req, 400, CODE_INVALID, "Invalid request", error);
	if (*schema->str != '\0' && strcmp(schema->str, RESPONSE_SCHEMA) != 0)
		return refuse_request(
		        req, 400, CODE_SCHEMA, "This response schema is not provided", error);
	return answer_for(req, typed->str, error);
}

/* The value of a query's field, whatever the case of its name; "" if there is none. */
static const char *query_value(const Request *req, const char *name)
{
	for (guint i = 0; i < req->query->fields->len; i++) {
		const FormField *field = req->query->fields->pdata[i];
		if (!field->bad && g_ascii_strcasecmp(field->name, name) == 0)
			return field->value;
	}
	return "";
}

static const char *asked_address(const Request *req)
{
	const char *address = query_value(req, "emailaddress");

	return *address != '\0' ? address : query_value(req, "email");
}

/* Programs that only look whether there is something get what an Exchange server says to them. */
gboolean autodiscover_show(Request *req, GError **error)
{
	const char *address = asked_address(req);

	return *address == '\0' ? refuse_request(req, 200, CODE_INVALID, "Invalid request", error)
	                        : answer_for(req, address, error);
}

static gboolean send_json(Request *req, int status, const char *one, const char *one_value,
        const char *other, const char *other_value)
{
	g_autofree char *body = g_strdup_printf(
	        "{\"%s\":\"%s\",\"%s\":\"%s\"}\n", one, one_value, other, other_value);

	return page_send_raw(req, status, "application/json", NULL, body, strlen(body));
}

/* Version 2: where the answer above is. base_url holds no character that JSON escapes. */
gboolean autodiscover_json_show(Request *req, GError **error)
{
	g_autofree char *address = address_any(asked_address(req), "address", NULL);
	g_autofree char *domain = NULL;
	g_autofree char *url =
	        g_strconcat(req->app->config->base_url, "/autodiscover/autodiscover.xml", NULL);

	if (g_ascii_strcasecmp(query_value(req, "protocol"), "AutodiscoverV1") != 0)
		return send_json(req, 400, "ErrorCode", "InvalidProtocol", "ErrorMessage",
		        "Only AutodiscoverV1 is provided");
	if (address == NULL)
		return send_json(
		        req, 400, "ErrorCode", "InvalidRequest", "ErrorMessage", "Invalid address");
	if (!domain_is_own(req->db, strrchr(address, '@') + 1, &domain, error))
		return FALSE;
	if (domain == NULL)
		return send_json(req, 404, "ErrorCode", "UserNotFound", "ErrorMessage",
		        "The address is in no domain of this office");
	return send_json(req, 200, "Protocol", "AutodiscoverV1", "Url", url);
}
