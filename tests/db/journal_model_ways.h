/* journal_model_ways.h: lists, forwards and the Auffang-Postfach of the model office, and whom an
 * address leads to, found out by following them step by step. */
#ifndef POSTSTELLE_TESTS_JOURNAL_MODEL_WAYS_H
#define POSTSTELLE_TESTS_JOURNAL_MODEL_WAYS_H

#include "tests/db/journal_model.h"

#include "lib/base/error.h"
#include "lib/mailbox/catch_all.h"
#include "lib/mailbox/forward.h"
#include "lib/mailbox/mail_list.h"

#define LISTS 6
#define NAMED_MAX 6
#define UNKNOWN 3

/* What a list or a forward names. A further address that went to somebody else is nobody's there.
 */
typedef struct {
	int box, list; /* -1: another kind; both: outside */
	guint alias;   /* Box.alias_number then; 0: the main address */
} Named;

typedef struct {
	guint64 id;
	char *address;
	gboolean active;
	Named named[NAMED_MAX];
	guint count;
} List;

typedef struct {
	Named named[NAMED_MAX];
	guint count; /* 0: isn't forwarded */
} Forwarded;

static List groups[LISTS];
static Forwarded forwarded[MAILBOXES];
static int catcher = -1;
static char *unknown[UNKNOWN];

static inline int list_of(const char *address)
{
	for (int i = 0; i < LISTS; i++)
		if (strcmp(groups[i].address, address) == 0)
			return i;
	return -1;
}

/* Whether nobody has an address of the office. */
static inline gboolean is_unknown(const char *address)
{
	return owner_of(address) < 0 && list_of(address) < 0 && g_str_has_suffix(address, domain);
}

static inline guint64 follow_named(const Named *named, guint count);

static inline guint64 follow_one(const Named *one)
{
	if (one->list >= 0)
		return groups[one->list].active
		               ? follow_named(groups[one->list].named, groups[one->list].count)
		               : 0;
	if (one->box < 0 || boxes[one->box].deleted ||
	        (one->alias != 0 && boxes[one->box].alias_number != one->alias))
		return 0;
	return (guint64)1 << one->box |
	       follow_named(forwarded[one->box].named, forwarded[one->box].count);
}

static inline guint64 follow_named(const Named *named, guint count)
{
	guint64 all = 0;

	for (guint i = 0; i < count; i++)
		all |= follow_one(&named[i]);
	return all;
}

/* The mailboxes behind an address, beside the one that has it. */
static inline guint64 leads_to(const char *address)
{
	int box = owner_of(address), list = list_of(address);

	if (list >= 0)
		return follow_named(groups[list].named, groups[list].count);
	if (is_unknown(address) && catcher >= 0 && !boxes[catcher].purged)
		return (guint64)1 << catcher |
		       follow_named(forwarded[catcher].named, forwarded[catcher].count);
	return box >= 0 ? follow_named(forwarded[box].named, forwarded[box].count) : 0;
}

static inline guint64 all_lead_to(const GPtrArray *addresses)
{
	guint64 all = 0;

	for (guint i = 0; i < addresses->len; i++)
		all |= leads_to(addresses->pdata[i]);
	return all;
}

/* ---- its history ---- */

static inline void make_ways(void)
{
	db_execute(db, NULL, "UPDATE setting SET outside_members = 1, outside_forward = 1", "");
	for (guint i = 0; i < LISTS; i++) {
		g_autoptr(GError) error = NULL;
		groups[i].address = g_strdup_printf("list%u@%s", i, domain);
		groups[i].active = TRUE;
		mail_list_create(db, &office_actor, groups[i].address, &groups[i].id, &error);
		assert_no_error(error);
	}
	for (guint i = 0; i < UNKNOWN; i++)
		unknown[i] = g_strdup_printf("unknown%u@%s", i, domain);
}

static inline void drop_ways(void)
{
	db_execute(db, NULL, "UPDATE setting SET outside_members = 0, outside_forward = 0", "");
	for (guint i = 0; i < LISTS; i++)
		g_free(groups[i].address);
	for (guint i = 0; i < UNKNOWN; i++)
		g_free(unknown[i]);
}

/* Some of what there is; the addresses are added to a list that borrows them. */
static inline guint pick_named(Named *named, GPtrArray *addresses)
{
	guint count = 0;

	for (guint i = pick(NAMED_MAX); i > 0; i--) {
		guint b = pick(MAILBOXES);
		Named one = {.box = -1, .list = -1};
		char *address = strangers[pick(STRANGERS)];
		if (pick(6) == 0) {
			one.list = (int)pick(LISTS);
			address = groups[one.list].address;
		} else if (pick(6) != 0 && !boxes[b].deleted) {
			one.box = (int)b;
			one.alias = pick(3) == 0 ? boxes[b].alias_number : 0;
			address = one.alias != 0 ? boxes[b].alias : boxes[b].address;
		}
		named[count++] = one;
		g_ptr_array_add(addresses, address);
	}
	return count;
}

/* What would lead back to itself isn't saved. */
static inline gboolean was_saved(gboolean saved, const GError *error)
{
	if (!saved)
		assert_string_equal(ps_error_reason(error), "loop");
	return saved;
}

static inline void change_list(void)
{
	g_autoptr(GError) error = NULL;
	List *list = &groups[pick(LISTS)];
	g_autoptr(MailList) wanted = mail_list_load(db, list->id, &error);
	Named named[NAMED_MAX];

	assert_no_error(error);
	g_ptr_array_unref(wanted->members);
	wanted->members = g_ptr_array_new();
	guint count = pick_named(named, wanted->members);
	wanted->active = pick(4) != 0;
	gboolean saved = mail_list_save(db, &office_actor, wanted, &error);
	if (!was_saved(saved, error))
		return;
	list->active = wanted->active;
	list->count = count;
	memcpy(list->named, named, sizeof(named));
}

static inline void change_forward(void)
{
	g_autoptr(GError) error = NULL;
	guint b = pick(MAILBOXES);
	Named named[NAMED_MAX];

	if (boxes[b].deleted)
		return;
	g_autoptr(Forward) wanted = forward_load(db, boxes[b].id, &error);
	assert_no_error(error);
	g_ptr_array_unref(wanted->to);
	wanted->to = g_ptr_array_new();
	/* Most aren't forwarded. */
	guint count = pick(3) == 0 ? pick_named(named, wanted->to) : 0;
	wanted->keep_copy = pick(2) == 0;
	gboolean saved = forward_save(db, &office_actor, wanted, &error);
	if (!was_saved(saved, error))
		return;
	forwarded[b].count = count;
	memcpy(forwarded[b].named, named, sizeof(named));
}

static inline void change_catcher(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Domain) own = domain_load(db, domain_id, &error);
	guint b = pick(MAILBOXES + 4);

	assert_no_error(error);
	if (b < MAILBOXES && boxes[b].deleted)
		return;
	catch_all_set(db, &office_actor, own, b < MAILBOXES ? boxes[b].id : 0, &error);
	assert_no_error(error);
	catcher = b < MAILBOXES ? (int)b : -1;
}

static inline void change_way(void)
{
	switch (pick(4)) {
	case 0:
		change_catcher();
		break;
	case 1:
		change_forward();
		break;
	default:
		change_list();
	}
}

#endif
