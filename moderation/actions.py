"""What moderators do to contributions."""

from django.db import transaction

from forum import permissions
from forum.actions import (
    Stale,
    Text,
    change_state,
    count,
    give_place,
    locked_contribution,
    log_as_published,
    raise_version,
    refuse_unless,
    replace_text,
    settle,
    tell_author,
)
from forum.models import Contribution, LogEntry, Report, Revision, StaffNote

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
    tell_author(contribution, log_as_published(contribution, user))
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
    return contribution


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
