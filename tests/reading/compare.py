"""compare.py PROGRAM: what the journal reads (PROGRAM is read_mails.c) in 500 broken mails, against what
people should read in them and what Python's email package reads.

The journal has to read every one right. Where the other library reads something else, a rule has to say
why; a rule that isn't needed is a fault as well. --show prints all that is wrong, MAIL=number a mail.
"""
import email
import email.header
import email.utils
import html
import json
import os
import re
import subprocess
import sys

import mails

COUNT = 500

# mark -> why the journal is right to read it otherwise
RULES = {
    "latin1 is windows-1252": "browsers and mail programs read ISO-8859-1 as windows-1252; Python makes control characters of € and –",
    "ascii isn't": "what says us-ascii and has other octets is UTF-8 or windows-1252; Python gives U+FFFD or refuses",
    "unknown charset": "an unknown charset is UTF-8 or windows-1252; Python refuses",
    "utf-8 isn't": "octets that aren't UTF-8 are windows-1252; Python gives U+FFFD",
    "no charset": "without a charset it is UTF-8 or windows-1252; Python takes ASCII",
    "latin5 is windows-1254": "browsers read ISO-8859-9 as windows-1254",
    "shift_jis is windows-31j": "browsers read shift_jis as windows-31j",
    "euc-kr is windows-949": "browsers read euc-kr as windows-949",
    "gb2312 is gbk": "browsers read gb2312 as GBK",
    "padded pieces": "every padding ends a piece of base64; Python stops at the first",
    "encoding's name": "quotes, semicolons and comments belong to no encoding's name; Python takes it as none",
    "blanks behind =": "blanks between = and the end of its line came on the way (RFC 2045 6.7); Python shows the =",
    "blank plain part": "a plain part in which nothing is to be seen doesn't hide the HTML; Python takes it",
    "raw octets": "raw octets are UTF-8 or windows-1252; Python gives U+FFFD",
    "cut words": "words of one charset are joined before they are decoded (characters were cut between them); Python decodes each",
    "language": "RFC 2231 5: a language may stand behind the charset; Python doesn't know it",
    "word in a parameter": "mail programs write encoded words into parameters; Python leaves them as they are",
}

FIELDS = ("subject", "from", "text", "files")


def one_line(text):
    return " ".join(text.split())


# ---- what Python reads ----


def decoded(value):
    try:
        return one_line(str(email.header.make_header(email.header.decode_header(value))))
    except (LookupError, UnicodeError, email.errors.HeaderParseError) as problem:
        return f"{type(problem).__name__}: {problem}"


def content(part):
    octets = part.get_payload(decode=True) or b""
    try:
        text = octets.decode(part.get_content_charset() or "ascii", "replace")
    except LookupError as problem:
        return f"LookupError: {problem}"
    if part.get_content_subtype() == "html":
        text = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<style>.*?</style>", "", text)))
    return one_line(text)


def texts(part):
    """The texts of a part, in their order."""
    if part.get_content_type() == "multipart/alternative":
        inner = [texts(one) for one in part.get_payload()]
        return next((text for text in inner if any(text)), [])
    if part.is_multipart():
        return [text for one in part.get_payload() for text in texts(one)]
    shown = part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
    return [content(part)] if shown else []


def filename(part):
    name = part.get_filename()
    return one_line(name) if name is not None else ""


def read_by_python(octets):
    message = email.message_from_bytes(octets)
    files = [(filename(part), len(part.get_payload(decode=True) or b"")) for part in message.walk()
             if not part.is_multipart() and (part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment")]
    sender = str(message["From"])
    return {"subject": decoded(message["Subject"]), "from": decoded(email.utils.parseaddr(sender)[0]), "text": one_line(" ".join(texts(message))), "files": files}


# ---- what the journal reads ----


def read_by_journal(program, made):
    given = b"".join(b"%d\n" % len(mail.octets) + mail.octets for mail in made)
    answer = subprocess.run([program], input=given, stdout=subprocess.PIPE, check=True, timeout=300).stdout
    found = [json.loads(line) for line in answer.decode().splitlines()]
    assert len(found) == len(made), f"{len(found)} of {len(made)} mails were read"
    return [{"subject": one["subject"], "from": one["from"], "text": one_line(one["text"]), "files": [tuple(file) for file in one["files"]]} for one in found]


def expected(mail):
    return {"subject": mail.subject, "from": mail.sender, "text": one_line(mail.text), "files": list(mail.files)}


def main(program):
    made = mails.all_mails(COUNT)
    if "MAIL" in os.environ:
        sys.stdout.buffer.write(made[int(os.environ["MAIL"])].octets)
    faults, used, differences = [], set(), 0
    for mail, ours in zip(made, read_by_journal(program, made)):
        right, other = expected(mail), read_by_python(mail.octets)
        for field in FIELDS:
            marks = mail.marks[field] - {""}
            if ours[field] != right[field]:
                faults.append(f"mail {mail.number}, {field}: the journal reads {ours[field]!r}, not {right[field]!r} {sorted(marks)}")
            if other[field] == ours[field]:
                continue
            differences += 1
            if not marks & RULES.keys():
                faults.append(f"mail {mail.number}, {field}: no rule why Python reads {other[field]!r} and not {ours[field]!r} {sorted(marks)}")
            if len(marks) == 1:
                used |= marks
    faults += [f"the rule {mark!r} explains nothing" for mark in RULES if mark not in used]
    for fault in faults if "--show" in sys.argv else faults[:20]:
        print(fault)
    print(f"reading: {COUNT} mails, {differences} differences explained by {len(used)} rules, {len(faults)} faults")
    return 1 if faults else 0


sys.exit(main(sys.argv[1]))
