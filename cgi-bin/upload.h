/* upload.h: a form with a file (multipart/form-data, RFC 7578), which is never held whole in
 * memory: the body goes to a file that has no name and is gone when the request is over.
 */
#ifndef POSTSTELLE_CGI_UPLOAD_H
#define POSTSTELLE_CGI_UPLOAD_H

#include "cgi-bin/request.h"

/* Whether the body says that it is such a form. */
gboolean upload_is_one(Request *req);

/* Reads it, at most limit octets: the form's fields, as request_read_form() does, and req->upload,
 * the file of the field "file" if one was chosen. FALSE: req->status says what is wrong. */
gboolean upload_read(Request *req, gsize limit);

#endif
