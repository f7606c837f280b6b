"""What moderators do to contributions and their authors, and superusers to accounts."""

from django.db import transaction

from accounts.actions import end_sessions
from accounts.models import Person, User
from forum import permissions
from forum.actions import (
    Stale,
    Text,
    change_state,
    count,
    give_place,
    locked,
    locked_contribution,
    log_as_published,
    raise_version,
    refuse_unless,
    replace_text,
    settle,
    settle_answers,
    tell_author,
)
from forum.models import Contribution, LogEntry, Membership, Mute, Report, Revision, StaffNote
from forum.models.memberships import Role

Outcome = Report.Outcome


@transaction.atomic
def publish(contribution, *, user, version):
    """Let readers see what was held: it gets its number and its place now.

    In order: lock, refuse a stale page, number it, count, log it, tell whom it replies to and the
    author.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_approve(user, contribution))
    give_place(contribution)
    contribution.note = ""
    contribution.version += 1
    contribution.save()
    count(contribution, 1)
    entry = log_as_published(contribution, user)
    tell_author(contribution, entry)
    settle_answers(contribution, entry, Outcome.AGREED)
    return contribution


@transaction.atomic
def give_back(contribution, *, user, version, reason, note=""):
    """Return what was held to its author, with a reason and a note for them alone: they may change
    it and send it again.

    In order: lock, refuse a stale page, change the state, log it with the reason, tell the author.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_approve(user, contribution))
    change_state(contribution, Contribution.State.RETURNED, reason, note)
    entry = LogEntry.objects.record(
        "contribution.return", actor=user, contribution=contribution, reason=reason
    )
    tell_author(contribution, entry)
    settle_answers(contribution, entry, Outcome.DISMISSED)
    return contribution


@transaction.atomic
def approve_change(contribution, *, user, version):
    """Put a change that was held in the place of what is published; that becomes a revision.

    In order: lock, refuse a stale page, keep the revision, store text and answers, correct the
    counters, log it, tell the author.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_approve_change(user, contribution))
    proposal = contribution.proposal
    text, rendered = text_of(proposal, contribution.discussion)
    # It stands in the contribution from now on.
    proposal.delete()
    # The words are the author's, and so is the change.
    replace_text(contribution, by=contribution.author, text=text, rendered=rendered)
    entry = LogEntry.objects.record(
        "contribution.approve", actor=user, contribution=contribution, version=version
    )
    tell_author(contribution, entry)
    settle_answers(contribution, entry, Outcome.AGREED)
    return contribution


def text_of(revision, discussion):
    """What a revision says, and the same as HTML: it was rendered when it was written."""
    questions = {question.key: question for question in discussion.questions_by_id.values()}
    answers = [(questions[one["question"]], one) for one in revision.answers]
    text = Text(
        body=revision.body,
        language=revision.language,
        answers={question: one["body"] for question, one in answers},
        capacity=revision.capacity,
        anonymous=revision.anonymous,
    )
    return text, (revision.body_html, {question: one["body_html"] for question, one in answers})


@transaction.atomic
def refuse_change(contribution, *, user, version, reason, note=""):
    """Leave what is published as it is, and tell the author why. They keep their text.

    In order: lock, refuse a stale page, note the refusal, log it with the reason, tell the author.
    """
    contribution = locked_contribution(contribution, version)
    refuse_unless(permissions.can_approve_change(user, contribution))
    proposal = contribution.proposal
    proposal.state, proposal.reason, proposal.note = Revision.State.REFUSED, reason, note
    proposal.save(update_fields=["state", "reason", "note"])
    raise_version(contribution)
    entry = LogEntry.objects.record(
        "contribution.refuse", actor=user, contribution=contribution, reason=reason
    )
    tell_author(contribution, entry)
    settle_answers(contribution, entry, Outcome.DISMISSED)
    return contribution


@transaction.atomic
def hide(contribution, *, user, version, reason, note=""):
    """Take a text from the readers, with a reason that they see: number, place and replies stay.

    note: for the staff alone

    What readers' reports have put out of sight is out of it already.

    In order: lock, refuse a stale page, change the state, count, log it with the reason, keep the
    note, tell the author and those who have reported it.
    """
    contribution = locked_contribution(contribution, version)
    was_covered = contribution.is_covered
    may = permissions.can_keep_hidden if was_covered else permissions.can_hide
    refuse_unless(may(user, contribution))
    change_state(contribution, Contribution.State.HIDDEN, reason)
    if was_covered:
        contribution.discussion.touch()
    else:
        count(contribution, -1)
    entry = LogEntry.objects.record(
        "contribution.hide", actor=user, contribution=contribution, reason=reason
    )
    if note:
        StaffNote.objects.create(entry=entry, text=note)
    tell_author(contribution, entry)
    settle(contribution, entry, Outcome.AGREED, answers=Outcome.DISMISSED)
    return contribution


@transaction.atomic
def restore(contribution, *, user, version):
    """Show a hidden contribution again.

    In order: lock, refuse a stale page, change the state, count, log it, tell the author, settle
    what they have answered, and the reports that had put it out of sight.
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
    settle(contribution, entry, Outcome.DISMISSED, answers=Outcome.AGREED)
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


def choose_languages(person, codes):
    """The languages in which somebody moderates. An UPDATE: nothing else of theirs changes, and
    nobody else sees it."""
    Person.objects.filter(pk=person.pk).update(moderates_in=codes)
