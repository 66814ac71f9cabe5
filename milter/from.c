/* from.c: reads who is named in From and Sender, and writes them anew. Between separators stand
 * pieces: an address with what is around it, or a part of the name that follows. */
#include "milter/from.h"

#include <string.h>

#include "lib/base/address.h"
#include "lib/mail/header_join.h"
#include "lib/mail/header_word.h"
#include "lib/mail/charset.h"
#include "milter/header_token.h"

/* Octets of a name and its address on one line: with "From: " and signs at most 76, as RFC 2047
 * asks of lines with encoded words. */
#define LINE_MAX_OCTETS 67

static void mailbox_free(gpointer data)
{
	FromMailbox *mailbox = data;

	g_free(mailbox->name);
	g_free(mailbox->address);
	g_free(mailbox->key);
	g_free(mailbox);
}

typedef struct {
	const GArray *tokens;
	GPtrArray *mailboxes;
	GString *name; /* of the address that comes next */
} Reader;

static const Token *token_at(const GArray *tokens, guint i)
{
	return &g_array_index(tokens, Token, i);
}

static gboolean is_sign(const Token *token, char sign)
{
	return token->kind == TOKEN_SIGN && *token->text == sign;
}

static gboolean has_kind(const GArray *tokens, guint first, guint end, TokenKind kind)
{
	for (guint i = first; i < end; i++)
		if (token_at(tokens, i)->kind == kind)
			return TRUE;
	return FALSE;
}

/* Quotes are no excuse: some program may see an address in them. */
static gboolean may_be_address(const Token *token)
{
	return (token->kind == TOKEN_TEXT || token->kind == TOKEN_QUOTED) &&
	       strchr(token->text, '@') != NULL;
}

static gboolean has_at(const GArray *tokens, guint first, guint end)
{
	for (guint i = first; i < end; i++)
		if (may_be_address(token_at(tokens, i)))
			return TRUE;
	return FALSE;
}

/* A comment alone is a name, one beside a name is a part of it. */
static void append_name(GString *name, const Token *token)
{
	gboolean is_aside = token->kind == TOKEN_COMMENT && name->len > 0;

	if (token->blank && name->len > 0)
		g_string_append_c(name, ' ');
	g_string_append_printf(name, is_aside ? "(%s)" : "%s", token->text);
}

/* A name as people read it, without the separators behind it. Free: g_free(). */
static char *decoded_name(const char *raw)
{
	g_autofree char *bare = g_strdup(raw);
	gsize length = strlen(bare);

	while (length > 0 && strchr(" ,;", bare[length - 1]) != NULL)
		bare[--length] = '\0';
	return header_join_text(bare);
}

/* Free: g_free(). */
static char *written_address(const char *address, const char *key)
{
	g_autofree char *valid = address_any(address, "address", NULL);

	if (valid == NULL)
		return g_strdup(key);
	return g_str_is_ascii(address) && !g_str_has_suffix(address, ".") ? g_strdup(address)
	                                                                  : g_steal_pointer(&valid);
}

/* Takes the name that stood before it. */
static void add_mailbox(Reader *reader, const char *address)
{
	FromMailbox *mailbox = g_new0(FromMailbox, 1);

	mailbox->name = g_strdup(reader->name->str);
	mailbox->key = address_key(address);
	if (mailbox->key != NULL)
		mailbox->address = written_address(address, mailbox->key);
	g_ptr_array_add(reader->mailboxes, mailbox);
	g_string_truncate(reader->name, 0);
}

/* What stands behind an address belongs to its name. */
static void append_rest(Reader *reader, const char *between)
{
	if (reader->mailboxes->len == 0 || reader->name->len == 0)
		return;
	FromMailbox *last = reader->mailboxes->pdata[reader->mailboxes->len - 1];
	char *whole = g_strconcat(
	        last->name, *last->name != '\0' ? between : "", reader->name->str, NULL);
	g_free(last->name);
	last->name = whole;
	g_string_truncate(reader->name, 0);
}

/* A word of an address: parts with nothing between them, with blanks around "." and "@" (RFC 5322
 * 4.4), comments left out. */
static gboolean goes_on(const GString *word, const Token *token)
{
	return word->len > 0 &&
	       (!token->blank || strchr(".@", word->str[word->len - 1]) != NULL ||
	               (token->kind == TOKEN_TEXT && strchr(".@", *token->text) != NULL));
}

static void end_word(Reader *reader, GString *word, gboolean is_address)
{
	Token text = {.kind = TOKEN_TEXT, .blank = TRUE, .text = word->str};

	if (is_address)
		add_mailbox(reader, word->str);
	else if (word->len > 0)
		append_name(reader->name, &text);
	g_string_truncate(word, 0);
}

/* Addresses without angles, and words around them. */
static void read_bare(Reader *reader, guint first, guint end)
{
	g_autoptr(GString) word = g_string_new(NULL);
	gboolean is_address = FALSE;

	for (guint i = first; i < end; i++) {
		const Token *token = token_at(reader->tokens, i);

		if (token->kind == TOKEN_COMMENT) {
			if (i + 1 < end && goes_on(word, token_at(reader->tokens, i + 1)))
				continue;
			end_word(reader, word, is_address);
			is_address = FALSE;
			append_name(reader->name, token);
			continue;
		}
		if (!goes_on(word, token)) {
			end_word(reader, word, is_address);
			is_address = FALSE;
		}
		g_string_append(word, token->text);
		is_address = is_address || may_be_address(token);
	}
	end_word(reader, word, is_address);
}

/* What stands between < and >: one address, behind a route (RFC 5322 4.4) if there is one. */
static void read_angle(Reader *reader, const char *inner)
{
	g_autoptr(GArray) tokens = header_tokens(inner);
	g_autoptr(GString) word = g_string_new(NULL);

	for (guint i = 0; i < tokens->len; i++) {
		const Token *token = token_at(tokens, i);

		if (is_sign(token, ':'))
			g_string_truncate(word, 0);
		else if (token->kind != TOKEN_COMMENT) {
			if (word->len > 0 && !goes_on(word, token))
				g_string_append_c(word, ' '); /* no address of ours */
			g_string_append(word, token->text);
		}
	}
	add_mailbox(reader, word->str);
}

static void read_piece(Reader *reader, guint first, guint end)
{
	gboolean has_angle = has_kind(reader->tokens, first, end, TOKEN_ANGLE);

	if (!has_angle && has_at(reader->tokens, first, end)) {
		read_bare(reader, first, end);
		append_rest(reader, " ");
		return;
	}
	for (guint i = first; i < end; i++) {
		const Token *token = token_at(reader->tokens, i);

		if (token->kind == TOKEN_ANGLE)
			read_angle(reader, token->text);
		else
			append_name(reader->name, token);
	}
	if (has_angle)
		append_rest(reader, " ");
}

/* A group's name is a display name too, and nobody's: it goes. Without its semicolon it is none. */
static void read_all(Reader *reader)
{
	guint first = 0, last_semicolon = 0;

	for (guint i = 0; i < reader->tokens->len; i++)
		if (is_sign(token_at(reader->tokens, i), ';'))
			last_semicolon = i;

	for (guint i = 0; i < reader->tokens->len; i++) {
		const Token *token = token_at(reader->tokens, i);
		gboolean is_group = is_sign(token, ':') && i < last_semicolon;

		if (!is_sign(token, ',') && !is_sign(token, ';') && !is_group)
			continue;
		read_piece(reader, first, i);
		if (is_group)
			g_string_truncate(reader->name, 0);
		else if (reader->name->len > 0)
			g_string_append(reader->name, token->text);
		first = i + 1;
	}
	read_piece(reader, first, reader->tokens->len);
	append_rest(reader, ", ");
}

GPtrArray *from_parse(const char *value)
{
	GPtrArray *mailboxes = g_ptr_array_new_with_free_func(mailbox_free);

	if (strlen(value) > FROM_MAX)
		return mailboxes;
	g_autoptr(GString) octets = g_string_new(value);
	g_autofree char *text = charset_to_utf8(octets, NULL);
	g_autoptr(GArray) tokens = header_tokens(text);
	g_autoptr(GString) name = g_string_new(NULL);
	Reader reader = {.tokens = tokens, .mailboxes = mailboxes, .name = name};
	read_all(&reader);
	for (guint i = 0; i < mailboxes->len; i++) {
		FromMailbox *mailbox = mailboxes->pdata[i];
		char *decoded = decoded_name(mailbox->name);
		g_free(mailbox->name);
		mailbox->name = decoded;
	}
	return mailboxes;
}

char *from_write(const GPtrArray *mailboxes)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < mailboxes->len; i++) {
		const FromMailbox *mailbox = mailboxes->pdata[i];

		if (mailbox->address == NULL)
			continue;
		g_autofree char *phrase = header_word_phrase(mailbox->name);
		gboolean fold = strlen(phrase) + strlen(mailbox->address) > LINE_MAX_OCTETS;
		g_string_append_printf(out, "%s%s%s<%s>", out->len > 0 ? ",\n " : "", phrase,
		        *phrase == '\0' ? ""
		        : fold          ? "\n "
		                        : " ",
		        mailbox->address);
	}
	return g_string_free(out, FALSE);
}
