/* setting.h: what the office sets (one row). What the machine sets is in config.h. */
#ifndef POSTSTELLE_LIB_SETTING_H
#define POSTSTELLE_LIB_SETTING_H

#include "lib/db.h"

typedef struct {
	char *host;
	guint64 port;
	char *security; /* tls or starttls */
} MailServer;

typedef struct {
	guint64 version;
	char *office_name;
	char *contact; /* Ansprechpartner for new domains */
	char *timezone;
	gboolean allow_plain_password; /* access data may be sent with the password in clear text */
	MailServer imap, pop3, smtp;
} Setting;

/* Free: setting_free(). */
Setting *setting_load(Db *db, GError **error);
void setting_free(Setting *setting);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Setting, setting_free)

/* Tells the workers that their copies of the domains are old; within the change's transaction. */
gboolean setting_bump_domains(Db *db, GError **error);

#endif
