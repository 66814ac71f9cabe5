"""message.py FILE...: mails, read by Python's own mail library: a JSON list of {"headers": {name in
lower case: [decoded values]}, "text": the text with LF, "longest": octets of the longest line}.
"""
import email
import email.header
import json
import re
import sys


def decoded(value):
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(value))
    return str(email.header.make_header(email.header.decode_header(unfolded)))


found = []
for name in sys.argv[1:]:
    with open(name, "rb") as stream:
        octets = stream.read()
    message = email.message_from_bytes(octets)
    headers = {}
    for key, value in message.items():
        headers.setdefault(key.lower(), []).append(decoded(value))
    text = message.get_payload(decode=True)
    found.append({
        "headers": headers,
        "text": (text or b"").decode(message.get_content_charset() or "ascii", "replace").replace("\r\n", "\n"),
        "longest": max(len(line) for line in octets.splitlines()),
    })
json.dump(found, sys.stdout)
