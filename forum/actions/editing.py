"""Edit and withdraw one's own."""

from django.db import transaction
from django.utils import timezone

from .. import permissions
from ..holding import why_change_held
from ..models import Answer, Contribution, LogEntry, Report, Revision
from ..models.states import Hold
from .base import change_state, count, locked_contribution, refuse_unless
from .contributions import log_as_held
from .notifications import tell_moderators
from .reports import answer_return, settle
from .texts import said, says_the_same


def edit(contribution, *, user, text, version, answer=""):
    """Put another text in the place of a contribution's; the old one becomes a revision.

    Where what its author writes is held, or says again what was redacted, a change of what is
    published waits, and the old text stands. What was held is replaced, what was returned is sent
    to the moderators again.

    answer: what its author says to the moderators who have returned it

    In order: lock, refuse a stale or late edit, keep the revision, store text and answers, correct
    the counters, log it, keep the answer. The number of the version must be the one that the form
    was made from.
    """
    rendered = text.rendered()
    with transaction.atomic():
        contribution = locked_contribution(contribution, version)
        refuse_unless(permissions.can_edit(user, contribution))
        was_returned = contribution.was_sent_back
        change = edit_published if contribution.is_published else edit_waiting
        change(contribution, user, text, rendered)
        if was_returned and (contribution.is_held or contribution.has_pending_change):
            answer_return(contribution, answer)
    return contribution


def edit_published(contribution, user, text, rendered):
    version = contribution.version
    if says_the_same(contribution, text):
        if contribution.proposal:
            let_proposal_go(contribution)
            raise_version(contribution)
            log_edit(contribution, user, version)
        return
    if why := why_change_held(user, contribution, list(text.sections(rendered))):
        propose(contribution, user, text, rendered, why)
        return
    let_proposal_go(contribution)
    replace_text(contribution, by=user.person, text=text, rendered=rendered)
    log_edit(contribution, user, version)


def edit_waiting(contribution, user, text, rendered):
    version, was_returned = contribution.version, contribution.is_returned
    if says_the_same(contribution, text) and not was_returned:
        return
    keep_revision(contribution, user.person, state=Revision.State.UNSEEN)
    contribution.state, contribution.reason = Contribution.State.HELD, ""
    put_text(contribution, text, rendered)
    if was_returned:
        log_as_held(contribution, user, Hold.AGAIN)
    else:
        log_edit(contribution, user, version)


def log_edit(contribution, user, version):
    LogEntry.objects.record(
        "contribution.edit", actor=user, contribution=contribution, version=version
    )


def propose(contribution, user, text, rendered, why):
    """Keep a change of a locked contribution for a moderator; it takes the place of an earlier one.
    No reader sees anything of it."""
    let_proposal_go(contribution)
    body_html, answers_html = rendered
    Revision.objects.create(
        contribution=contribution,
        version=contribution.version,
        state=Revision.State.PENDING,
        body=text.body,
        body_html=body_html,
        answers=[
            {"question": question.key, "body": body, "body_html": html}
            for question, body, html in said(text.answers, answers_html)
        ],
        language=text.language,
        capacity=text.capacity,
        anonymous=anonymous_as_asked(contribution, text),
        written_at=timezone.now(),
    )
    entry = LogEntry.objects.record(
        "contribution.propose",
        actor=user,
        contribution=contribution,
        reason=why,
        version=contribution.version,
    )
    raise_version(contribution)
    tell_moderators(contribution, entry)


def let_proposal_go(contribution):
    """Another text stands or waits in the place of a proposed change."""
    contribution.revisions.proposed().update(state=Revision.State.UNSEEN, reason="", note="")
    contribution.__dict__.pop("proposal", None)


def raise_version(contribution):
    """Whoever acts on what stood there before is shown what stands there now."""
    contribution.version += 1
    contribution.save(update_fields=["version"])


def replace_text(contribution, *, by, text, rendered, **revision):
    """Put a text in the place of a locked, published one: revision, text and answers, counters.

    by: the person who does it, unless it is for the author
    revision: what else is noted of the version that goes
    """
    keep_revision(contribution, by, **revision)
    count(contribution, -1)
    contribution.edited_at = timezone.now()
    put_text(contribution, text, rendered)
    count(contribution, 1)


def put_text(contribution, text, rendered):
    body_html, answers_html = rendered
    contribution.body, contribution.body_html = text.body, body_html
    contribution.language, contribution.capacity = text.language, text.capacity
    contribution.anonymous = anonymous_as_asked(contribution, text)
    contribution.version += 1
    contribution.save()
    store_answers(contribution, text.answers, answers_html)


def anonymous_as_asked(contribution, text):
    """Who has written without a name keeps that, whatever is offered now."""
    offered = contribution.discussion.anonymous_allowed or contribution.anonymous
    return text.anonymous and offered


def withdraw(contribution, *, user, version):
    """Take one's own contribution back: number, place and replies stay.

    In order: lock, refuse a stale page, change the state, count, log it, settle what waited for a
    moderator.
    """
    with transaction.atomic():
        contribution = locked_contribution(contribution, version)
        refuse_unless(permissions.can_withdraw(user, contribution))
        was_published = contribution.is_published
        change_state(contribution, Contribution.State.WITHDRAWN)
        if was_published:
            count(contribution, -1)
        elif contribution.number:
            contribution.discussion.touch()
        entry = LogEntry.objects.record(
            "contribution.withdraw", actor=user, contribution=contribution
        )
        settle(contribution, entry, Report.Outcome.GONE)
    return contribution


def store_answers(contribution, answers, answers_html):
    """Make the answers of a contribution these. One that stays keeps its key, whatever it says now:
    others may point to it."""
    there = {answer.question_id: answer for answer in contribution.answers.all()}
    new = []
    for question, body, html in said(answers, answers_html):
        answer = there.pop(question.pk, None)
        if answer is None:
            new.append(
                Answer(contribution=contribution, question=question, body=body, body_html=html)
            )
        elif answer.body != body:
            answer.body, answer.body_html = body, html
            answer.save(update_fields=["body", "body_html"])
    Answer.objects.bulk_create(new)
    for answer in there.values():
        answer.delete()


def keep_revision(contribution, by, state=Revision.State.SHOWN, **more):
    answers = contribution.answers.select_related("question").order_by("question__number")
    Revision.objects.create(
        contribution=contribution,
        version=contribution.version,
        state=state,
        body=contribution.body,
        body_html=contribution.body_html,
        answers=[
            {"question": answer.question.key, "body": answer.body, "body_html": answer.body_html}
            for answer in answers
        ],
        language=contribution.language,
        capacity=contribution.capacity,
        anonymous=contribution.anonymous,
        written_at=contribution.edited_at or contribution.published_at or contribution.created_at,
        replaced_by=by,
        **more,
    )
