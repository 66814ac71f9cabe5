/* doctor_run.c: runs programs for the doctor's checks, as one user or another. */
#include "cli/doctor.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void doctor_run_free(DoctorRun *run)
{
	if (run == NULL)
		return;
	g_free(run->out);
	g_free(run->err);
	g_free(run);
}

static void add_argument(GPtrArray *argv, char *argument)
{
	g_ptr_array_add(argv, argument);
}

/* What makes the command run as that user, with its groups. */
static void add_identity(GPtrArray *argv, const char *user)
{
	struct passwd entry, *found = NULL;
	char buffer[4096];

	if (user == NULL || getpwnam_r(user, &entry, buffer, sizeof(buffer), &found) != 0 ||
	        found == NULL)
		return;
	add_argument(argv, g_strdup("setpriv"));
	add_argument(argv, g_strdup_printf("--reuid=%u", found->pw_uid));
	add_argument(argv, g_strdup_printf("--regid=%u", found->pw_gid));
	add_argument(argv, g_strdup("--init-groups"));
}

static char *clean_text(const char *text)
{
	return g_strstrip(g_utf8_make_valid(text != NULL ? text : "", -1));
}

DoctorRun *doctor_run(const char *user, const char *program, ...)
{
	DoctorRun *run = g_new0(DoctorRun, 1);
	g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autofree char *out = NULL;
	g_autofree char *err = NULL;
	int status = 0;
	va_list arguments;

	add_argument(argv, g_strdup("timeout"));
	add_argument(argv, g_strdup("--kill-after=1"));
	add_argument(argv, g_strdup_printf("%d", DOCTOR_WAIT_S));
	add_identity(argv, user);
	va_start(arguments, program);
	for (const char *argument = program; argument != NULL;
	        argument = va_arg(arguments, const char *))
		add_argument(argv, g_strdup(argument));
	va_end(arguments);
	g_ptr_array_add(argv, NULL);
	if (!g_spawn_sync("/", (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out,
	            &err, &status, &error)) {
		run->status = -1;
		run->out = g_strdup("");
		run->err = g_strdup(error->message);
		return run;
	}
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : 124;
	run->out = clean_text(out);
	run->err = clean_text(err);
	return run;
}

#define GROUPS_MAX 64

typedef struct {
	uid_t user;
	gid_t group, groups[GROUPS_MAX];
	int count, what;
	const char *path;
	gboolean may;
} Access;

/* A thread that becomes somebody else: the C library would change all of them, the system calls
 * change the one that makes them. */
static gpointer try_access(gpointer data)
{
	Access *access_of = data;

	access_of->may =
	        syscall(SYS_setgroups, (long)access_of->count, access_of->groups) == 0 &&
	        syscall(SYS_setresgid, access_of->group, access_of->group, access_of->group) == 0 &&
	        syscall(SYS_setresuid, access_of->user, access_of->user, access_of->user) == 0 &&
	        access(access_of->path, access_of->what) == 0;
	return NULL;
}

gboolean doctor_user_may(const char *user, int what, const char *path)
{
	Access access_of = {.count = GROUPS_MAX, .what = what, .path = path};
	struct passwd entry, *found = NULL;
	char buffer[4096];

	if (getpwnam_r(user, &entry, buffer, sizeof(buffer), &found) != 0 || found == NULL)
		return FALSE;
	access_of.user = found->pw_uid;
	access_of.group = found->pw_gid;
	if (getgrouplist(user, found->pw_gid, access_of.groups, &access_of.count) < 0)
		return FALSE;
	g_thread_join(g_thread_new("access", try_access, &access_of));
	return access_of.may;
}

GHashTable *doctor_read_values(const char *text)
{
	GHashTable *values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (char **line = lines; *line != NULL; line++) {
		char *sign = strchr(*line, '=');
		if (sign == NULL)
			continue;
		*sign = '\0';
		g_hash_table_insert(
		        values, g_strdup(g_strstrip(*line)), g_strdup(g_strstrip(sign + 1)));
	}
	return values;
}

const char *doctor_postconf(const Doctor *doctor, const char *parameter)
{
	const char *value = g_hash_table_lookup(doctor->postconf, parameter);

	return value != NULL ? value : "";
}

char *doctor_doveconf(const Doctor *doctor, const char *protocol, const char *parameter)
{
	/* Of no protocol: what holds for all. */
	g_autofree char *filter = g_strconcat("protocol=", protocol != NULL ? protocol : "", NULL);
	g_autoptr(DoctorRun) run = doctor_run(
	        NULL, "doveconf", "-c", doctor->dovecot, "-f", filter, "-h", parameter, NULL);

	return g_steal_pointer(&run->out);
}

/* Whether that process is the program, with that word among its arguments. */
static gboolean is_program(const char *process, const char *program, const char *word)
{
	g_autofree char *path = g_build_filename(process, "cmdline", NULL);
	g_autofree char *line = NULL;
	gsize length = 0;
	gboolean has_word = word == NULL;

	if (!g_file_get_contents(path, &line, &length, NULL) || length == 0)
		return FALSE;
	g_autofree char *name = g_path_get_basename(line);
	for (const char *one = line; one < line + length; one += strlen(one) + 1)
		has_word = has_word || strcmp(one, word) == 0;
	return has_word && strcmp(name, program) == 0;
}

/* Whether that process is none of a container's, whose users have other names. */
static gboolean is_of_this_machine(const char *process)
{
	g_autofree char *path = g_build_filename(process, "ns/pid", NULL);
	struct stat own, its;

	return stat("/proc/self/ns/pid", &own) != 0 || stat(path, &its) != 0 ||
	       own.st_ino == its.st_ino;
}

/* The user of a running program; NULL: none runs. Root's are its supervisors. */
static char *find_running(const char *program, const char *word)
{
	g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
	const char *name;

	while (processes != NULL && (name = g_dir_read_name(processes)) != NULL) {
		g_autofree char *process = g_build_filename("/proc", name, NULL);
		struct passwd entry, *found = NULL;
		struct stat state;
		char buffer[4096];

		if (g_ascii_isdigit(*name) && is_program(process, program, word) &&
		        is_of_this_machine(process) && stat(process, &state) == 0 &&
		        state.st_uid != 0 &&
		        getpwuid_r(state.st_uid, &entry, buffer, sizeof(buffer), &found) == 0 &&
		        found != NULL)
			return g_strdup(found->pw_name);
	}
	return NULL;
}

char *doctor_find_user(const char *program, const char *word, const char *unit, const char *preset)
{
	char *running = find_running(program, word);

	if (running != NULL)
		return running;
	if (g_file_test("/run/systemd/system", G_FILE_TEST_IS_DIR)) {
		g_autoptr(DoctorRun) run =
		        doctor_run(NULL, "systemctl", "show", "--value", "-p", "User", unit, NULL);
		if (run->status == 0 && *run->out != '\0')
			return g_steal_pointer(&run->out);
	}
	return g_strdup(preset);
}

gboolean doctor_is_loopback(const char *host)
{
	return g_str_has_prefix(host, "127.") || strcmp(host, "::1") == 0 ||
	       strcmp(host, "[::1]") == 0 || g_ascii_strcasecmp(host, "localhost") == 0 ||
	       g_str_has_prefix(host, "localhost.");
}
