"""mails.py [COUNT]: makes mails that look as real broken ones do, and knows what people should read in
them; prints COUNT of them as JSON.

Each is made of a charset, a transfer encoding, a structure and a form of its headers; always the same
ones. What is odd about a mail stands in its marks, by which compare.py knows why another library reads
it otherwise.
"""
import base64
import dataclasses
import html.entities
import itertools
import json
import quopri
import random
import sys

SEED = 20261126

GERMAN = "Grüße aus Köln: 850 € – „Süd“, Herr Žižek"
LATIN = "Grüße aus Köln, ½ Straße, Éric"
RUSSIAN = "Добрый день, счёт прилагается"
JAPANESE = "こんにちは、請求書です"
KOREAN = "안녕하세요 계약서"
CHINESE = "您好, 合同附上"


@dataclasses.dataclass(frozen=True)
class Charset:
    label: str | None  # as the mail names it; None: not at all
    codec: str         # as it is written
    sample: str
    mark: str = ""


CHARSETS = [
    Charset("utf-8", "utf-8", GERMAN + " 😀"),
    Charset("UTF8", "utf-8", GERMAN),
    Charset("utf-8", "utf-8", RUSSIAN),
    Charset("windows-1252", "cp1252", GERMAN),
    Charset("iso-8859-1", "latin-1", LATIN),
    Charset("iso-8859-1", "cp1252", GERMAN, "latin1 is windows-1252"),
    Charset("ISO_8859-1:1987", "cp1252", GERMAN, "latin1 is windows-1252"),
    Charset("us-ascii", "utf-8", GERMAN, "ascii isn't"),
    Charset("us-ascii", "cp1252", GERMAN, "ascii isn't"),
    Charset("x-nirgends", "cp1252", GERMAN, "unknown charset"),
    Charset("unknown-8bit", "utf-8", GERMAN, "unknown charset"),
    Charset("utf-8", "cp1252", GERMAN, "utf-8 isn't"),
    Charset(None, "utf-8", GERMAN, "no charset"),
    Charset(None, "cp1252", GERMAN, "no charset"),
    Charset("iso-8859-15", "iso-8859-15", LATIN.replace("½", "€")),
    Charset("iso-8859-2", "iso-8859-2", "Dobrý den, faktura č. 5, Žižek"),
    Charset("windows-1250", "cp1250", "Dobrý den – faktura č. 5 „Žižek“"),
    Charset("iso-8859-9", "cp1254", "Fatura ışğ – 850 €", "latin5 is windows-1254"),
    Charset("windows-1251", "cp1251", RUSSIAN),
    Charset("koi8-r", "koi8-r", RUSSIAN),
    Charset("iso-8859-7", "iso-8859-7", "Καλημέρα, τιμολόγιο"),
    Charset("shift_jis", "cp932", JAPANESE + "①㈱", "shift_jis is windows-31j"),
    Charset("euc-jp", "euc-jp", JAPANESE),
    Charset("iso-2022-jp", "iso-2022-jp", JAPANESE),
    Charset("euc-kr", "cp949", KOREAN + " 똠방", "euc-kr is windows-949"),
    Charset("gb2312", "gbk", CHINESE + "镕", "gb2312 is gbk"),
    Charset("big5", "big5", "您好，合約附上"),
    Charset("utf-7", "utf-7", GERMAN),
]


def lines_of(octets, length):
    return b"\r\n".join(octets[i:i + length] for i in range(0, len(octets), length))


def qp(octets):
    return quopri.encodestring(octets.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def lower_hex(octets):
    out = qp(octets)
    for i in range(256):
        out = out.replace(b"=%02X" % i, b"=%02x" % i)
    return out


def pieces(octets):
    return b"\r\n".join(base64.b64encode(octets[i:i + 20]) for i in range(0, len(octets), 20))


# name -> value of the field (None: none), what it makes of octets, mark
ENCODINGS = {
    "8bit": ("8bit", lambda octets: octets, ""),
    "none": (None, lambda octets: octets, ""),
    "quoted-printable": ("quoted-printable", qp, ""),
    "lower hex": ("Quoted-Printable", lower_hex, ""),
    "soft breaks with blanks": ("quoted-printable", lambda octets: qp(octets).replace(b"=\r\n", b"= \t\r\n"), "blanks behind ="),
    "base64": ("base64", lambda octets: lines_of(base64.b64encode(octets), 76), ""),
    "one line": ("BASE64", base64.b64encode, ""),
    "no padding": ("base64", lambda octets: lines_of(base64.b64encode(octets).rstrip(b"="), 76), ""),
    "blanks": ("base64", lambda octets: lines_of(base64.b64encode(octets), 30).replace(b"\r\n", b" \r\n\r\n\t"), ""),
    "pieces": ("base64", pieces, "padded pieces"),
    "semicolon": ("base64;", lambda octets: lines_of(base64.b64encode(octets), 76), "encoding's name"),
    "quotes": ("\"quoted-printable\"", qp, "encoding's name"),
    "comment": ("quoted-printable (siehe unten)", qp, "encoding's name"),
}

# ---- HTML ----


def raw_html(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


NAMES = {value: name for name, value in sorted(html.entities.html5.items()) if name.endswith(";") and len(value) == 1}
LEGACY = {value: name for name, value in html.entities.html5.items() if not name.endswith(";")}


def by(table):
    return lambda text: "".join("&" + table[c] if ord(c) > 127 and c in table else raw_html(c) for c in text)


def by_windows_numbers(text):
    def number(c):
        try:
            octet = c.encode("cp1252")[0]
        except UnicodeEncodeError:
            octet = 0
        return f"&#{octet};" if octet > 127 else raw_html(c)
    return "".join(number(c) for c in text)


HTML = {"raw": raw_html, "names": by(NAMES), "no semicolons": by(LEGACY), "numbers": by_windows_numbers,
        "hex": lambda text: "".join(f"&#x{ord(c):X};" if ord(c) > 127 else raw_html(c) for c in text)}

# ---- headers ----


def q_text(octets):
    return "".join(chr(o) if chr(o).isalnum() and o < 128 else "_" if o == 32 else f"={o:02X}" for o in octets)


def q_word(octets, label):
    return f"=?{label}?Q?{q_text(octets)}?=".encode()


def b_word(octets, label):
    return f"=?{label}?B?{base64.b64encode(octets).decode()}?=".encode()


def in_words(octets, label, size, word):
    return b"\r\n ".join(word(octets[i:i + size], label) for i in range(0, len(octets), size))


def b_across(octets, label):
    text = base64.b64encode(octets).decode()
    return b"\r\n ".join(f"=?{label}?B?{text[i:i + 30]}?=".encode() for i in range(0, len(text), 30))


# Charsets whose characters can't be cut between words.
STATEFUL = ("iso-2022-jp", "utf-7")

# name -> the value of octets in a charset of that label, mark
FORMS = {
    "raw": (lambda octets, label: octets, "raw octets"),
    "Q": (q_word, ""),
    "q": (lambda octets, label: q_word(octets, label).replace(b"?Q?", b"?q?"), ""),
    "B": (b_word, ""),
    "B without padding": (lambda octets, label: b_word(octets, label)[:-2].rstrip(b"=") + b"?=", ""),
    "several padded": (lambda octets, label: in_words(octets, label, 10, b_word), "cut words"),
    "cut characters": (lambda octets, label: in_words(octets, label, 7, q_word), "cut words"),
    "cut base64": (b_across, "cut words"),
    "language": (lambda octets, label: q_word(octets, f"{label}*de"), "language"),
    "raw in a word": (lambda octets, label: f"=?{label}?Q?".encode() + octets.replace(b" ", b"_").replace(b"=", b"=3D").replace(b"?", b"=3F") + b"?=", "raw octets"),
    "question mark": (lambda octets, label: f"=?{label}?Q?{q_text(octets)}?_Ja!?=".encode(), ""),
}
# What these add to what people read.
ADDED = {"question mark": "? Ja!"}

# How a file's name is written: name -> (octets, label) -> parameter, mark
FILE_NAMES = {
    "RFC 2231": (lambda octets, label: b"filename*=" + label.encode() + b"''" + "".join(f"%{o:02X}" for o in octets).encode(), ""),
    "continued": (lambda octets, label: b"filename*0*=" + label.encode() + b"''" + "".join(f"%{o:02X}" for o in octets[:9]).encode() + b";\r\n filename*1*=" + "".join(f"%{o:02X}" for o in octets[9:]).encode(), ""),
    "word": (lambda octets, label: b"filename=\"" + q_word(octets, label) + b"\"", "word in a parameter"),
    "bare word": (lambda octets, label: b"filename=" + b_word(octets, label), "word in a parameter"),
    "raw": (lambda octets, label: b"filename=\"" + octets.replace(b"\\", b"\\\\").replace(b"\"", b"\\\"") + b"\"", "raw octets"),
    "raw, no quotes": (lambda octets, label: b"filename=" + octets.replace(b";", b","), "raw octets"),
}

# ---- structures ----


@dataclasses.dataclass
class Mail:
    number: int
    octets: bytes = b""
    marks: dict = dataclasses.field(default_factory=dict)  # field -> set of marks
    subject: str = ""
    sender: str = ""
    text: str = ""
    files: tuple = ()


def part(headers, body):
    return b"".join(line + b"\r\n" for line in headers if line) + b"\r\n" + body


def multipart(kind, boundary, parts, close=True, preamble=b""):
    body = preamble + b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts) + (b"--" + boundary + b"--\r\n" if close else b"")
    return [b"Content-Type: multipart/" + kind + b"; boundary=\"" + boundary + b"\""], body


def text_part(subtype, text, charset, encoding, extra=b"", disposition=b""):
    value, encode, _ = ENCODINGS[encoding]
    label = b"; charset=\"" + charset.label.encode() + b"\"" if charset.label else b""
    return ([b"Content-Type: text/" + subtype + label + extra, disposition,
             b"Content-Transfer-Encoding: " + value.encode() if value else b""],
            encode(text.replace("\n", "\r\n").encode(charset.codec, "xmlcharrefreplace" if subtype == b"html" else "strict")))


STRUCTURES = ["plain", "html", "alternative", "blank plain", "mixed", "named text", "named inline", "outlook", "related", "not closed", "preamble", "file beside"]
BLANK = "\u00a0\u200b\n\ufeff\u00ad\n"
UTF_8 = Charset("utf-8", "utf-8", "")
PDF = b"%PDF-1.4\r\n" + bytes(range(256))


def pdf(parameter):
    return part([b"Content-Type: application/pdf", b"Content-Disposition: attachment;\r\n " + parameter, b"Content-Transfer-Encoding: base64"], lines_of(base64.b64encode(PDF), 76))


def structured(mail, structure, text, charset, encoding, html_form, file_name):
    """Its header lines and body; sets text and files of the mail."""
    marks = mail.marks["text"]
    page = f"<html><head><style>p {{ color: red }}</style></head><body><p>{HTML[html_form](text)}</p></body></html>"
    plain = text_part(b"plain", text, charset, encoding)
    rich = text_part(b"html", page, charset, encoding)
    mail.text = text
    if structure == "plain":
        return plain
    if structure == "html":
        return rich
    if structure == "alternative":
        return multipart(b"alternative", b"=_a 1", [part(*plain), part(*rich)])
    if structure == "blank plain":
        marks.add("blank plain part")
        return multipart(b"alternative", b"a1", [part(*text_part(b"plain", BLANK, UTF_8, "base64")), part(*rich)])
    if structure == "named text":
        return text_part(b"plain", text, charset, encoding, b"; name=\"brief.txt\"")
    if structure == "named inline":
        return text_part(b"plain", text, charset, encoding, b"", b"Content-Disposition: inline; filename=brief.txt")
    if structure == "outlook":
        return multipart(b"mixed", b"----=_NextPart_000", [part(*text_part(b"html", page, charset, encoding, b"; name=body.html"))])
    if structure == "related":
        inner = multipart(b"related", b"r", [part(*rich), part([b"Content-Type: image/png; name=logo.png", b"Content-ID: <1@x>", b"Content-Transfer-Encoding: base64"], b"iVBORw0KGgo=")])
        mail.files = (("logo.png", 8),)
        return multipart(b"alternative", b"a", [part(*plain), part(*inner)])
    if structure == "not closed":
        return multipart(b"mixed", b"x", [part(*plain)], close=False)
    if structure == "preamble":
        return multipart(b"mixed", b"x", [part(*plain)], preamble=b"This is a multi-part message in MIME format.\r\n")
    name, parameter = file_name
    mail.files = ((name, len(PDF)),)
    return multipart(b"mixed", b"x", [part(*(plain if structure == "mixed" else rich)), pdf(parameter)])


def labelled(charset):
    """The label of a word, which needs one."""
    return charset.label or "us-ascii"


def fits(charset, form):
    """Whether such a header can be read at all."""
    raw = FORMS[form][1] == "raw octets" if form in FORMS else FILE_NAMES[form][1] == "raw octets"
    if raw and form == "raw in a word":
        return charset.codec not in STATEFUL + ("cp932", "cp949", "gbk", "big5")
    if raw:
        return charset.codec in ("utf-8", "cp1252")
    return not (charset.codec in STATEFUL and form in ("several padded", "cut characters", "cut base64", "continued"))


def header(mail, field, charset, form):
    """A header of the charset's sample, and what people read."""
    value, mark = FORMS[form]
    text = charset.sample.split(", ")[0] if form == "raw" and field == "from" else charset.sample
    mail.marks[field] |= {mark, "" if form == "raw" else charset.mark, "no charset" if charset.label is None and form != "raw" else ""}
    return value(text.encode(charset.codec), labelled(charset)), text + ADDED.get(form, "")


def make(number, charset, encoding, structure, form, chance):
    mail = Mail(number, marks={field: set() for field in ("subject", "from", "text", "files")})
    html_form = chance.choice(sorted(HTML))
    file_form = chance.choice([name for name in FILE_NAMES if fits(charset, name)])
    name = charset.sample.split(",")[0].split(":")[0] + ".pdf"
    write, mark = FILE_NAMES[file_form]
    mail.marks["files"] |= {mark, charset.mark if mark != "raw octets" else ""}
    parameter = write(name.encode(charset.codec), labelled(charset))
    text = f"Guten Tag\n{charset.sample}\n\n" + "Zeile mit vielen Wörtern ".replace("ö", "o") * 5 + f"\n{charset.sample} Ende {number}"
    mail.marks["text"] |= {charset.mark, ENCODINGS[encoding][2]}
    head, body = structured(mail, structure, text, charset, encoding, html_form, (name, parameter))
    subject, mail.subject = header(mail, "subject", charset, form)
    sender_form = form if form != "question mark" else "Q"
    sender, mail.sender = header(mail, "from", charset, sender_form)
    quotes = b"\"" if sender_form == "raw" or number % 5 == 0 else b""
    lines = [b"From: " + quotes + sender + quotes + b" <wer@welt.example>", b"To: <a@b.example>", b"Subject: " + subject,
             b"Date: Thu, 26 Nov 2026 10:00:00 +0100"] + ([b"MIME-Version: 1.0"] if number % 3 else []) + head
    mail.octets = b"".join(line + b"\r\n" for line in lines if line) + b"\r\n" + body
    return mail


def all_mails(count):
    """So many, no two of the same four."""
    chance = random.Random(SEED)
    kinds = [(charset, encoding, structure, form)
             for charset, encoding, structure, form in itertools.product(CHARSETS, ENCODINGS, STRUCTURES, FORMS)
             if fits(charset, form)]
    return [make(number, *kind, chance) for number, kind in enumerate(chance.sample(kinds, count))]


if __name__ == "__main__":
    print(json.dumps([{"octets": base64.b64encode(mail.octets).decode(), "subject": mail.subject, "from": mail.sender, "text": mail.text, "files": mail.files}
                      for mail in all_mails(int(sys.argv[1]))]))
