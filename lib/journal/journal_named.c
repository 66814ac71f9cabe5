/* journal_named.c: finds out what the filter means, without touching what is hidden. */
#include "lib/journal/journal_named.h"

#include "lib/journal/journal_address.h"
#include "lib/journal/journal_rows.h"
#include "lib/mailbox/mailbox_named.h"

#define MAX_STEPS 50

static const char SQL_ADDRESS[] = "SELECT id FROM journal_address WHERE address = ?";

static JournalNamed *journal_named_new(JournalNamedState state)
{
	JournalNamed *named = g_new0(JournalNamed, 1);

	named->state = state;
	named->topics = g_array_new(FALSE, FALSE, sizeof(guint64));
	named->choices = g_ptr_array_new_with_free_func(g_free);
	return named;
}

void journal_named_free(JournalNamed *named)
{
	if (named == NULL)
		return;
	g_array_unref(named->topics);
	g_clear_pointer(&named->part, address_part_free);
	g_ptr_array_unref(named->choices);
	g_free(named);
}

static void add_topic(JournalNamed *named, guint64 topic)
{
	g_array_append_val(named->topics, topic);
}

/* Whether the reader may read an entry of the topic. */
static gboolean has_readable(
        Db *db, const JournalViewer *viewer, guint64 topic, gboolean *has, GError **error)
{
	JournalRange range = {.topic = topic, .below = G_MAXINT64};

	*has = FALSE;
	for (guint steps = 0; steps < MAX_STEPS; steps++) {
		g_auto(JournalStep) step = {0};
		if (!journal_visible_step(db, viewer, &range, 1, &step, error))
			return FALSE;
		*has = step.ids->len > 0;
		if (*has || !step.more)
			return TRUE;
		range.below = step.searched_to;
	}
	*has = TRUE; /* nobody knows: it is looked for */
	return TRUE;
}

/* A part that is looked for in the entries themselves, if it is one. */
static JournalNamed *named_part(const char *typed)
{
	g_autoptr(AddressPart) part = address_part_new(typed);
	gboolean is_part = part->words->len > 0 && !address_part_is_whole(typed);
	JournalNamed *named =
	        journal_named_new(is_part ? JOURNAL_NAMED_KNOWN : JOURNAL_NAMED_UNKNOWN);

	if (is_part)
		named->part = g_steal_pointer(&part);
	return named;
}

/* The one mailbox of an address or a number, if the reader may know of it. Both questions are asked
 * of one that isn't there, too. */
static gboolean mailbox_is_known(
        Db *db, const JournalViewer *viewer, guint64 id, gboolean *known, GError **error)
{
	gboolean assigned = FALSE, readable = FALSE;

	if (!mailbox_named_was_of(db, viewer->own, id, &assigned, error) ||
	        !has_readable(db, viewer, id != 0 ? JOURNAL_TOPIC_MAILBOX(id) : JOURNAL_NO_TOPIC,
	                &readable, error))
		return FALSE;
	*known = id != 0 && (assigned || readable);
	return TRUE;
}

JournalNamed *journal_named_mailbox(
        Db *db, const JournalViewer *viewer, gboolean knows_all, const char *typed, GError **error)
{
	g_autoptr(JournalNamed) named = journal_named_new(JOURNAL_NAMED_KNOWN);
	gboolean known = FALSE;
	guint64 id = 0;

	if (*typed == '\0')
		return g_steal_pointer(&named);
	if (!knows_all && (!mailbox_named_exactly(db, typed, &id, NULL, error) ||
	                          !mailbox_is_known(db, viewer, id, &known, error)))
		return NULL;
	if (known) {
		add_topic(named, JOURNAL_TOPIC_MAILBOX(id));
		return g_steal_pointer(&named);
	}
	g_autoptr(MailboxesNamed) boxes =
	        knows_all ? mailbox_named(db, typed, error)
	                  : mailbox_named_of_user(db, viewer->own, typed, error);
	if (boxes == NULL)
		return NULL;
	if (boxes->list->len == 0)
		return knows_all ? journal_named_new(JOURNAL_NAMED_UNKNOWN) : named_part(typed);
	for (guint i = 0; i < boxes->list->len; i++) {
		const MailboxNamed *box = boxes->list->pdata[i];
		add_topic(named, JOURNAL_TOPIC_MAILBOX(box->id));
		if (boxes->list->len > 1)
			g_ptr_array_add(named->choices, g_strdup(box->address));
	}
	if (boxes->more)
		named->state = JOURNAL_NAMED_MANY;
	return g_steal_pointer(&named);
}

JournalNamed *journal_named_participant(
        Db *db, const JournalViewer *viewer, const char *typed, GError **error)
{
	g_autoptr(JournalNamed) named = journal_named_new(JOURNAL_NAMED_KNOWN);
	g_autofree char *normal = journal_address_normal(typed);
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	gboolean readable = FALSE;

	if (*typed == '\0')
		return g_steal_pointer(&named);
	g_ptr_array_add(asked, normal);
	g_autoptr(GHashTable) resolved = journal_address_resolve(db, asked, error);
	if (resolved == NULL)
		return NULL;
	const JournalResolved *one = g_hash_table_lookup(resolved, normal);
	g_autoptr(DbRows) rows = db_query(db, error, SQL_ADDRESS, "s", one->normal);
	if (rows == NULL)
		return NULL;
	guint64 topic =
	        db_rows_next(rows) ? JOURNAL_TOPIC_ADDRESS(db_rows_u64(rows, 0)) : JOURNAL_NO_TOPIC;
	if (!has_readable(db, viewer, topic, &readable, error))
		return NULL;
	if (!readable)
		return named_part(typed);
	add_topic(named, topic);
	return g_steal_pointer(&named);
}
