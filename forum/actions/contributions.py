"""Contribute, edit, withdraw."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import markup, permissions
from ..models import (
    Answer,
    Byline,
    Contribution,
    Draft,
    LogEntry,
    Membership,
    Report,
    Revision,
)
from ..models.memberships import BYLINE_ORDER, Role
from .base import (
    Refused,
    SaidBefore,
    SentBefore,
    count,
    locked,
    locked_contribution,
    refuse_unless,
)
from .notifications import tell_of_reply
from .readings import note_following
from .reports import settle

# How long the same text is taken for a second sending, and among how many of somebody's latest.
REPEATED_WITHIN = timedelta(hours=1)
REPEATED_AMONG = 20


@dataclass
class Text:
    """What a form says: the general text, one body for each answered question, the metadata."""

    body: str
    language: str
    # GuidingQuestion -> Markdown; questions without an answer are left out.
    answers: dict = field(default_factory=dict)
    capacity: str = Contribution.Capacity.PERSONAL
    anonymous: bool = False

    def rendered(self):
        """Body and answers as HTML. Called before anything is locked: rendering takes time."""
        answers = {question: markup.render(body) for question, body in self.answers.items()}
        return markup.render(self.body), answers


def contribute(
    *,
    discussion,
    user,
    text,
    submission_key,
    parent=None,
    accepted=None,
    begun_at=None,
    draft=0,
    window=None,
    again=False,
):
    """Publish a contribution or a reply and return it; the same form sent twice gives the first.

    A form that was changed after it was sent raises SentBefore: its new text must not be lost.
    accepted: the version of the rules (a Page) that was agreed to; the first contribution needs it.
    begun_at: when the form was opened, for the grace period
    draft: the sequence of the draft that it was made from; that one goes, and a later one stays,
        unless it says the same, or the same window has kept it
    again: the same text in another form within an hour is meant; otherwise it raises SaidBefore

    In order: lock the discussion, check again, note the terms, freeze the byline, number it, store
    it with its answers, let its draft go, count it, log it, tell whom it replies to. That a form
    counts once is decided by the constraint on its key: whatever is refused is looked up by that
    key afterwards.
    """
    rendered = text.rendered()
    try:
        with transaction.atomic():
            discussion = locked(discussion)
            if parent:
                parent = discussion.contributions.select_related("root").get(pk=parent.pk)
                parent.discussion = discussion
            refuse_unless(permissions.can_write(user, discussion, parent, begun_at=begun_at))
            if text.anonymous and not discussion.anonymous_allowed:
                raise Refused(_("Contributions without a name are not taken here any more."))
            if not again:
                refuse_repeated(user, text)
            accept_terms(discussion, user.person, accepted)
            contribution = store(discussion, user, text, rendered, parent, submission_key)
            let_draft_go(discussion, user, parent, text, sequence=draft, window=window)
            count(contribution, 1, answered=[question.pk for question in text.answers])
            entry = LogEntry.objects.record(
                "contribution.publish", actor=user, contribution=contribution
            )
            if parent:
                tell_of_reply(contribution, entry)
    except (IntegrityError, Refused):
        earlier = Contribution.objects.sent_with(submission_key, user).first()
        if earlier is None:
            raise
        if not has_said(earlier, text) or not is_the_same(earlier, discussion, parent):
            raise SentBefore(earlier) from None
        return earlier
    return contribution


def store(discussion, user, text, rendered, parent, submission_key):
    """Give a text the next number of its locked discussion, and keep it with its answers."""
    body_html, answers_html = rendered
    discussion.last_number += 1
    contribution = Contribution(
        discussion=discussion,
        parent=parent,
        number=discussion.last_number,
        author=user.person,
        byline=byline_of(discussion, user),
        anonymous=text.anonymous,
        state=Contribution.State.PUBLISHED,
        body=text.body,
        body_html=body_html,
        language=text.language,
        capacity=text.capacity,
        published_at=timezone.now(),
        submission_key=submission_key,
    )
    contribution.place_below(parent)
    contribution.save(force_insert=True)
    Answer.objects.bulk_create(
        Answer(contribution=contribution, question=question, body=body, body_html=html)
        for question, body, html in said(text.answers, answers_html)
    )
    return contribution


def said(answers, answers_html):
    """(question, Markdown, HTML) of each answer."""
    return ((question, body, answers_html[question]) for question, body in answers.items())


def let_draft_go(discussion, user, parent, text, *, sequence, window):
    """The draft that was published; also one that its window kept at the same moment."""
    draft = Draft.objects.at(discussion, user.person_id, parent).first()
    if draft is None:
        return
    answers = {question.key: body for question, body in text.answers.items()}
    its_own = draft.sequence == sequence or (window and draft.window == window)
    if its_own or draft.says(text.body, answers):
        # Not what a window keeps at this very moment.
        Draft.objects.filter(pk=draft.pk, sequence=draft.sequence).delete()


def refuse_repeated(user, text):
    """Ask whoever says the same thing twice whether they mean it: most have only sent it twice."""
    since = timezone.now() - REPEATED_WITHIN
    recent = Contribution.objects.published().filter(author=user.person_id, published_at__gt=since)
    said = recent.filter(body=text.body).order_by("-published_at")[:REPEATED_AMONG]
    for earlier in said.select_related("discussion").prefetch_related("answers"):
        if bodies(earlier) == {key.pk: body for key, body in text.answers.items()}:
            raise SaidBefore(earlier)


def bodies(contribution):
    """The key of each answered question -> Markdown."""
    return {answer.question_id: answer.body for answer in contribution.answers.all()}


def edit(contribution, *, user, text, version):
    """Put another text in the place of a contribution's; the old one becomes a revision.

    In order: lock, refuse a stale or late edit, keep the revision, store text and answers, correct
    the counters, log it. The number of the version must be the one that the form was made from.
    """
    rendered = text.rendered()
    with transaction.atomic():
        contribution = locked_contribution(contribution, version)
        refuse_unless(permissions.can_edit(user, contribution))
        if says_the_same(contribution, text):
            return contribution
        replace_text(contribution, user=user, text=text, rendered=rendered)
        LogEntry.objects.record(
            "contribution.edit", actor=user, contribution=contribution, version=version
        )
    return contribution


def replace_text(contribution, *, user, text, rendered):
    """Put a text in the place of a locked contribution's: revision, text and answers, counters."""
    body_html, answers_html = rendered
    keep_revision(contribution, user)
    count(contribution, -1)
    contribution.body, contribution.body_html = text.body, body_html
    contribution.language, contribution.capacity = text.language, text.capacity
    # Who has written without a name keeps that, whatever is offered now.
    offered = contribution.discussion.anonymous_allowed or contribution.anonymous
    contribution.anonymous = text.anonymous and offered
    contribution.edited_at = timezone.now()
    contribution.version += 1
    contribution.save()
    store_answers(contribution, text.answers, answers_html)
    count(contribution, 1)


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
        else:
            contribution.discussion.touch()
        entry = LogEntry.objects.record(
            "contribution.withdraw", actor=user, contribution=contribution
        )
        settle(contribution, entry, Report.Outcome.GONE)
    return contribution


def change_state(contribution, state, reason=""):
    contribution.state, contribution.reason = state, reason
    contribution.version += 1
    contribution.save(update_fields=["state", "reason", "version"])


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


def is_the_same(earlier, discussion, parent):
    """Is this still what the form was sent for? It may be withdrawn, or have stood elsewhere."""
    same_place = (earlier.discussion_id, earlier.parent_id) == (discussion.pk, parent and parent.pk)
    return same_place and earlier.is_published


def says_the_same(contribution, text):
    return (
        contribution.body == text.body
        and contribution.language == text.language
        and contribution.capacity == text.capacity
        and contribution.anonymous == text.anonymous
        and bodies(contribution) == {question.pk: body for question, body in text.answers.items()}
    )


def has_said(contribution, text):
    """Did this text stand here, now or before an edit?"""
    answers = [{"question": question.key, "body": body} for question, body in text.answers.items()]
    return says_the_same(contribution, text) or any(
        revision.body == text.body
        and [{key: answer[key] for key in ("question", "body")} for answer in revision.answers]
        == answers
        for revision in contribution.revisions.all()
    )


def keep_revision(contribution, user):
    answers = contribution.answers.select_related("question").order_by("question__number")
    Revision.objects.create(
        contribution=contribution,
        version=contribution.version,
        body=contribution.body,
        body_html=contribution.body_html,
        answers=[
            {"question": answer.question.key, "body": answer.body, "body_html": answer.body_html}
            for answer in answers
        ],
        language=contribution.language,
        capacity=contribution.capacity,
        anonymous=contribution.anonymous,
        written_at=contribution.edited_at or contribution.published_at,
        replaced_by=user.person,
    )


def byline_of(discussion, user):
    """The frozen byline of a user as they are today, in the first of their roles here that is
    awake."""
    person = user.person
    titles = {held.role: held.title for held in discussion.memberships_of(person.pk)}
    if permissions.role_sleeps(user, discussion):
        titles = {Role.PARTICIPANT: titles.get(Role.PARTICIPANT, "")}
    role = next((role for role in BYLINE_ORDER if role in titles), Role.PARTICIPANT)
    return Byline.objects.frozen(
        person,
        name=person.name,
        organisation=person.organisation,
        country=person.country,
        stakeholder_group=person.stakeholder_group,
        role=role,
        title=titles.get(role) or person.function,
    )


def has_accepted_terms(discussion, person):
    return any(held.terms_accepted_at for held in discussion.memberships_of(person.pk))


def accept_terms(discussion, person, rules):
    """Make the participant's membership with the first contribution, with the rules agreed to. From
    then on they follow the discussion, as long as they wish."""
    if has_accepted_terms(discussion, person):
        return
    if rules is None:
        raise Refused(_("To contribute, please accept the rules of participation."))
    Membership.objects.update_or_create(
        discussion=discussion,
        person=person,
        role=Role.PARTICIPANT,
        defaults={
            "terms": rules,
            "terms_accepted_at": timezone.now(),
            "licence": settings.LICENCE,
        },
    )
    note_following(discussion, person.pk, follows=True)
