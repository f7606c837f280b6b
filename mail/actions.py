"""Read notifications as mail, and keep the outbox: a mail is taken by one process at a time, and
sent once but for what nobody can know."""

import logging
import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from accounts.choices import MailFrequency
from accounts.models import Person
from forum.models import Mail, Notification
from forum.models.mails import GIVEN_UP_AFTER, LEASE, MOST_DOUBTS

logger = logging.getLogger(__name__)

# When people find what came since the day before, in their own time.
DIGEST_HOUR = 7
# Notifications that are read in one transaction.
READ_AT_ONCE = 100


class NotMineError(Exception):
    """Another process has taken the mail, since this one was silent for too long."""


# --- from notifications to mails ---


def read_news():
    """Put what is to be mailed at once into the outbox, each in a mail of its own; how many there
    were. What never is to be mailed is done with.

    In order: look without a lock, lock, make the mails, note in which one each stands.
    """
    unasked = Notification.objects.filter(unasked=True)
    never = unasked.filter(recipient__mail_frequency=MailFrequency.NEVER)
    at_once = unasked.filter(recipient__mail_frequency=MailFrequency.AT_ONCE)
    if never.exists():
        never.update(unasked=False)
    keys = list(at_once.order_by("pk").values_list("pk", flat=True)[:READ_AT_ONCE])
    if keys:
        put_into_mails(keys, one_for_each=True)
    return len(keys)


def read_digests(now=None):
    """One mail for everybody whose day or week is over, with whatever came in it."""
    now = now or timezone.now()
    frequencies = (MailFrequency.DAILY, MailFrequency.WEEKLY)
    waiting = Notification.objects.filter(unasked=True, recipient__mail_frequency__in=frequencies)
    people = waiting.order_by().values("recipient").annotate(first=Min("created_at"))
    first = dict(people.values_list("recipient", "first"))
    for person in Person.objects.filter(pk__in=first).iterator():
        until = last_digest(person, now)
        if first[person.pk] < until:
            mine = waiting.filter(recipient=person, created_at__lt=until)
            put_into_mails(list(mine.values_list("pk", flat=True)), one_for_each=False)


def last_digest(person, now):
    """The moment of the last digest that is due to them: what came before belongs to it."""
    zone = zoneinfo.ZoneInfo(person.time_zone or settings.TIME_ZONE)
    local = now.astimezone(zone)
    due = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if person.mail_frequency == MailFrequency.WEEKLY:
        due -= timedelta(days=local.weekday())
    if due > local:
        due -= timedelta(days=7 if person.mail_frequency == MailFrequency.WEEKLY else 1)
    return due


@transaction.atomic
def put_into_mails(keys, *, one_for_each):
    """A row stands in one mail at most: it has one column for it, and is asked under its lock."""
    rows = Notification.objects.select_for_update(skip_locked=True).filter(unasked=True)
    rows = list(rows.filter(pk__in=keys).order_by("pk"))
    if not rows:
        return
    recipients = [row.recipient_id for row in (rows if one_for_each else rows[:1])]
    mails = Mail.objects.bulk_create(Mail(person_id=person) for person in recipients)
    for n, row in enumerate(rows):
        row.mail, row.unasked = mails[n if one_for_each else 0], False
    Notification.objects.bulk_update(rows, ["mail", "unasked"])


# --- the outbox ---


@transaction.atomic
def take(holder):
    """The next mail that is due, held by this process for a while; None when there is none."""
    now = timezone.now()
    mail = Mail.objects.due(now).select_for_update(skip_locked=True).first()
    if mail:
        mail.holder, mail.held_until = holder, now + LEASE
        mail.save(update_fields=["holder", "held_until"])
    return mail


def hold_on(holder):
    """This process is alive, and keeps what it holds."""
    mine = Mail.objects.held_by(holder)
    mine.update(held_until=timezone.now() + LEASE)


def note_doubt(mail):
    """Its text goes out now: if nothing more is heard, it may have arrived."""
    mine = Mail.objects.held_by(mail.holder).filter(pk=mail.pk, held_until__gt=timezone.now())
    if not mine.update(doubts=F("doubts") + 1):
        raise NotMineError


def settle(mail, state):
    """This is what became of it."""
    mine = Mail.objects.held_by(mail.holder).filter(pk=mail.pk)
    mine.update(state=state, settled_at=timezone.now(), holder=None, held_until=None)


def put_back(mail, *, certain):
    """To be tried again, each time after a longer pause.

    certain: has it certainly not arrived? Then there are as many doubts as when it was taken.
    """
    mine = Mail.objects.held_by(mail.holder).filter(pk=mail.pk)
    values = {"doubts": mail.doubts} if certain else {}
    mine.update(
        tries=F("tries") + 1,
        due_at=timezone.now() + mail.pause,
        holder=None,
        held_until=None,
        **values,
    )


def give_up():
    """Settle what is not tried any more: what may have arrived twice, and what no server has taken
    for days. Each is named in the log."""
    now = timezone.now()
    free = Mail.objects.free(now)
    for state, mails in (
        (Mail.State.UNSURE, free.filter(doubts__gte=MOST_DOUBTS)),
        (Mail.State.GIVEN_UP, free.filter(created_at__lte=now - GIVEN_UP_AFTER)),
    ):
        for mail in mails:
            if free.filter(pk=mail.pk).update(state=state, settled_at=now):
                logger.error("Mail %s is not tried any more: %s", mail.message_id, state)


def choose_frequency(person, frequency):
    """How often somebody wants their news by mail. An UPDATE: nothing else of theirs changes, and
    no page of a discussion shows it."""
    Person.objects.filter(pk=person.pk).update(mail_frequency=frequency)
