"""A real SMTP server (aiosmtpd) for tests: keeps every message with what Python's own e-mail parser reads in it.

The local part of a recipient's address says how the server behaves:
  later…  refuses the first two tries of the address with 451
  never…  refuses every try with 550
  hang…   takes the first message's bytes and never answers; the message is not kept
  lost…   keeps the first message and never answers
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl
from collections import Counter

from aiosmtpd.smtp import SMTP, AuthResult

REFUSED_AT_FIRST = 2
FOR_EVER_S = 3600


def as_text(part):
    """The content of a part, whatever its type says."""
    content = part.get_content()
    return content.decode() if isinstance(content, bytes) else content


def read(content):
    """What a parser that nobody here wrote finds in a message."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    defects = [type(defect).__name__ for part in message.walk() for defect in part.defects]
    for part in message.walk():
        for name, value in part.items():
            defects += [f"{name}: {type(defect).__name__}" for defect in getattr(value, "defects", ())]
    body = lambda kind: (part := message.get_body(preferencelist=(kind,))) and part.get_content()
    lines = content.split(b"\r\n")
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "text": body("plain"),
        "html": body("html"),
        "attachments": [
            {"name": part.get_filename(), "type": part.get_content_type(), "text": as_text(part)}
            for part in message.iter_attachments()
        ],
        "calendars": [
            {"method": part.get_param("method"), "text": as_text(part)}
            for part in message.walk()
            if part.get_content_type() == "text/calendar"
        ],
        "defects": defects,
        "longest_line": max(map(len, lines)),
        "bare_newlines": sum(line.count(b"\n") + line.count(b"\r") for line in lines),
    }


class Handler:
    """Keeps what arrives, and behaves as the recipients say."""

    def __init__(self, folder):
        self.folder = folder
        self.tries = Counter()
        self.kept = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.tries[address] += 1
        if address.startswith("later") and self.tries[address] <= REFUSED_AT_FIRST:
            return "451 4.7.1 Greylisted, please come again"
        if address.startswith("never"):
            return "550 5.1.1 There is no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        first = self.tries[envelope.rcpt_tos[0]] == 1
        hangs = first and envelope.rcpt_tos[0].startswith(("hang", "lost"))
        if not (hangs and envelope.rcpt_tos[0].startswith("hang")):
            self.keep(server, session, envelope)
        if hangs:
            self.mark(f"reached-{envelope.rcpt_tos[0]}")
            await asyncio.sleep(FOR_EVER_S)
        return "250 Message accepted for delivery"

    def keep(self, server, session, envelope):
        message = read(envelope.original_content)
        message["from"] = envelope.mail_from
        message["to"] = envelope.rcpt_tos
        message["encrypted"] = server.transport.get_extra_info("ssl_object") is not None
        message["signed_in"] = bool(session.authenticated)
        message["options"] = envelope.mail_options
        self.kept += 1
        self.write(f"{self.kept:05}.json", json.dumps(message))

    def mark(self, name):
        self.write(name, "")

    def write(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".part", path)


def main():
    """Serves on a free port of this machine until it is killed, and prints the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--tls", choices=["none", "starttls", "wrapped"], default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login", help="user:password that must be given")
    options = parser.parse_args()
    context = None
    if options.tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)

    def check(server, session, envelope, mechanism, data):
        given = f"{data.login.decode()}:{data.password.decode()}"
        return AuthResult(success=given == options.login, handled=False)

    handler = Handler(options.folder)

    def connection():
        return SMTP(
            handler,
            enable_SMTPUTF8=True,
            tls_context=context if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls",
            auth_required=options.login is not None,
            auth_require_tls=False,
            authenticator=check if options.login else None,
        )

    async def serve():
        loop = asyncio.get_running_loop()
        wrapped = context if options.tls == "wrapped" else None
        server = await loop.create_server(connection, "127.0.0.1", 0, ssl=wrapped)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
