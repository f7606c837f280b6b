"""What moderators do to contributions."""

from django.db import transaction

from forum import permissions
from forum.actions import (
    Stale,
    change_state,
    count,
    locked_contribution,
    refuse_unless,
    settle,
    tell_author,
)
from forum.models import Contribution, LogEntry, Report, StaffNote

Outcome = Report.Outcome


@transaction.atomic
def hide(contribution, *, user, version, reason, note=""):
    """Take a text from the readers, with a reason that they see: number, place and replies stay.

    note: for the staff alone

    In order: lock, refuse a stale page, change the state, count, log it with the reason, keep the
    note, tell the author and those who have reported it.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_hide(user, contribution))
    change_state(contribution, Contribution.State.HIDDEN, reason)
    count(contribution, -1)
    entry = LogEntry.objects.record(
        "contribution.hide", actor=user, contribution=contribution, reason=reason
    )
    if note:
        StaffNote.objects.create(entry=entry, text=note)
    tell_author(contribution, entry)
    settle(contribution, entry, Outcome.AGREED)
    return contribution


@transaction.atomic
def restore(contribution, *, user, version):
    """Show a hidden contribution again.

    In order: lock, refuse a stale page, change the state, count, log it, tell the author, settle
    what they have answered.
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
    settle(contribution, entry, Outcome.AGREED)
    return contribution


@transaction.atomic
def dismiss(contribution, *, user, version, up_to):
    """Leave it as it is: published, whatever was reported; hidden, whatever its author answered.

    up_to: the key of the last report or answer that the page has shown; a later one still waits

    In order: lock, refuse a stale page, log it, settle what the moderator has seen (none means that
    another one did), tell those who have asked.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_dismiss(user, contribution))
    act = "appeal.dismiss" if contribution.is_hidden else "report.dismiss"
    entry = LogEntry.objects.record(act, actor=user, contribution=contribution)
    if not settle(contribution, entry, Outcome.DISMISSED, up_to=up_to):
        raise Stale
    if contribution.is_hidden:
        tell_author(contribution, entry)
    return contribution
