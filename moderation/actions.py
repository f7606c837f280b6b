"""What moderators do to contributions and their authors, and superusers to accounts."""

from django.db import transaction

from accounts.actions import end_sessions
from accounts.models import User
from forum import permissions
from forum.actions import (
    Stale,
    change_state,
    count,
    locked,
    locked_contribution,
    refuse_unless,
    tell_author,
)
from forum.models import Contribution, LogEntry, Membership, Mute
from forum.models.memberships import Role


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


@transaction.atomic
def mute(contribution, *, user, until, reason, note="", seen=None):
    """Its author cannot contribute to the discussion until then; they read, and keep drafts.

    seen: the key of the muting that the page showed; a later one raises Stale
    In order: lock, check again, log it, end the earlier one, keep this one, tell the author.
    """
    contribution.discussion = discussion = locked(contribution.discussion)
    refuse_unless(permissions.can_mute(user, contribution))
    of_this_person = Mute.objects.filter(discussion=discussion, person=contribution.author_id)
    current = of_this_person.current().first()
    if (current and current.pk) != seen:
        raise Stale
    entry = LogEntry.objects.record(
        "participant.mute",
        actor=user,
        contribution=contribution,
        person=contribution.author,
        reason=reason,
        until=until,
    )
    of_this_person.filter(lifted=None).update(lifted=entry)
    muted = Mute.objects.create(
        discussion=discussion,
        person=contribution.author,
        contribution=contribution,
        reason=reason,
        until=until,
        note=note,
        entry=entry,
    )
    # It is asked together with the roles: an author of an imported record may have none.
    Membership.objects.get_or_create(
        discussion=discussion, person=contribution.author, role=Role.PARTICIPANT
    )
    tell_author(contribution, entry)
    return muted


@transaction.atomic
def unmute(muted, *, user):
    """Let somebody contribute again before the date.

    In order: lock, check again, log it, end the muting, tell the person.
    """
    discussion = locked(muted.discussion)
    refuse_unless(permissions.can_unmute(user, discussion))
    contribution = muted.contribution
    if not Mute.objects.current().filter(pk=muted.pk).exists():
        raise Stale
    entry = LogEntry.objects.record(
        "participant.unmute", actor=user, contribution=contribution, person=muted.person
    )
    Mute.objects.filter(pk=muted.pk).update(lifted=entry)
    tell_author(contribution, entry)


@transaction.atomic
def suspend(account, *, user, reason):
    """Nobody logs in with this account any more. What was published stays.

    In order: lock, check, suspend it, end its sessions, log it with the reason.
    """
    account = User.objects.select_for_update(of=["self"]).get(pk=account.pk)
    refuse_unless(permissions.can_suspend(user, account))
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account)
    LogEntry.objects.record("account.suspend", actor=user, person=account.person, reason=reason)


@transaction.atomic
def reinstate(account, *, user):
    """Let its owner log in again."""
    account = User.objects.select_for_update(of=["self"]).get(pk=account.pk)
    refuse_unless(permissions.can_reinstate(user, account))
    account.is_active = True
    account.save(update_fields=["is_active"])
    LogEntry.objects.record("account.reinstate", actor=user, person=account.person)
