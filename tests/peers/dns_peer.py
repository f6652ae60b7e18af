"""A real DNS server (dnslib) for tests: says what a file in its folder says at the moment of each question.

`zone.json` has a list of records by name, each a type and a value: {"_zumodra.jobs.acme.test": [["TXT", "text"]]}. A text
that is a list is one of several parts. Instead of records a name may have
  "fails"   every question is answered with SERVFAIL
  "silent"  no question is answered
Other names do not exist. Names are asked for over UDP, and over TCP where the answer is too long for that.
"""

import argparse
import json
import os
import threading
import time

from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, TXT, A
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer

KINDS = {"A": A, "AAAA": AAAA, "CNAME": CNAME, "TXT": TXT}
MAX_UDP_BYTES = 512
TRIES = 50
MAX_ALIASES = 8


class Handler(DNSHandler):
    """Says nothing where the zone does."""

    def handle(self):
        try:
            super().handle()
        except Silence:
            pass


class Silence(Exception):
    """There is to be no answer."""


class Zone(BaseResolver):
    """Answers from the file."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "zone.json")
        self.asked = os.path.join(folder, "asked.txt")

    def resolve(self, request, handler):
        with open(self.path, encoding="utf-8") as file:
            zone = {name.lower(): records for name, records in json.load(file).items()}
        name = str(request.q.qname).rstrip(".").lower()
        kind = QTYPE[request.q.qtype]
        with open(self.asked, "a", encoding="utf-8") as file:
            file.write(f"{handler.protocol} {kind} {name}\n")
        reply = request.reply()
        for _ in range(MAX_ALIASES):
            records = zone.get(name)
            if records == "silent":
                raise Silence
            if records == "fails":
                reply.header.rcode = RCODE.SERVFAIL
                return reply
            if records is None:
                reply.header.rcode = RCODE.NXDOMAIN
                return reply
            alias = None
            for of_kind, value in records:
                if of_kind in (kind, "CNAME"):
                    reply.add_answer(RR(name, getattr(QTYPE, of_kind), ttl=3600, rdata=KINDS[of_kind](value)))
                if of_kind == "CNAME" and kind != "CNAME":
                    alias = value.lower()
            if alias is None:
                break
            name = alias
        return cut(request, reply) if handler.protocol == "udp" else reply


def cut(request, reply):
    """What goes out by UDP: the question alone where the answer is too long, as servers do (RFC 2181, section 9). What
    dnslib cuts by itself has no question any more, and is nobody's answer.
    """
    if len(reply.pack()) <= MAX_UDP_BYTES:
        return reply
    short = request.reply()
    short.header.tc = 1
    return short


def both(zone, logger):
    """A server by UDP and one by TCP at the same port: one that is free for the first may be taken for the second."""
    for _ in range(TRIES):
        udp = DNSServer(zone, address="127.0.0.1", port=0, handler=Handler, logger=logger)
        port = udp.server.server_address[1]
        try:
            return port, udp, DNSServer(zone, address="127.0.0.1", port=port, tcp=True, handler=Handler, logger=logger)
        except OSError:
            udp.server.server_close()
    raise SystemExit("no port is free for both UDP and TCP")


def main():
    """Serves on a free port of this machine until it is killed, and prints the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    options = parser.parse_args()
    zone, logger = Zone(options.folder), DNSLogger("-request,-reply,-truncated,-error,-recv,-send,-data")
    port, udp, tcp = both(zone, logger)
    for server in (udp, tcp):
        threading.Thread(target=server.server.serve_forever, daemon=True).start()
    print(port, flush=True)
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main()
