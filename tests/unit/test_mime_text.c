/* test_mime_text.c: text and attachments of a body (milter/mime_text.c, charset.c, html_text.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "lib/mail/charset.h"
#include "milter/html_text.h"
#include "milter/mime_text.h"

#define MIXED "Content-Type: multipart/mixed; boundary=\"=_x\"\n"
#define PART(headers, body) "--=_x\r\n" headers "\r\n" body "\r\n"
#define END "--=_x--\r\n"

static const struct {
	const char *header, *body, *text, *attachments; /* text NULL: none; "name size, ..." */
} cases[] = {
        {"", "Guten Tag\r\n\r\nEnde\r\n", "Guten Tag\n\nEnde", ""},
        {"", "", NULL, ""},
        {"", "\r\n \r\n", NULL, ""},
        {"", "ohne Zeilenende", "ohne Zeilenende", ""},
        {"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n",
                "Stra=DFe=\r\n und M=FCller\r\n", "Straße und Müller", ""},
        {"Content-Type: text/plain;\n charset=\"utf-8\"\nContent-Transfer-Encoding: BASE64\n",
                "R3LDvMOf\r\nZQ==\r\n", "Grüße", ""},
        {"Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n",
                "RwByAPwA3wBlAA==\r\n", "Grüße", ""},
        {"Content-Type: text/plain; charset=iso-2022-jp\n", "\x1b$B$\"\x1b(B", "あ", ""},
        {"Content-Type: text/plain; charset=nirgends\n",
                "Gr\xfc\xdf"
                "e",
                "Grüße", ""},
        {"Content-Type: text/plain\n", "Grüße \x93x\x94", "GrÃ¼ÃŸe “x”", ""},
        {"Content-Type: text/plain; charset=utf-8\n",
                "a\xff"
                "b\xc3",
                "aÿbÃ", ""},
        {"Content-Type: text/plain; charset=utf-8\n",
                "Gr\xfc\xdf"
                "e, Grüße\xc3",
                "Grüße, Grüße", ""},
        {"", "Gr\xfc", "Grü", ""},
        {"Content-Type: text/plain; charset=iso-8859-1\n", "850 \x80 \x96 S\xfc\x64", "850 € – Süd",
                ""},
        {"Content-Type: text/html; charset=\"ISO-8859-1\"\n", "850 \x80 &#150; S&#252d",
                "850 € – Süd", ""},
        {"Content-Type: text/plain; charset=us-ascii\n", "850 € – Süd", "850 € – Süd", ""},
        {"Content-Type: text/plain; charset=us-ascii\n", "850 \x80 \x96 S\xfc\x64", "850 € – Süd",
                ""},
        {"Content-Type: text/plain; charset=iso-8859-9\n", "\x80\xfd\xfe\xf0", "€ışğ", ""},
        {"Content-Type: text/plain; charset=euc-kr\n", "\xb0\xa1\x8c\x63", "가똠", ""},
        {"Content-Type: text/plain; charset=shift_jis\n", "\x87\x40\x82\xa0", "①あ", ""},
        {"Content-Type: text/plain; charset=shift_jis\n", "\x82\xa0\xfd", "あý", ""},
        {"Content-Type: text/plain; charset=gb2312\n", "\x80\xe9\x46", "€镕", ""},
        {"Content-Type: text/plain; charset=big5\n", "\xa4\xa4", "中", ""},
        {"Content-Type: text/plain; charset=iso-8859-7\n", "ήb", "ήb", ""},
        {"Content-Type: text/plain; charset=windows-1258\n", "\x80 \xfc", "€ ü", ""},
        {"Content-Type: text/plain; charset=utf-8\n", "\xef\xbb\xbfMarke", "Marke", ""},
        {"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n",
                "//5HAHIA/AA=", "Grü", ""},
        {"Content-Type: text/plain; charset=\"utf-8//TRANSLIT\"\n", "Gr\xfc", "Grü", ""},
        /* transfer encodings as they are written */
        {"Content-Transfer-Encoding: base64;\n", "R3LDvMOfZQ==", "Grüße", ""},
        {"Content-Transfer-Encoding: \"quoted-printable\"\n", "Gr=C3=BC=C3=9Fe", "Grüße", ""},
        {"Content-Transfer-Encoding: Quoted-Printable (wie sonst)\n", "Gr=C3=BC", "Grü", ""},
        {"Content-Transfer-Encoding: base64\n", "R3LDvA==\r\nw59l\r\nw59=\r\nZQ", "Grüßeße", ""},
        {"Content-Transfer-Encoding: base64\n", "R3LDvMOfZQ", "Grüße", ""},
        {"Content-Transfer-Encoding: quoted-printable\n",
                "Gr=c3=bc= \t\r\n=C3=9Fe = =4=Gx =\t=20=3", "Grüße = =4=Gx =\t =3", ""},
        {"Content-Transfer-Encoding: quoted-printable\n", "eins=0D=0Azwei=\n =", "eins\nzwei", ""},
        {"Content-Transfer-Encoding: 8bit\n", "R3Lü=C3", "R3Lü=C3", ""},
        /* texts with names */
        {"Content-Type: text/plain; name=\"brief.txt\"\n", "Text", "Text", ""},
        {"Content-Type: text/plain\nContent-Disposition: inline; filename=brief.txt\n", "Text",
                "Text", ""},
        {"Content-Type: text/plain\nContent-Disposition: attachment\n", "Text", NULL, " 4, "},
        {MIXED, PART("Content-Type: text/html; name=body.html\r\n", "<b>Text</b>") END, "Text", ""},
        {MIXED,
                PART("", "Text") PART("Content-Type: text/plain; name=\"liste.txt\"\r\n", "1\r\n2")
                        END,
                "Text\n\n1\n2", "liste.txt 4, "},
        /* a plain part in which there is nothing to see */
        {"Content-Type: multipart/alternative; boundary=b\n",
                "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\u00a0\u200b\r\n\ufeff\u00ad\r\n--b\r\nContent-Type: text/html\r\n\r\n<b>bunt</b>\r\n--b--",
                "bunt", ""},
        {"Content-Type: text/html\n", "<p>&nbsp;&#8203;</p>", NULL, ""},
        {"", "\u00a0\u200b\r\n", NULL, ""},
        /* parameters as they are written */
        {"Content-Type: a/b; name=Angebot 850 \x80.pdf; x=y\n", "1", NULL, "Angebot 850 €.pdf 1, "},
        {"Content-Type: a/b; name*=iso-8859-1'de'850%80.pdf\n", "1", NULL, "850€.pdf 1, "},
        {"Content-Type: a/b; name*1=\"o.pdf\"; name*0*=utf-8''B%C3%BCr\n", "1", NULL,
                "Büro.pdf 1, "},
        {"Content-Type: a/b; name=\"C:\\Akte \\\"A\\\".pdf\"\n", "1", NULL,
                "C:\\Akte \"A\".pdf 1, "},
        {"Content-Type: a/b; name=\"=?utf-8?B?w7w?=\"\n", "1", NULL, "ü 1, "},
        {"Content-Type: text / plain (schlicht); (x) charset = utf-8 \n", "Grüße", "Grüße", ""},
        {"Content-Type: nichts\n", "Text", "Text", ""},
        {"Content-Type: \n", "Text", "Text", ""},
        {"Content-Type: text/html\n", "<p>Guten&nbsp;Tag<br>Herr <b>M&uuml;ller</b></p>",
                "Guten Tag\nHerr Müller", ""},
        {"Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n",
                "QUJD\r\nRA==\r\n", NULL, "a.pdf 4, "},
        {MIXED,
                "Vorspann\r\n" PART("", "eins") PART("Content-Type: text/plain\r\n", "zwei") END
                "Nachspann",
                "eins\n\nzwei", ""},
        {MIXED,
                PART("Content-Type: text/plain\r\n", "Text")
                        PART("Content-Disposition: attachment;\r\n filename=\"B\xc3\xbc"
                             "ro.txt\"\r\n",
                                "12345"),
                "Text", "Büro.txt 7, "},
        {MIXED,
                PART("Content-Disposition: attachment; filename*=utf-8''B%C3%BCro.pdf\r\nContent-Type: application/pdf\r\n",
                        "1") END,
                NULL, "Büro.pdf 1, "},
        {MIXED,
                PART("Content-Type: image/png; name=\"=?utf-8?B?QsO8?= =?utf-8?B?cm8=?=\"\r\nContent-Transfer-Encoding: base64\r\n",
                        "QUJD") END,
                NULL, "Büro 3, "},
        {MIXED, PART("Content-Type: message/rfc822\r\n", "Subject: x\r\n\r\nverborgen") END, NULL,
                " 23, "},
        {MIXED, PART("Content-Type: text/plain", "abgeschnitten\r\n--=_x"), NULL, ""},
        {MIXED, "--=_x\r\nContent-Type: text/plain\r\n--=_x\r\n\r\nzwei\r\n" END, "zwei", ""},
        {MIXED, "--=_xy\r\n\r\nnicht\r\n--=_x  \r\n\r\nja\r\n--=_x-- \r\n", "ja", ""},
        {MIXED,
                PART("Content-Type: multipart/alternative; boundary=b\r\n",
                        "--b\r\n\r\nschlicht\r\n--b\r\nContent-Type: text/html\r\n\r\n<b>bunt</b>\r\n--b--")
                        PART("Content-Type: text/html\r\n", "<i>Fu&szlig;</i>") END,
                "schlicht\n\nFuß", ""},
        {MIXED,
                PART("Content-Type: multipart/alternative; boundary=b\r\n",
                        "--b\r\n\r\n \r\n--b\r\nContent-Type: multipart/related; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<b>bunt</b>\r\n--c\r\nContent-Type: image/gif\r\n\r\nGIF\r\n--c--\r\n--b--")
                        END,
                "bunt", " 3, "},
        {MIXED,
                PART("Content-Type: multipart/alternative; boundary=b\r\n",
                        "--b\r\n\r\nschlicht\r\n--b\r\nContent-Type: multipart/related; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\n\r\n<b>bunt</b>\r\n--=_x\r\n\r\ndanach")
                        END,
                "schlicht\n\ndanach", ""},
        {"Content-Type: multipart/mixed\n", "--x\r\n\r\nText\r\n--x--", "--x\n\nText\n--x--", ""},
        {"Content-Type: text/plain\nContent-Type: text/html\n", "<b>", "<b>", ""},
};

static char *attachments_of(const MimeText *mime)
{
	const GPtrArray *list = mime_text_attachments(mime);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++) {
		const MimeAttachment *one = list->pdata[i];
		g_string_append_printf(out, "%s %" G_GUINT64_FORMAT ", ", one->name, one->size);
	}
	return g_string_free(out, FALSE);
}

/* Fed in pieces of so many octets the result is always the same. */
static void test_cases(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize length = strlen(cases[i].body);
		for (gsize piece = 1; piece <= length + 1; piece += piece < 5 ? 1 : 37) {
			g_autoptr(MimeText) mime = mime_text_new(cases[i].header);
			for (gsize at = 0; at < length; at += piece) {
				/* Octets of their own, so that reading beyond them is found. */
				gsize size = MIN(piece, length - at);
				g_autofree guint8 *octets = g_memdup2(cases[i].body + at, size);
				mime_text_feed(mime, octets, size);
			}
			g_autofree char *text = mime_text_finish(mime);
			g_autofree char *attachments = attachments_of(mime);
			if (text == NULL || cases[i].text == NULL)
				assert_ptr_equal(text, cases[i].text);
			else
				assert_string_equal(text, cases[i].text);
			assert_string_equal(attachments, cases[i].attachments);
		}
	}
}

static void test_control_characters(void **state)
{
	static const guint8 octets[] = "a\0b\x01\tc\rd\r\ne\x1b[1m\xc2\x85"
	                               "f";
	g_autoptr(MimeText) mime = mime_text_new("Content-Type: text/plain; charset=utf-8\n");

	(void)state;
	mime_text_feed(mime, octets, sizeof(octets) - 1);
	g_autofree char *text = mime_text_finish(mime);
	assert_string_equal(text, "ab\tc\nd\ne[1mf");
}

static void feed(MimeText *mime, const char *text)
{
	mime_text_feed(mime, (const guint8 *)text, strlen(text));
}

/* A thousand levels; the text of the outer ones is there, the rest is in bounds. */
static void test_deep(void **state)
{
	g_autoptr(MimeText) mime = mime_text_new("Content-Type: multipart/mixed; boundary=b0\n");

	(void)state;
	for (guint i = 0; i < 1000; i++) {
		g_autofree char *part = g_strdup_printf(
		        "--b%u\r\n\r\nEbene %u\r\n--b%u\r\nContent-Type: multipart/mixed; boundary=b%u\r\n\r\n",
		        i, i, i, i + 1);
		feed(mime, part);
	}
	g_autofree char *text = mime_text_finish(mime);
	assert_true(g_str_has_prefix(text, "Ebene 0\n\nEbene 1\n"));
	assert_true(mime_text_attachments(mime)->len <= MIME_ATTACHMENTS);
}

static void test_many(void **state)
{
	g_autoptr(MimeText) mime = mime_text_new(MIXED);

	(void)state;
	for (guint i = 0; i < 200000; i++)
		feed(mime, i % 2 ? "--=_x\n\n" : "--=_x\nContent-Type: a/b\n\nxyz");
	g_autofree char *text = mime_text_finish(mime);
	assert_null(text);
	assert_int_equal(mime_text_attachments(mime)->len, MIME_ATTACHMENTS);
}

static void test_large(void **state)
{
	g_autofree char *line = g_strnfill(76, 'Q');
	g_autofree char *long_line = g_strnfill(1 << 20, 'x');
	g_autoptr(MimeText) mime = mime_text_new(MIXED);
	g_autoptr(MimeText) plain = mime_text_new("");

	(void)state;
	feed(mime,
	        PART("",
	                "Text") "--=_x\r\nContent-Type: a/b; name=gross\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	for (guint i = 0; i < 100000; i++) {
		feed(mime, line);
		feed(mime, "\r\n");
	}
	feed(mime, END);
	g_autofree char *text = mime_text_finish(mime);
	g_autofree char *attachments = attachments_of(mime);
	assert_string_equal(text, "Text");
	assert_string_equal(attachments, "gross 5700000, ");
	for (guint i = 0; i < 8; i++)
		feed(plain, long_line);
	g_autofree char *cut = mime_text_finish(plain);
	assert_in_range(strlen(cut), MIME_TEXT_MAX - 10, MIME_TEXT_MAX);
}

/* A header of a part or of the message as long and odd as it can get: some result, soon. */
static void test_headers(void **state)
{
	static const char *const units[] = {"; x=y", "; filename*0*=utf-8''a", "; charset=\"", "(",
	        "\n x", "=?utf-8?B?", "\n", ";", "multipart/mixed; boundary=\"", "\\", "\xff"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) header = g_string_new("Content-Type: text/plain");
		while (header->len < MIME_HEADER_MAX - 100)
			g_string_append(header, units[i]);
		g_string_append(header, "\nContent-Disposition: x");
		g_autoptr(MimeText) mime = mime_text_new(header->str);
		feed(mime, "Text\r\n--\r\n--x\r\n");
		g_autofree char *text = mime_text_finish(mime);
		assert_true(text == NULL || *text != '\0');
	}
}

static const struct {
	const char *html, *text;
} pages[] = {
        {"", ""},
        {"a  b\n c", "a b c\n"},
        {"<html><head><title>T</title><style>p { a > b }</style></head><body><p>eins</p><p>zwei",
                "eins\nzwei\n"},
        {"a<script>if (x < y) \"</b>\"</SCRIPT >b", "ab\n"},
        {"a<script>ohne Ende", "a\n"},
        {"a<!-- <b>x</b> -- > -->b<!-- offen", "ab\n"},
        {"<a href=\"x>y\" title='>'>Link</a> da", "Link da\n"},
        {"1 < 2 & 3 &amp; &lt;b&gt; &#228;&#xE4;&#x110000;&nix; &auml",
                "1 < 2 & 3 & <b> ää\xef\xbf\xbd&nix; ä\n"},
        {"&Eacute;ric &Ccedil;a &scaron;&Zcaron; &oelig; &permil; &fjlig;&NotEqualTilde;",
                "Éric Ça šŽ œ ‰ fj≂̸\n"},
        {"&ampx &notit; &notin; &copy2 &Auml1 &euro &eurox; &lt3",
                "&x ¬it; ∉ ©2 Ä1 &euro &eurox; <3\n"},
        {"&#128;&#150;&#159;&#x92;&#228ü&#;&#x;&#", "€–Ÿ’äü&#;&#x;&#\n"},
        {"Immo&shy;bi\u00adlie&#8203;n&zwnj;x", "Immobilienx\n"},
        {"&#0;&#xD800;x", "\xef\xbf\xbd\xef\xbf\xbdx\n"},
        {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"},
        {"Stra&szlig;e <span>M</span>üller<br/>&bdquo;x&ldquo;", "Straße Müller\n„x“\n"},
        {"<", "<\n"},
        {"</", "</\n"},
        {"<b", ""},
        {"&", "&\n"},
        {"<o:p>x</o:p>", "x\n"},
        {"<!DOCTYPE html><?xml x?>y", "y\n"},
};

static void test_html(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autofree char *text = html_text(pages[i].html);
		assert_string_equal(text, pages[i].text);
	}
}

static void test_hostile_html(void **state)
{
	static const char *const units[] = {
	        "<", "<a", "<!--", "<script>", "</", "&", "&#", "<a b=\"", "\"", "<script></x>"};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autoptr(GString) html = g_string_new(NULL);
		while (html->len < MIME_PART_TEXT)
			g_string_append(html, units[i]);
		g_autofree char *text = html_text(html->str);
		assert_true(strlen(text) <= html->len + 1);
	}
}

/* A delivery report or a receipt, also one that is wrapped or badly made. */
static const struct {
	const char *header, *body;
	gboolean is_report;
} reports[] = {
        {"Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_x\"\n",
                PART("", "Text") PART("Content-Type: message/delivery-status\r\n", "x") END, TRUE},
        {"Content-Type: Multipart/Report\n", "Text", TRUE},
        {"Content-Type: (a)multipart (b) / (c) report ;\n boundary=\"=_x\"\n", PART("", "Text") END,
                TRUE},
        {MIXED,
                PART("Content-Type: multipart/report; boundary=y\r\n", "--y\r\n\r\nText\r\n--y--")
                        PART("", "Nachsatz") END,
                TRUE},
        {"Content-Disposition: attachment\nContent-Type: multipart/report\n", "Text", TRUE},
        {MIXED, PART("", "Content-Type: multipart/report") END, FALSE},
        {MIXED,
                PART("Content-Type: message/rfc822\r\n",
                        "Content-Type: multipart/report; boundary=y\r\n\r\nText") END,
                FALSE},
        {"Content-Type: text/plain; name=\"multipart/report\"\n", "Text", FALSE},
        {"Content-Type: multipart/related; type=\"multipart/report\"\n", "Text", FALSE},
        {"", "", FALSE},
};

static void test_reports(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(reports); i++) {
		g_autoptr(MimeText) mime = mime_text_new(reports[i].header);
		mime_text_feed(mime, (const guint8 *)reports[i].body, strlen(reports[i].body));
		g_free(mime_text_finish(mime));
		assert_int_equal(mime_text_is_report(mime), reports[i].is_report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_cases),
	        cmocka_unit_test(test_control_characters),
	        cmocka_unit_test(test_deep),
	        cmocka_unit_test(test_many),
	        cmocka_unit_test(test_large),
	        cmocka_unit_test(test_headers),
	        cmocka_unit_test(test_html),
	        cmocka_unit_test(test_hostile_html),
	        cmocka_unit_test(test_reports),
	};

	g_mime_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
