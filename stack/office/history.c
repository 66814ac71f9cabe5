/* history.c: what happened in the office until a week ago: who left, what was switched on and off,
 * deleted and purged. */
#include "stack/office/history.h"

#include "lib/base/password.h"
#include "lib/mailbox/assignment.h"
#include "lib/mailbox/leave.h"
#include "lib/mailbox/mailbox_delete.h"
#include "lib/mailbox/mailbox_password.h"
#include "lib/office/task.h"
#include "lib/user/sign_in.h"
#include "lib/user/user.h"
#include "stack/office/absences.h"
#include "stack/office/boxes.h"
#include "stack/office/people.h"
#include "stack/office/places.h"

#define BEGIN_DAY 415 /* days ago: the first assignments */
#define END_DAY 7     /* the last week is told in week.c */

/* ---- changes of mailboxes ---- */

typedef void (*Change)(Box *box, Mailbox *mailbox, guint n);

static gboolean change(Office *office, Box *box, Change how, guint n, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(office->db, box->id, error);

	if (mailbox == NULL)
		return FALSE;
	how(box, mailbox, n);
	return mailbox_update(office->db, &office->actor, mailbox, error);
}

static void set_quota(Box *box, Mailbox *mailbox, guint n)
{
	static const guint64 limits[] = {1000, 500, 2000, 10, 5000, 5};

	(void)box;
	mailbox->quota_mb = n < 7 ? 2 : limits[n % G_N_ELEMENTS(limits)];
}

static gboolean set_quotas(Office *office, GError **error)
{
	for (guint n = 0; n < BOXES_HOUSES; n++)
		if ((n < 7 || n % 3 != 0) &&
		        !change(office, boxes_house(office, n), set_quota, n, error))
			return FALSE;
	return TRUE;
}

static void set_vip(Box *box, Mailbox *mailbox, guint n)
{
	(void)box;
	(void)n;
	mailbox->vip = TRUE;
}

static gboolean set_vips(Office *office, GError **error)
{
	Box *const boxes[] = {boxes_find(office, "geschaeftsfuehrung", 0),
	        boxes_find(office, "personal", 0), boxes_find(office, "betriebsrat", 0),
	        boxes_find(office, "geschaeftsleitung", 1), boxes_find(office, "recht", 1),
	        boxes_find(office, "vorstand", 2), boxes_find(office, "aufsichtsrat", 2),
	        boxes_find(office, "karl-theodor.hohenlohe", 2), boxes_house(office, 10),
	        boxes_house(office, 100), boxes_house(office, 151)};

	for (gsize i = 0; i < G_N_ELEMENTS(boxes); i++)
		if (!change(office, boxes[i], set_vip, 0, error))
			return FALSE;
	return TRUE;
}

static void set_inactive(Box *box, Mailbox *mailbox, guint n)
{
	(void)n;
	box->takes_mail = FALSE;
	mailbox->active = FALSE;
}

static gboolean switch_off(Office *office, GError **error)
{
	for (guint n = 6; n < BOXES_HOUSES; n += 14)
		if (!change(office, boxes_house(office, n), set_inactive, n, error))
			return FALSE;
	return TRUE;
}

/* ---- people leave ---- */

static gboolean leave(Office *office, const char *login, gboolean end, gboolean new_passwords,
        gboolean deactivate, GError **error)
{
	g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(User) user = user_load(office->db, people_find(office, login)->id, error);
	g_autoptr(GPtrArray) rows = user != NULL ? leave_list(office->db, user->id, error) : NULL;
	guint64 at;

	if (rows == NULL)
		return FALSE;
	for (guint i = 0; end && i < rows->len; i++)
		g_array_append_val(ids, ((const LeaveRow *)rows->pdata[i])->mailbox_id);
	const LeaveRequest request = {.user_id = user->id,
	        .version = user->version,
	        .end = new_passwords ? none : ids,
	        .new_password = new_passwords ? ids : none,
	        .deactivate = deactivate};
	return leave_run(office->db, office->ring, &office->actor, &request, &at, error);
}

static gboolean leave_well(Office *office, GError **error)
{
	return leave(office, "uwe.keller", TRUE, TRUE, TRUE, error);
}

static gboolean leave_with_passwords(Office *office, GError **error)
{
	return leave(office, "vera.guenther", TRUE, FALSE, TRUE, error);
}

static gboolean leave_assigned(Office *office, GError **error)
{
	return leave(office, "werner.frank", FALSE, FALSE, TRUE, error) &&
	       leave(office, "yusuf.demir", FALSE, FALSE, TRUE, error);
}

static gboolean change_places(Office *office, GError **error)
{
	return leave(office, "xenia.berger", TRUE, FALSE, FALSE, error) &&
	       places_assign(
	               office, boxes_house(office, 48), people_find(office, "xenia.berger"), error);
}

/* Of every fourth house the first one goes, with a new password at every third of these. */
static gboolean end_some(Office *office, GError **error)
{
	for (guint n = 1; n < BOXES_HOUSES; n += 4) {
		const Box *box = boxes_house(office, n);
		g_autoptr(GPtrArray) users = mailbox_users(office->db, box->id, error);
		if (users == NULL)
			return FALSE;
		if (users->len > 0 &&
		        !assignment_end(office->db, n % 3 == 0 ? office->ring : NULL,
		                &office->actor, box->id,
		                ((const MailboxUser *)users->pdata[0])->user_id, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- passwords ---- */

gboolean history_look_at_password(
        Office *office, const Box *box, const Actor *actor, GError **error)
{
	g_autoptr(Mailbox) mailbox = mailbox_load(office->db, box->id, error);
	char *password = mailbox != NULL ? mailbox_password_show(
	                                           office->db, office->ring, actor, mailbox, error)
	                                 : NULL;

	if (password == NULL)
		return FALSE;
	password_free(password);
	return TRUE;
}

/* One of those who are assigned sets up a device, or the administrator does. */
static gboolean show_passwords(Office *office, GError **error)
{
	for (guint n = 0; n < BOXES_HOUSES; n += 8) {
		const Box *box = boxes_house(office, n);
		g_autoptr(GPtrArray) users = mailbox_users(office->db, box->id, error);
		if (users == NULL)
			return FALSE;
		const MailboxUser *user = users->len > 0 ? users->pdata[0] : NULL;
		const Actor actor = {user != NULL ? user->user_id : office->actor.user_id,
		        user != NULL ? user->login : office->actor.login};
		if (!history_look_at_password(office, box, &actor, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean new_passwords(Office *office, GError **error)
{
	for (guint n = 1; n < BOXES_HOUSES; n += 40) {
		g_autoptr(Mailbox) mailbox =
		        mailbox_load(office->db, boxes_house(office, n)->id, error);
		if (mailbox == NULL ||
		        !mailbox_password_new(office->db, office->ring, &office->actor, mailbox->id,
		                mailbox->version, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- mailboxes go ---- */

#define DELETED 200 /* the first of eight houses */

static gboolean delete_house(Office *office, guint n, GError **error)
{
	Box *box = boxes_house(office, n);
	g_autoptr(Mailbox) mailbox = mailbox_load(office->db, box->id, error);

	box->takes_mail = FALSE;
	office->deleted++;
	return mailbox != NULL &&
	       mailbox_delete(office->db, &office->actor, mailbox->id, mailbox->version, error);
}

static gboolean delete_next(Office *office, GError **error)
{
	return delete_house(office, DELETED + 2 * office->deleted, error);
}

static gboolean purge_first(Office *office, GError **error)
{
	return mailbox_purge(office->db, &office->actor, boxes_house(office, DELETED)->id, error);
}

/* ---- what happens when ---- */

static const struct {
	guint days; /* ago */
	gboolean (*happens)(Office *office, GError **error);
} events[] = {
        {BEGIN_DAY, places_assign_all},
        {ROTA_DAYS + 1, rota_begin},
        {385, set_quotas},
        {350, set_vips},
        {300, leave_well},
        {240, leave_with_passwords},
        {200, end_some},
        {150, leave_assigned},
        {110, show_passwords},
        {95, change_places},
        {70, switch_off},
        {60, delete_next},
        {29, purge_first},
        {25, delete_next},
        {22, delete_next},
        {20, absences_save},
        {19, delete_next},
        {16, delete_next},
        {15, new_passwords},
        {14, delete_next},
        {12, delete_next},
        {10, delete_next},
        {8, delete_next},
};

/* ---- what the agent did then ---- */

#define RETRY_S 60

/* No session was open. */
static gboolean kick(Office *office, const Task *task, gboolean *done, GError **error)
{
	(void)office;
	(void)task;
	(void)error;
	*done = TRUE;
	return TRUE;
}

/* No mail was there. */
static gboolean purge(Office *office, const Task *task, gboolean *done, GError **error)
{
	*done = TRUE;
	return mailbox_purge_finish(office->db, task->mailbox_id, error);
}

static gboolean free_addresses(Office *office, const Task *task, gboolean *done, GError **error)
{
	return mailbox_purge_free(office->db, task->mailbox_id, done, error);
}

/* In this order: addresses come free when the mail is gone. Mails are left to the agent. */
static const struct {
	const char *kind;
	gboolean (*run)(Office *office, const Task *task, gboolean *done, GError **error);
} kinds[] = {{"kick", kick}, {"purge", purge}, {"free", free_addresses}};

static gboolean finish_tasks(Office *office, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds);) {
		g_autoptr(Task) task = NULL;
		gboolean done = FALSE;
		if (!task_take(office->db, kinds[i].kind, "", RETRY_S, &task, error))
			return FALSE;
		if (task == NULL)
			i++;
		else if (!kinds[i].run(office, task, &done, error) ||
		         !task_finish(office->db, task->id, done, "", error))
			return FALSE;
	}
	return TRUE;
}

/* ---- the course of it ---- */

static gboolean sign_in_somebody(Office *office, guint days, GError **error)
{
	guint64 user_id;

	return days > 60 || days % 7 == 6 ||
	       sign_in_trusted(office->db, people_regular(office, days)->login, 0, &user_id, error);
}

gboolean history_live(Office *office, GError **error)
{
	gsize next = 0;

	for (guint days = BEGIN_DAY; days > END_DAY; days--) {
		if (!office_at(office, office_day(office, days, 6, 0), error) ||
		        (days <= ROTA_DAYS && !rota_change(office, days, error)) ||
		        !office_pass(office, 2 * 3600 + office_pick(office, 3600), error) ||
		        !sign_in_somebody(office, days, error))
			return FALSE;
		for (; next < G_N_ELEMENTS(events) && events[next].days == days; next++)
			if (!events[next].happens(office, error) ||
			        !office_pass(office, 3600, error) || !finish_tasks(office, error))
				return FALSE;
	}
	return finish_tasks(office, error);
}
