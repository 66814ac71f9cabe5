/* office_setting.h: what the office sets, kept by each worker until it is changed. */
#ifndef POSTSTELLE_CGI_OFFICE_SETTING_H
#define POSTSTELLE_CGI_OFFICE_SETTING_H

#include "cgi-bin/request.h"
#include "lib/office/setting.h"

/* The settings as they were saved when the request came, for a page of somebody who is signed in.
 * NULL and error. Borrowed. */
const Setting *office_setting(Request *req, GError **error);

#endif
