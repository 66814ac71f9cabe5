/* office_setting.c: a worker's own copy of the settings.
 *
 * The session's statement brings along with every request which version is the saved one.
 */
#include "cgi-bin/office_setting.h"

const Setting *office_setting(Request *req, GError **error)
{
	App *app = req->app;

	if (app->setting != NULL && app->setting->version == req->session->setting_version)
		return app->setting;
	Setting *saved = setting_load(req->db, error);
	if (saved == NULL)
		return NULL;
	setting_free(app->setting);
	app->setting = saved;
	return saved;
}
