/* doctor_checks.h: the checks of the table in doctor_checks.c, by the file that holds them. */
#ifndef POSTSTELLE_CLI_DOCTOR_CHECKS_H
#define POSTSTELLE_CLI_DOCTOR_CHECKS_H

#include "cli/doctor.h"

#define CHECK(name) void name(const Doctor *doctor, const char *argument, HealthCheck *check)

/* doctor_files.c */
CHECK(doctor_config);
CHECK(doctor_config_rights);
CHECK(doctor_key_file);
CHECK(doctor_key_known);
CHECK(doctor_proxy_secret);
CHECK(doctor_base_url);
/* doctor_database.c; argument: owner, web, milter, agent */
CHECK(doctor_database);
CHECK(doctor_migrations);
/* doctor_service.c */
CHECK(doctor_units);
CHECK(doctor_web_socket);
CHECK(doctor_web_answer);
CHECK(doctor_agent);
CHECK(doctor_agent_sessions);
CHECK(doctor_tasks);
/* doctor_postfix.c */
CHECK(doctor_postfix_runs);
CHECK(doctor_postfix_settings);
CHECK(doctor_queue_lifetime);
CHECK(doctor_queue_hold);
/* doctor_lookup.c; argument: the file without ".cf" */
CHECK(doctor_lookup);
/* doctor_milter.c; argument: name, journal */
CHECK(doctor_milter);
CHECK(doctor_milter_services);
/* doctor_dovecot.c */
CHECK(doctor_dovecot_runs);
CHECK(doctor_dovecot_settings);
CHECK(doctor_dovecot_login);
CHECK(doctor_dovecot_storage);
CHECK(doctor_dovecot_dict); /* argument: absence, usage */
CHECK(doctor_lmtp_socket);
CHECK(doctor_sasl_socket);
/* doctor_store.c */
CHECK(doctor_mail_store);
CHECK(doctor_store_space);
/* doctor_delivery.c */
CHECK(doctor_smtp_in);
CHECK(doctor_own_mails);
CHECK(doctor_mail_from);
CHECK(doctor_absence_service);
CHECK(doctor_srs);
CHECK(doctor_root_mail);
CHECK(doctor_postmaster);
/* doctor_names.c; argument: imap, pop3, smtp, web */
CHECK(doctor_server_names);
CHECK(doctor_certificate);
/* doctor_dns.c */
CHECK(doctor_dns_mx);
CHECK(doctor_dns_address);
CHECK(doctor_dns_spf);

#undef CHECK
#endif
