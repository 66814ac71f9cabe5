/* mime_text.c: takes a body apart line by line, part by part, as it comes.
 *
 * A line is kept until it ends, to find out whether it is a boundary or belongs to a header; of a
 * longer one than LINE_KEEP the beginning is content, and what follows is passed on as it comes.
 */
#include "milter/mime_text.h"

#include <string.h>

#include <gmime/gmime.h>

#include "lib/base/text_visible.h"
#include "lib/mail/charset.h"
#include "milter/html_text.h"
#include "milter/mime_decoder.h"
#include "milter/mime_part.h"

#define LINE_KEEP 4096

typedef enum {
	IN_HEADER,  /* of a part */
	IN_LEAF,    /* a part's content */
	IN_NOTHING, /* before the first part, behind the last one */
} State;

typedef struct {
	char *boundary;
	guint alternative; /* number of the innermost multipart/alternative around its parts; 0:
	                      none */
} Level;

/* A text part. */
typedef struct {
	gboolean is_html;
	guint alternative;
	char *charset; /* NULL: none given */
	GString *octets;
} Leaf;

struct MimeText {
	GArray *levels;         /* Level, outermost first */
	GPtrArray *leaves;      /* Leaf */
	GPtrArray *attachments; /* MimeAttachment */
	GString *header;        /* of the part that begins */
	GString *line;          /* not ended yet */
	gboolean passing;       /* in a long line */
	State state;
	guint parts, alternatives;
	gboolean is_report;
	/* of the part being read */
	Leaf *leaf;                 /* NULL: no text is wanted of it */
	MimeAttachment *attachment; /* NULL: it isn't one that is kept */
	MimeDecoder decoder;
	guint line_end; /* octets of the last line's end, which belong to a delimiter behind it */
};

static void level_clear(gpointer data)
{
	g_free(((Level *)data)->boundary);
}

static void leaf_free(gpointer data)
{
	Leaf *leaf = data;

	g_free(leaf->charset);
	g_string_free(leaf->octets, TRUE);
	g_free(leaf);
}

static void attachment_free(gpointer data)
{
	MimeAttachment *attachment = data;

	g_free(attachment->name);
	g_free(attachment);
}

/* Takes name; NULL is none. */
static void begin_attachment(MimeText *mime, char *name)
{
	if (mime->attachments->len >= MIME_ATTACHMENTS) {
		g_free(name);
		return;
	}
	mime->attachment = g_new0(MimeAttachment, 1);
	mime->attachment->name = name != NULL ? name : g_strdup("");
	g_ptr_array_add(mime->attachments, mime->attachment);
}

static guint alternative_here(const MimeText *mime)
{
	guint depth = mime->levels->len;

	return depth > 0 ? g_array_index(mime->levels, Level, depth - 1).alternative : 0;
}

static void begin_text(MimeText *mime, const MimePart *part)
{
	if (mime->leaves->len >= MIME_TEXT_PARTS)
		return;
	mime->leaf = g_new0(Leaf, 1);
	mime->leaf->is_html = part->kind == MIME_HTML;
	mime->leaf->alternative = alternative_here(mime);
	mime->leaf->charset = g_strdup(part->charset);
	mime->leaf->octets = g_string_new(NULL);
	g_ptr_array_add(mime->leaves, mime->leaf);
}

static void begin_multipart(MimeText *mime, const MimePart *part)
{
	Level level = {.boundary = g_strdup(part->boundary), .alternative = alternative_here(mime)};

	if (part->is_alternative)
		level.alternative = ++mime->alternatives;
	g_array_append_val(mime->levels, level);
	mime->state = IN_NOTHING;
}

/* Whether a text is a file as well: one with a name that comes after the mail's own text. */
static gboolean is_file_too(const MimeText *mime, const MimePart *part)
{
	return part->name != NULL && mime->leaves->len > 0 && alternative_here(mime) == 0;
}

/* The header of a part, or of the message, is complete. */
static void begin_part(MimeText *mime)
{
	g_autoptr(MimePart) part = mime_part_read(mime->header->str);
	gboolean is_multipart = part->kind == MIME_MULTIPART;

	mime->state = IN_LEAF;
	mime->leaf = NULL;
	mime->attachment = NULL;
	mime->line_end = 0;
	mime->is_report = mime->is_report || part->is_report;
	g_string_truncate(mime->header, 0);
	if (is_multipart && part->boundary != NULL && mime->levels->len < MIME_DEPTH) {
		begin_multipart(mime, part);
		return;
	}
	mime_decoder_begin(&mime->decoder, part->encoding);
	/* A multipart without a boundary has to be shown somehow. */
	gboolean is_text = is_multipart ? mime->levels->len < MIME_DEPTH : part->kind != MIME_OTHER;
	gboolean is_shown = is_text && !part->is_attached;
	if (!is_shown || is_file_too(mime, part))
		begin_attachment(mime, g_steal_pointer(&part->name));
	if (is_shown)
		begin_text(mime, part);
}

static void decoded(MimeText *mime, const char *octets, gsize length)
{
	if (mime->attachment != NULL)
		mime->attachment->size += length;
	if (mime->leaf != NULL && mime->leaf->octets->len < MIME_PART_TEXT)
		g_string_append_len(mime->leaf->octets, octets,
		        (gssize)MIN(length, MIME_PART_TEXT - mime->leaf->octets->len));
}

/* Octets of the part being read. */
static void content(MimeText *mime, const char *octets, gsize length)
{
	char out[MIME_DECODER_ROOM];

	if (mime->state != IN_LEAF || (mime->leaf == NULL && mime->attachment == NULL))
		return;
	for (gsize done = 0; done < length;) {
		gsize piece = MIN(length - done, (gsize)MIME_DECODER_PIECE);
		decoded(mime, out, mime_decoder_step(&mime->decoder, octets + done, piece, out));
		done += piece;
	}
}

static void end_part(MimeText *mime)
{
	char out[64];

	if (mime->state == IN_HEADER)
		begin_part(mime); /* it had nothing else */
	if (mime->attachment != NULL && !mime_decoder_is_binary(&mime->decoder) &&
	        mime->attachment->size >= mime->line_end)
		mime->attachment->size -= mime->line_end;
	if (mime->state == IN_LEAF)
		decoded(mime, out, mime_decoder_end(&mime->decoder, out));
	mime->leaf = NULL;
	mime->attachment = NULL;
}

/* Whether a line (without its end) is a delimiter of that level. */
static gboolean is_delimiter(const Level *level, const char *line, gboolean *closes)
{
	gsize length = strlen(level->boundary);

	if (strncmp(line + 2, level->boundary, length) != 0)
		return FALSE;
	const char *rest = line + 2 + length;
	*closes = g_str_has_prefix(rest, "--");
	rest += *closes ? 2 : 0;
	return rest[strspn(rest, " \t")] == '\0';
}

/* Handles a line that is a delimiter of a multipart around here. */
static gboolean delimiter(MimeText *mime, const char *line)
{
	gboolean closes = FALSE;
	guint depth = mime->levels->len;

	if (line[0] != '-' || line[1] != '-')
		return FALSE;
	while (depth > 0 &&
	        !is_delimiter(&g_array_index(mime->levels, Level, depth - 1), line, &closes))
		depth--;
	if (depth == 0)
		return FALSE;
	end_part(mime);
	g_array_set_size(mime->levels, closes ? depth - 1 : depth);
	mime->state = closes || mime->parts++ >= MIME_PARTS ? IN_NOTHING : IN_HEADER;
	return TRUE;
}

/* A whole line with its end, or the last one without. */
static void whole_line(MimeText *mime)
{
	GString *line = mime->line;
	gsize length = line->len;

	while (length > 0 && (line->str[length - 1] == '\n' || line->str[length - 1] == '\r'))
		length--;
	char end = line->str[length];
	line->str[length] = '\0';
	gboolean is_delimiter_line = delimiter(mime, line->str);
	line->str[length] = end;
	if (is_delimiter_line)
		return;
	if (mime->state != IN_HEADER) {
		content(mime, line->str, line->len);
		mime->line_end = (guint)(line->len - length);
	} else if (length == 0)
		begin_part(mime);
	else if (mime->header->len + line->len <= MIME_HEADER_MAX)
		g_string_append_len(mime->header, line->str, (gssize)line->len);
}

MimeText *mime_text_new(const char *header)
{
	MimeText *mime = g_new0(MimeText, 1);

	mime->levels = g_array_new(FALSE, FALSE, sizeof(Level));
	g_array_set_clear_func(mime->levels, level_clear);
	mime->leaves = g_ptr_array_new_with_free_func(leaf_free);
	mime->attachments = g_ptr_array_new_with_free_func(attachment_free);
	mime->header = g_string_new(header);
	mime->line = g_string_new(NULL);
	begin_part(mime);
	return mime;
}

void mime_text_free(MimeText *mime)
{
	if (mime == NULL)
		return;
	g_array_unref(mime->levels);
	g_ptr_array_unref(mime->leaves);
	g_ptr_array_unref(mime->attachments);
	g_string_free(mime->header, TRUE);
	g_string_free(mime->line, TRUE);
	g_free(mime);
}

void mime_text_feed(MimeText *mime, const guint8 *octets, gsize length)
{
	const char *at = (const char *)octets, *limit = at + length;

	while (at < limit) {
		const char *end = memchr(at, '\n', (gsize)(limit - at));
		const char *next = end != NULL ? end + 1 : limit;
		gsize size = (gsize)(next - at);

		if (!mime->passing && mime->line->len + size <= LINE_KEEP) {
			g_string_append_len(mime->line, at, (gssize)size);
		} else {
			if (!mime->passing)
				content(mime, mime->line->str, mime->line->len);
			content(mime, at, size);
			mime->line_end = end == NULL ? 0 : end > at && end[-1] == '\r' ? 2 : 1;
			mime->passing = TRUE;
			g_string_truncate(mime->line, 0);
		}
		if (end != NULL) {
			if (!mime->passing)
				whole_line(mime);
			mime->passing = FALSE;
			g_string_truncate(mime->line, 0);
		}
		at = next;
	}
}

/* Free: g_free(). */
static char *leaf_text(const Leaf *leaf)
{
	char *text = charset_to_utf8(leaf->octets, leaf->charset);

	if (!leaf->is_html)
		return text;
	char *shown = html_text(text);
	g_free(text);
	return shown;
}

/* Whether a text/plain part beside it says the same. */
static gboolean has_plain_beside(const MimeText *mime, const Leaf *html, char **texts)
{
	for (guint i = 0; html->alternative != 0 && i < mime->leaves->len; i++) {
		const Leaf *other = mime->leaves->pdata[i];
		if (!other->is_html && other->alternative == html->alternative &&
		        !text_is_blank(texts[i]))
			return TRUE;
	}
	return FALSE;
}

/* UTF-8 of at most MIME_TEXT_MAX octets, lines ended by LF; other control characters are left out.
 */
static char *clean(const GString *text)
{
	GString *out = g_string_new(NULL);

	for (const char *c = text->str; *c != '\0'; c = g_utf8_next_char(c)) {
		gunichar u = g_utf8_get_char(c);
		if (u == '\r')
			u = c[1] == '\n' ? 0 : '\n';
		if (u == 0 || (g_unichar_iscntrl(u) && u != '\n' && u != '\t'))
			continue;
		if (out->len + 6 > MIME_TEXT_MAX)
			break;
		g_string_append_unichar(out, u);
	}
	return g_strchomp(g_string_free(out, FALSE));
}

char *mime_text_finish(MimeText *mime)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!mime->passing && mime->line->len > 0)
		whole_line(mime);
	mime->line_end = 0;
	end_part(mime);
	mime->state = IN_NOTHING;
	g_auto(GStrv) texts = g_new0(char *, mime->leaves->len + 1);
	for (guint i = 0; i < mime->leaves->len; i++) {
		const Leaf *leaf = mime->leaves->pdata[i];
		texts[i] = leaf_text(leaf);
	}
	for (guint i = 0; i < mime->leaves->len && text->len < MIME_TEXT_MAX; i++) {
		const Leaf *leaf = mime->leaves->pdata[i];
		if (text_is_blank(texts[i]) ||
		        (leaf->is_html && has_plain_beside(mime, leaf, texts)))
			continue;
		if (text->len > 0)
			g_string_append_c(text, '\n');
		g_string_append(text, texts[i]);
	}
	char *result = clean(text);
	if (*result == '\0')
		g_clear_pointer(&result, g_free);
	return result;
}

const GPtrArray *mime_text_attachments(const MimeText *mime)
{
	return mime->attachments;
}

gboolean mime_text_is_report(const MimeText *mime)
{
	return mime->is_report;
}
