/* user_login.h: the one form of a log-in name that is stored and compared. */
#ifndef POSTSTELLE_LIB_BASE_USER_LOGIN_H
#define POSTSTELLE_LIB_BASE_USER_LOGIN_H

/* Trimmed, lower-cased and in NFC; login must be valid UTF-8. Free: g_free(). */
char *user_login_normal(const char *login);

#endif
