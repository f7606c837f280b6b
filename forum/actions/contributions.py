"""Contribute: what is written is published, or held until a moderator has read it."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.prepared import Prepared

from .. import permissions
from ..holding import why_held
from ..models import (
    Answer,
    Byline,
    Contribution,
    Draft,
    LogEntry,
    Membership,
)
from ..models.memberships import BYLINE_ORDER, Role
from .base import (
    Refused,
    SaidBefore,
    SentBefore,
    count,
    give_place,
    locked,
    refuse_too_many,
    refuse_unless,
)
from .notifications import tell_moderators, tell_of_reply
from .readings import note_following
from .texts import bodies, has_said, said

# How long the same text is taken for a second sending, and among how many of somebody's latest.
REPEATED_WITHIN = timedelta(hours=1)
REPEATED_AMONG = 20
SAME = Prepared(
    lambda: Contribution.objects.handed_in().order_by("-created_at").values_list("pk"),
    "author",
    "created_at__gt",
    "body",
    most=REPEATED_AMONG,
)


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
    sender=None,
):
    """Publish a contribution or a reply, or hold it for a moderator (holding.py), and return it;
    the same form sent twice gives the first.

    A form that was changed after it was sent raises SentBefore: its new text must not be lost.
    accepted: the version of the rules (a Page) that was agreed to; the first contribution needs it.
    begun_at: when the form was opened, for the grace period
    draft: the sequence of the draft that it was made from; that one goes, and a later one stays,
        unless it says the same, or the same window has kept it
    again: the same text in another form within an hour is meant; otherwise it raises SaidBefore
    sender: who has sent the form, for the limits (rates.sender); those of the staff have none

    In order: lock the discussion, check again, count it for the limits, note the terms, freeze the
    byline, number it, store it with its answers, let its draft go, count it, log it, tell whom it
    replies to. What is held gets no number and is not counted; moderators are told. That a form
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
            if not permissions.is_staff(user, discussion):
                refuse_too_many("contribution", sender)
            accept_terms(discussion, user.person, accepted)
            why = why_held(user, discussion, text.sections(rendered))
            contribution = store(
                discussion, user, text, rendered, parent, submission_key, held=bool(why)
            )
            let_draft_go(discussion, user, parent, text, sequence=draft, window=window)
            if why:
                log_as_held(contribution, user, why)
            else:
                count(contribution, 1, answered=[question.pk for question in text.answers])
                log_as_published(contribution, user)
    except (IntegrityError, Refused):
        earlier = Contribution.objects.sent_with(submission_key, user).first()
        if earlier is None:
            raise
        if not has_said(earlier, text) or not is_the_same(earlier, discussion, parent):
            raise SentBefore(earlier) from None
        return earlier
    return contribution


def store(discussion, user, text, rendered, parent, submission_key, *, held):
    """Keep a text with its answers: with the next number of its locked discussion, unless a
    moderator looks first."""
    body_html, answers_html = rendered
    contribution = Contribution(
        discussion=discussion,
        parent=parent,
        root=parent and (parent.root or parent),
        author=user.person,
        byline=byline_of(discussion, user),
        anonymous=text.anonymous,
        state=Contribution.State.HELD,
        body=text.body,
        body_html=body_html,
        language=text.language,
        capacity=text.capacity,
        submission_key=submission_key,
    )
    if not held:
        give_place(contribution)
    contribution.save(force_insert=True)
    Answer.objects.bulk_create(
        Answer(contribution=contribution, question=question, body=body, body_html=html)
        for question, body, html in said(text.answers, answers_html)
    )
    return contribution


def log_as_published(contribution, user):
    """Say who has published it, and tell whom it replies to."""
    entry = LogEntry.objects.record("contribution.publish", actor=user, contribution=contribution)
    if contribution.parent:
        tell_of_reply(contribution, entry)
    return entry


def log_as_held(contribution, user, why):
    """Say why it waits, and tell those for whom."""
    entry = LogEntry.objects.record(
        "contribution.hold", actor=user, contribution=contribution, reason=why
    )
    tell_moderators(contribution, entry)


def let_draft_go(discussion, user, parent, text, *, sequence, window):
    """The draft that was published; also one that its window kept at the same moment."""
    draft = Draft.objects.find(discussion, user.person_id, parent)
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
    same = [pk for (pk,) in SAME.rows(user.person_id, since, text.body)]
    # Most often there is none.
    if not same:
        return
    found = Contribution.objects.filter(pk__in=same).order_by("-created_at")
    for earlier in found.select_related("discussion").prefetch_related("answers"):
        if bodies(earlier) == {key.pk: body for key, body in text.answers.items()}:
            raise SaidBefore(earlier)


def is_the_same(earlier, discussion, parent):
    """Is this still what the form was sent for? It may be withdrawn, or have stood elsewhere."""
    same_place = (earlier.discussion_id, earlier.parent_id) == (discussion.pk, parent and parent.pk)
    return same_place and (earlier.is_published or earlier.is_held)


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
