"""Reads and answers invitations with libraries that nobody here wrote: icalendar, vobject and Python's own email.

    calendars.py read < invite.ics                       what icalendar finds in it, as JSON; vobject has to read it too
    calendars.py reply PARTSTAT ADDRESS STAMP < invite.ics   a mail that answers the invitation (RFC 6047)
"""

import json
import sys
from datetime import datetime, timezone
from email.message import EmailMessage

from icalendar import Calendar, Event, vCalAddress


def address(value):
    return {"address": str(value).removeprefix("mailto:"), **{name: str(text) for name, text in value.params.items()}}


def several(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def event(found):
    text = lambda name: str(found[name]) if name in found else None
    moment = lambda name: found.decoded(name).isoformat()
    return {
        "uid": text("UID"),
        "sequence": int(found["SEQUENCE"]),
        "start": moment("DTSTART"),
        "end": moment("DTEND"),
        "stamp": moment("DTSTAMP"),
        "status": text("STATUS"),
        "summary": text("SUMMARY"),
        "description": text("DESCRIPTION"),
        "location": text("LOCATION"),
        "url": text("URL"),
        "organizer": address(found["ORGANIZER"]) if "ORGANIZER" in found else None,
        "attendees": [address(attendee) for attendee in several(found.get("ATTENDEE"))],
        "errors": [str(error) for error in found.errors],
    }


def read(text):
    import vobject

    calendar = Calendar.from_ical(text)
    seen = vobject.readOne(text)
    seen.validate()
    lines = text.encode().split(b"\r\n")
    return {
        "method": str(calendar["METHOD"]),
        "version": str(calendar["VERSION"]),
        "events": [event(found) for found in calendar.walk("VEVENT")],
        "vobject": [one.uid.value for one in getattr(seen, "vevent_list", [])],
        # Lines are folded at 75 bytes and end with CRLF (RFC 5545, 3.1).
        "longest_line": max(map(len, lines)),
        "bare_newlines": sum(line.count(b"\n") + line.count(b"\r") for line in lines),
    }


def reply(text, partstat, sender, stamp):
    asked = Calendar.from_ical(text).walk("VEVENT")[0]
    answer = Calendar()
    for name, value in [("prodid", "-//Checker//EN"), ("version", "2.0"), ("method", "REPLY")]:
        answer.add(name, value)
    told = Event()
    told.add("uid", str(asked["UID"]))
    told.add("sequence", int(asked["SEQUENCE"]))
    told.add("dtstamp", datetime.fromtimestamp(int(stamp) / 1000, timezone.utc))
    told.add("dtstart", asked.decoded("DTSTART"))
    if "ORGANIZER" in asked:
        told["ORGANIZER"] = asked["ORGANIZER"]
    attendee = vCalAddress(f"MAILTO:{sender}")
    attendee.params["partstat"] = partstat
    attendee.params["cn"] = "Hopper, Grace"
    told.add("attendee", attendee, encode=0)
    answer.add_component(told)
    message = EmailMessage()
    message["From"] = f"Grace Hopper <{sender}>"
    message["To"] = "jobs@zumodra.example"
    message["Subject"] = f"{partstat.title()}: {asked['SUMMARY']}"
    message.set_content("I answer.")
    message.add_alternative(answer.to_ical().decode(), subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()


if __name__ == "__main__":
    typed = sys.stdin.buffer.read().decode()
    if sys.argv[1] == "reply":
        sys.stdout.buffer.write(reply(typed, *sys.argv[2:5]))
    else:
        json.dump(read(typed), sys.stdout)
