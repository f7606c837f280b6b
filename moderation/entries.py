"""Entries of the log in words."""

from datetime import datetime

from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from forum.models import Discussion
from forum.models.log import sentence_of
from forum.models.memberships import Role
from forum.telling import corrections_in


def reason_of(entry):
    return sentence_of(entry.reason)


def details_of(entry):
    """What an entry says beside the act, in words: person, role, dates, fields, keys, reason."""
    details = entry.details
    words = [str(entry.person)] if entry.person else []
    if "role" in details:
        words.append(str(dict(Role.choices).get(details["role"], details["role"])))
    if "old" in details and "new" in details:
        dates = {name: date_of(details[name], entry) for name in ("old", "new")}
        words.append(_("from %(old)s to %(new)s") % dates)
    if "fields" in details:
        words.append(", ".join(str(name_of_field(name)) for name in list(details["fields"])))
    if "until" in details:
        words.append(_("until %(date)s") % {"date": date_of(details["until"], entry)})
    words += [str(details[name]) for name in ("question", "page") if name in details]
    if isinstance(details.get("questions"), list):
        words.append(", ".join(details["questions"]))
    if entry.act == "contribution.correct":
        words += corrections_in(details)
    words += [details[name] for name in ("copy", "copy_of") if name in details]
    if entry.act in {"discussion.extend", "discussion.reopen"}:
        words += reason_in_words(entry)
    if entry.reason:
        words.append(str(reason_of(entry)))
    return "; ".join(words)


def reason_in_words(entry):
    """What readers were told when a discussion was extended: the log itself holds no texts."""
    new = date_or_none(entry.details.get("new"))
    made = entry.discussion.extensions.all() if entry.discussion else []
    return [extension.reason for extension in made if extension.new_closes_at == new][:1]


def date_or_none(value):
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def date_of(value, entry):
    """A date of the log in the zone of its discussion."""
    try:
        moment = datetime.fromisoformat(value)
        zone = entry.discussion.zone if entry.discussion else None
        return date_format(timezone.localtime(moment, zone), "DATETIME_FORMAT")
    except (TypeError, ValueError, OverflowError):
        return value


def name_of_field(name):
    """What the form calls a field, or the name of a part such as "host"."""
    try:
        return capfirst(Discussion._meta.get_field(name).verbose_name)
    except FieldDoesNotExist:
        return name
