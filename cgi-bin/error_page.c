/* error_page.c: chooses status and words for an error, and always answers something. */
#include "cgi-bin/error_page.h"

#include <string.h>

#include "cgi-bin/carry.h"
#include "cgi-bin/own_form.h"
#include "cgi-bin/page.h"
#include "cgi-bin/text.h"
#include "cgi-bin/upload.h"
#include "lib/base/error.h"

static const char *error_key(int status)
{
	switch (status) {
	case 400:
	case 414:
	case 415:
		return "page.400";
	case 403:
		return "page.403";
	case 404:
		return "page.404";
	case 405:
		return "page.405";
	case 409:
		return "page.409";
	case 413:
		return "page.413";
	case 429:
		return "page.429";
	case 503:
		return "page.503";
	default:
		return "page.500";
	}
}

/* What the form held, and again the form itself where another try may be taken. */
static void fill_kept(Request *req, int status)
{
	if (status == 405 || status == 413 || status == 429)
		return;
	if (status == 503)
		own_form_keep_token(req);
	carry_fill(req, status == 403 || status >= 500 ? CARRY_AGAIN : CARRY_SHOW);
}

static void send_error(Request *req, int status, const char *key)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *title = g_strconcat(key, ".title", NULL);
	g_autofree char *message = g_strconcat(key, ".text", NULL);

	if (req->hdf != NULL)
		hdf_destroy(&req->hdf);
	g_ptr_array_set_size(req->errors, 0);
	page_begin(req, AREA_NONE, text(req, title));
	page_crumb(req, text(req, title), NULL);
	gboolean table = status == 413 && upload_is_one(req);
	page_set(req, "error.text", text(req, table ? "page.413.file" : message));
	page_set_flag(req, "error.table", table);
	page_set_number(req, "error.status", (guint64)status);
	page_set(req, "error.request", req->id);
	if (strcmp(req->method, "POST") == 0)
		fill_kept(req, status);
	if (status == 503)
		g_string_append(req->headers, "Retry-After: 10\r\n");
	if (page_send(req, status, "error.cst", &error))
		return;
	request_log(req, "error_page_failed", error != NULL ? error->message : "");
	/* Without templates there are no languages either. */
	static const char plain[] = "Poststelle kann diese Seite nicht anzeigen.\n"
	                            "Poststelle can't show this page.\n";
	page_send_raw(req, status, "text/plain; charset=utf-8", NULL, plain, strlen(plain));
}

void error_page(Request *req, int status)
{
	send_error(req, status, error_key(status));
}

void error_page_text(Request *req, int status, const char *key)
{
	send_error(req, status, key);
}

gboolean error_page_unconfirmed(Request *req)
{
	const FormField *confirm = form_find(req->form, "confirm");

	if (confirm != NULL && strcmp(confirm->value, "1") == 0)
		return FALSE;
	send_error(req, 422, "page.unconfirmed");
	return TRUE;
}

void error_page_refuse(Request *req, const char *key)
{
	send_error(req, 403, key);
}

void error_page_for(Request *req, const GError *error)
{
	int status = 500;
	const char *key = NULL;

	if (g_error_matches(error, PS_ERROR, PS_ERROR_NOT_FOUND) ||
	        g_error_matches(error, PS_ERROR, PS_ERROR_FORBIDDEN))
		status = 404;
	else if (g_error_matches(error, PS_ERROR, PS_ERROR_CONFLICT))
		status = 409;
	else if (g_error_matches(error, PS_ERROR, PS_ERROR_INVALID))
		status = 422;
	else if (g_error_matches(error, PS_ERROR, PS_ERROR_UNAVAILABLE))
		status = 503;
	else if (g_error_matches(error, PS_ERROR, PS_ERROR_UNCERTAIN))
		key = "page.uncertain";
	else if (g_error_matches(error, PS_ERROR, PS_ERROR_UNLOGGED))
		key = "page.unlogged";
	else if (g_error_matches(error, PS_ERROR, PS_ERROR_SEALED))
		key = "page.sealed";
	if (key != NULL || status == 500 || status == 503 || status == 422)
		request_log(req, "failed", error->message);
	if (key != NULL)
		error_page_text(req, 503, key);
	else
		error_page(req, status == 422 ? 400 : status);
}
