/* routes.c: every address of the program, with the right that it asks for. */
#include "cgi-bin/router.h"

#include "cgi-bin/pages.h"

const Route routes[] = {
        {"GET", "/", RIGHT_SIGNED_IN, start_show, 0},
        {"GET", "/healthz", RIGHT_PUBLIC, healthz_show, 0},
        {"GET", "/login", RIGHT_PUBLIC, login_show, 0},
        {"POST", "/login", RIGHT_PUBLIC, login_save, 0},
        {"POST", "/logout", RIGHT_SIGNED_IN, logout_save, 0},
        {"GET", "/extras", RIGHT_SIGNED_IN, extras_show, 0},
        {"GET", "/settings", RIGHT_SIGNED_IN, settings_show, 0},
};
const gsize routes_count = G_N_ELEMENTS(routes);
