"""A new discussion that begins as an earlier one did."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from .. import permissions
from ..models import GuidingQuestion, Host, LogEntry, Membership, QuestionGroup
from ..models.discussions import FIRST_DATE, LAST_DATE, Discussion
from ..models.memberships import Role
from .base import Refused, locked, refuse_unless

# What a copy has of its own; every other field is a text or a setting, and taken over.
OWN_FIELDS = {
    "id",
    "slug",
    "title",
    "opens_at",
    "closes_at",
    "time_zone",
    "published",
    "closed_early_at",
    "last_number",
    "last_bulletin",
    "contribution_count",
    "author_count",
    "version",
    "created_at",
    "told_opening",
    "told_closing",
}


@transaction.atomic
def copy_discussion(source, copy, *, user, with_staff):
    """Store a new, unpublished discussion (address, title, dates and zone are its own) with the
    texts, settings, hosts and questions of an earlier one; never with anything that was said.

    In order: lock and check the earlier one, take over texts and settings, store, take over hosts,
    questions and on request the staff, make the organiser, log it in both.
    """
    source = locked(source)
    refuse_unless(permissions.can_copy(user, source))
    for field in Discussion._meta.concrete_fields:
        if field.name not in OWN_FIELDS:
            setattr(copy, field.attname, getattr(source, field.attname))
    store_new(copy)
    copy_hosts(source, copy)
    copy_questions(source, copy)
    held = source.memberships.filter(person=user.person_id, role=Role.ORGANISER).first()
    Membership.objects.create(
        discussion=copy,
        person=user.person,
        role=Role.ORGANISER,
        title=held.title if held else "",
    )
    LogEntry.objects.record("discussion.copy", actor=user, discussion=source, copy=copy.slug)
    LogEntry.objects.record("discussion.begin", actor=user, discussion=copy, copy_of=source.slug)
    if with_staff:
        copy_staff(source, copy, user)
    return copy


def store_new(copy):
    try:
        with transaction.atomic():
            copy.save(force_insert=True)
    except IntegrityError:
        taken = Discussion.objects.filter(slug=copy.slug).exists()
        if not taken:
            raise
        raise Refused(_("Another discussion has this address already.")) from None


def copy_hosts(source, copy):
    Host.objects.bulk_create(
        Host(discussion=copy, position=host.position, name=host.name, url=host.url)
        for host in source.hosts.all()
    )


def copy_questions(source, copy):
    """In groups, whose own dates lie as far from the opening as they did."""
    later = copy.opens_at - source.opens_at
    groups = {}
    for group in source.question_groups.all():
        dates = [moved(value, later) for value in (group.opens_at, group.closes_at)]
        groups[group.pk] = QuestionGroup.objects.create(
            discussion=copy,
            position=group.position,
            title=group.title,
            opens_at=dates[0],
            closes_at=dates[1],
        )
    GuidingQuestion.objects.bulk_create(
        GuidingQuestion(
            discussion=copy,
            group=groups[question.group_id],
            number=question.number,
            key=question.key,
            text=question.text,
            translations=question.translations,
        )
        for question in source.questions.all()
    )


def moved(value, later):
    """A date so much later; none where it would leave our time."""
    try:
        there = value and value + later
    except OverflowError:
        return None
    return there if there and FIRST_DATE <= there < LAST_DATE else None


def copy_staff(source, copy, user):
    """The roles of the others, each given by whoever copies; and whatever else they hold."""
    held = source.memberships.staff().select_related("person")
    for membership in held.exclude(person=user.person_id, role=Role.ORGANISER):
        Membership.objects.create(
            discussion=copy,
            person=membership.person,
            role=membership.role,
            title=membership.title,
        )
        LogEntry.objects.record(
            "membership.give",
            actor=user,
            discussion=copy,
            person=membership.person,
            role=membership.role,
        )
