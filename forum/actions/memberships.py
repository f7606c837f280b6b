"""Give and take roles."""

from django.db import transaction
from django.utils.translation import gettext as _

from .. import permissions
from ..models import LogEntry, Membership
from .base import Refused, locked, refuse_unless


@transaction.atomic
def give_role(discussion, *, user, person, role, title=""):
    """Make somebody organiser, facilitator, moderator or (invited) participant here. Logged."""
    discussion = locked(discussion)
    refuse_unless(permissions.can_organise(user, discussion))
    if discussion.memberships.filter(person=person, role=role).exists():
        raise Refused(_("This person has this role already."))
    membership = Membership.objects.create(
        discussion=discussion, person=person, role=role, title=title
    )
    discussion.touch()
    LogEntry.objects.record(
        "membership.give", actor=user, discussion=discussion, person=person, role=role
    )
    return membership


@transaction.atomic
def edit_membership(membership, *, user, title):
    """Change the title that stands beside a role. Logged."""
    discussion = locked(membership.discussion)
    refuse_unless(permissions.can_organise(user, discussion))
    membership.title = title
    membership.save(update_fields=["title"])
    discussion.touch()
    LogEntry.objects.record(
        "membership.edit",
        actor=user,
        discussion=discussion,
        person=membership.person,
        role=membership.role,
    )
    return membership


@transaction.atomic
def take_role(membership, *, user):
    """Take a role away. What was written keeps its byline. Logged."""
    discussion = membership.discussion = locked(membership.discussion)
    refuse_unless(permissions.can_take_role(user, membership))
    LogEntry.objects.record(
        "membership.take",
        actor=user,
        discussion=discussion,
        person=membership.person,
        role=membership.role,
    )
    membership.delete()
    discussion.touch()
