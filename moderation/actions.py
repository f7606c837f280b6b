"""What moderators do to contributions."""

from django.db import transaction

from forum import permissions
from forum.actions import change_state, count, locked_contribution, refuse_unless, tell_author
from forum.models import Contribution, LogEntry


@transaction.atomic
def hide(contribution, *, user, version, reason):
    """Take a text from the readers, with a reason that they see: number, place and replies stay.

    In order: lock, refuse a stale page, change the state, count, log it with the reason, tell the
    author.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_hide(user, contribution))
    change_state(contribution, Contribution.State.HIDDEN, reason)
    count(contribution, -1)
    entry = LogEntry.objects.record(
        "contribution.hide", actor=user, contribution=contribution, reason=reason
    )
    tell_author(contribution, entry)
    return contribution


@transaction.atomic
def restore(contribution, *, user, version):
    """Show a hidden contribution again.

    In order: lock, refuse a stale page, change the state, count, log it, tell the author.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_restore(user, contribution))
    old = contribution.reason
    change_state(contribution, Contribution.State.PUBLISHED)
    count(contribution, 1)
    entry = LogEntry.objects.record(
        "contribution.restore", actor=user, contribution=contribution, reason=old
    )
    tell_author(contribution, entry)
    return contribution
