"""Make, edit and steer a discussion."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import markup, permissions
from ..models import Extension, LogEntry, Membership, Notification, QuestionGroup
from ..models.discussions import LAST_DATE
from ..models.memberships import Role
from .base import Refused, Stale, locked, refuse_unless
from .notifications import tell_followers, tell_opening

# The number and the key of a question that is on its way to another place.
NOWHERE = (0, "-")
# The Markdown texts of the frame.
TEXTS = ("welcome", "background")


def create_discussion(discussion, *, user):
    """Store a new discussion, unpublished, with its maker as organiser.

    In order: check, render, store, make the membership, log it.
    """
    refuse_unless(permissions.can_create_discussion(user))
    render_texts(discussion, TEXTS)
    with transaction.atomic():
        return store_discussion(discussion, user)


def store_discussion(discussion, user):
    discussion.save(force_insert=True)
    Membership.objects.create(discussion=discussion, person=user.person, role=Role.ORGANISER)
    LogEntry.objects.record("discussion.create", actor=user, discussion=discussion)
    return discussion


def edit_discussion(discussion, *, user, fields, version):
    """Store the changed fields (names) of an instance that a form has filled.

    In order: render, lock, refuse a stale form and what is frozen after publication, store, log.
    """
    rendered = render_texts(discussion, [name for name in TEXTS if name in fields])
    with transaction.atomic():
        return store_changes(discussion, user, [*fields, *rendered], version)


def store_changes(discussion, user, fields, version):
    now = locked(discussion)
    if now.version != version:
        raise Stale
    refuse_unless(permissions.can_organise(user, now))
    frozen = {"slug", "closes_at", "time_zone"} if now.published else set()
    if now.published and not now.is_upcoming:
        frozen.add("opens_at")
    if frozen.intersection(fields):
        raise Refused(_("Address and dates cannot be edited after publication."))
    for name in fields:
        setattr(now, name, getattr(discussion, name))
    now.clean()
    now.touch(**{name: getattr(now, name) for name in fields})
    changed = sorted(name for name in fields if not name.endswith("_html"))
    LogEntry.objects.record("discussion.edit", actor=user, discussion=now, fields=changed)
    return now


def render_texts(discussion, names):
    """Render these texts of a discussion; the names of the fields that hold the HTML."""
    rendered = [f"{name}_html" for name in names]
    for name, html in zip(names, rendered, strict=True):
        setattr(discussion, html, markup.render(getattr(discussion, name), top_level=3))
    return rendered


@transaction.atomic
def publish(discussion, *, user):
    """Let readers see it; its address and question keys are frozen from now on. Logged; those who
    follow it are told if it is open."""
    discussion = locked(discussion)
    refuse_unless(permissions.can_publish(user, discussion))
    discussion.touch(published=True)
    LogEntry.objects.record("discussion.publish", actor=user, discussion=discussion)
    if discussion.is_open:
        tell_opening(discussion, by=user)
    return discussion


@transaction.atomic
def open_now(discussion, *, user):
    """Open an upcoming discussion before its date. Logged with the old date; those who follow it
    are told."""
    discussion = locked(discussion)
    refuse_unless(permissions.can_open_now(user, discussion))
    old, now = discussion.opens_at, timezone.now()
    discussion.touch(opens_at=now)
    LogEntry.objects.record("discussion.open", actor=user, discussion=discussion, old=old, new=now)
    tell_opening(discussion, by=user)
    return discussion


@transaction.atomic
def close_now(discussion, *, user):
    """Close an open discussion before its date. Logged with the old date; those who follow it are
    told."""
    discussion = locked(discussion)
    refuse_unless(permissions.can_close_now(user, discussion))
    now = timezone.now()
    discussion.touch(closed_early_at=now)
    entry = LogEntry.objects.record(
        "discussion.close", actor=user, discussion=discussion, old=discussion.closes_at, new=now
    )
    tell_followers(discussion, Notification.Occasion.CLOSED, moment=now, entry=entry)
    return discussion


@transaction.atomic
def extend(discussion, *, user, closes_at, reason):
    """Give it more time before it has closed. Shown on its page with the reason; logged; those who
    follow it are told."""
    discussion = locked(discussion)
    refuse_unless(permissions.can_extend(user, discussion))
    if closes_at <= discussion.closes_at:
        raise ValidationError({"closes_at": _("The new date must be after the old one.")})
    give_more_time(discussion, closes_at, reason, user=user, act="discussion.extend")
    return discussion


@transaction.atomic
def reopen(discussion, *, user, closes_at, reason):
    """Open a closed discussion again until a date to come.

    A later date than planned before is an extension, shown on the page with the reason. Logged;
    those who follow it are told.
    """
    discussion = locked(discussion)
    refuse_unless(permissions.can_reopen(user, discussion))
    if closes_at <= timezone.now():
        raise ValidationError({"closes_at": _("The new date must be in the future.")})
    give_more_time(discussion, closes_at, reason, user=user, act="discussion.reopen")
    return discussion


def give_more_time(discussion, closes_at, reason, *, user, act):
    old = discussion.closes_at
    if closes_at >= LAST_DATE:
        raise ValidationError({"closes_at": _("A date before the year 2200 is expected.")})
    if closes_at > old and not reason:
        raise ValidationError({"reason": _("Please give a reason.")})
    if closes_at > old:
        Extension.objects.create(
            discussion=discussion, old_closes_at=old, new_closes_at=closes_at, reason=reason
        )
    discussion.touch(closes_at=closes_at, closed_early_at=None)
    entry = LogEntry.objects.record(act, actor=user, discussion=discussion, old=old, new=closes_at)
    tell_followers(discussion, Notification.Occasion.EXTENDED, moment=closes_at, entry=entry)


@transaction.atomic
def save_part(part, *, user):
    """Add or change a host or a group of questions. Logged as a change of the discussion."""
    discussion = locked(part.discussion)
    refuse_unless(permissions.can_organise(user, discussion))
    part.save()
    record_part(part, discussion, user)
    return part


@transaction.atomic
def remove_part(part, *, user):
    """Take away a host, or before publication a group without questions. Logged likewise."""
    discussion = locked(part.discussion)
    refuse_unless(permissions.can_organise(user, discussion))
    if isinstance(part, QuestionGroup) and (discussion.published or part.questions.exists()):
        raise Refused(_("Questions cannot be removed after publication."))
    part.delete()
    record_part(part, discussion, user)


def record_part(part, discussion, user):
    discussion.touch()
    LogEntry.objects.record(
        "discussion.edit", actor=user, discussion=discussion, fields=[part._meta.model_name]
    )


@transaction.atomic
def save_question(question, *, user):
    """Add or change a guiding question. Logged; new words for an answered one are shown as such,
    unless only a translation has changed."""
    discussion = locked(question.discussion)
    refuse_unless(permissions.can_organise(user, discussion))
    old = discussion.questions.filter(pk=question.pk).first()
    if old and discussion.published and (old.key, old.number) != (question.key, question.number):
        raise Refused(_("The key of a question cannot change after publication."))
    act = "question.edit" if old else "question.add"
    if old and old.answer_count and old.text != question.text:
        act, question.reworded_at = "question.reword", timezone.now()
    if old:
        question.save(
            update_fields=["group", "number", "key", "text", "translations", "reworded_at"]
        )
    else:
        question.save()
    discussion.touch()
    LogEntry.objects.record(act, actor=user, discussion=discussion, question=question.key)
    return question


@transaction.atomic
def move_question_up(question, *, user):
    """Let a question change places with the one before it, before publication. Logged.

    The key belongs to the place: the second question stays Q2. Where the one before it is in
    another group, the question joins that group instead, behind it.
    """
    discussion = locked(question.discussion)
    refuse_unless(permissions.can_organise(user, discussion))
    if discussion.published:
        raise Refused(_("The order of the questions cannot change after publication."))
    question = discussion.questions.get(pk=question.pk)
    above = discussion.questions.filter(number__lt=question.number).order_by("number").last()
    if above is None:
        raise Refused(_("This is the first question already."))
    if above.group_id == question.group_id:
        change_places(above, question)
    else:
        question.group_id = above.group_id
        question.save(update_fields=["group"])
    discussion.touch()
    LogEntry.objects.record(
        "question.edit", actor=user, discussion=discussion, question=question.key
    )


def change_places(above, question):
    """Both are unique in their discussion: one of them waits where no question can be."""
    places = [(question.number, question.key), (above.number, above.key)]
    question.number, question.key = NOWHERE
    question.save(update_fields=["number", "key"])
    for one, (number, key) in zip((above, question), places, strict=True):
        one.number, one.key = number, key
        one.save(update_fields=["number", "key"])


@transaction.atomic
def remove_question(question, *, user):
    """Take away a guiding question that nobody answered, before publication. Logged."""
    discussion = locked(question.discussion)
    refuse_unless(permissions.can_organise(user, discussion))
    if discussion.published or question.answers.exists():
        raise Refused(_("Questions cannot be removed after publication."))
    LogEntry.objects.record(
        "question.remove", actor=user, discussion=discussion, question=question.key
    )
    question.delete()
    discussion.touch()
