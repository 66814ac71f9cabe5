"""headers.py DIRECTORY: the From fields of all messages in a directory, read by Python's own mail
library: one JSON object on standard output, Subject -> {"raw": [...], "from": [[name, address], ...]}.

decode_header() reads adjacent encoded words as RFC 2047 says; policy.default (3.11) doesn't.
"""
import email
import email.header
import email.utils
import json
import os
import sys


def decoded(name):
    return "".join(part if isinstance(part, str) else part.decode(charset or "ascii")
                   for part, charset in email.header.decode_header(name))


found = {}
for file in os.listdir(sys.argv[1]):
    with open(os.path.join(sys.argv[1], file), "rb") as stream:
        message = email.message_from_binary_file(stream)
    values = message.get_all("From", [])
    found[message["Subject"]] = {
        "raw": values if all(isinstance(value, str) for value in values) else [str(value) for value in values],
        "from": [[decoded(name), address] for name, address in email.utils.getaddresses([str(value) for value in values])],
    }
json.dump(found, sys.stdout)
