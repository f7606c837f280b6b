"""The window of a discussion as a calendar file (RFC 5545)."""

from datetime import UTC

from django.conf import settings
from django.utils import timezone

# In bytes, without the line end; the rest of a line stands behind a space.
LONGEST_LINE = 75


def window(discussion, address, *, host):
    """The file as text. address: the full one of the discussion; host: whose id it is"""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(settings.SITE_NAME)}//Indaba//EN",
        "BEGIN:VEVENT",
        f"UID:{discussion.slug}@{host}",
        f"DTSTAMP:{moment(timezone.now())}",
        f"SEQUENCE:{discussion.version}",
        f"DTSTART:{moment(discussion.opens_at)}",
        f"DTEND:{moment(discussion.ended_at)}",
        f"SUMMARY:{escaped(discussion.title)}",
        f"URL:{address}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(folded(line) + "\r\n" for line in lines)


def moment(value):
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def escaped(text):
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text


def folded(line):
    """No line is longer than calendars read; no letter is cut in two."""
    parts, size = [""], 0
    for sign in line:
        size += len(sign.encode())
        if size > LONGEST_LINE:
            parts.append("")
            size = 1 + len(sign.encode())
        parts[-1] += sign
    return "\r\n ".join(parts)
