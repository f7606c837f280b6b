"""Redact: words go from a contribution, its earlier versions, and whatever quotes them."""

from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from forum import markup, permissions
from forum.actions import (
    Stale,
    locked,
    locked_contribution,
    raise_version,
    refuse_unless,
    tell_author,
)
from forum.models import Answer, LogEntry, Redaction, Revision
from forum.redacting import Passage, Rewritten, without


@dataclass(frozen=True)
class Found:
    """Where the words stand in one contribution, and its texts without them."""

    contribution: object
    # Its answers, in the order of the sections behind the general text.
    answers: list
    now: Rewritten
    # (Revision, Rewritten): earlier versions, and a change that waits.
    before: list

    @property
    def times_before(self):
        return sum(len(one.hits) for _revision, one in self.before)

    @property
    def times(self):
        return len(self.now.hits) + self.times_before

    @property
    def all_hits(self):
        return [*self.now.hits, *(hit for _revision, one in self.before for hit in one.hits)]

    @property
    def sources(self):
        """Every new text that has to be rendered."""
        changed = [one for one in (self.now, *(one for _r, one in self.before)) if one.hits]
        return {source for one in changed for source in one.sections}


@dataclass(frozen=True)
class Plan:
    """What a redaction would do."""

    own: Found
    # What quotes the words, and is published or may be.
    quotations: list = field(default_factory=list)
    # Contributions that say the same words themselves, and bulletins that say them: they stay.
    elsewhere: list = field(default_factory=list)

    @property
    def times(self):
        return sum(one.times for one in (self.own, *self.quotations))


def plan(contribution, words):
    """In the same number of queries, however much is said and quoted."""
    passage = Passage(words)
    quotations, elsewhere = [], []
    for other in others_with(contribution, passage):
        found = look_in(other, passage, quoted=True)
        if found.times:
            quotations.append(found)
        if other.number and len(found.now.hits) < len(texts_now(other, passage).hits):
            elsewhere.append(other)
    elsewhere += bulletins_with(contribution.discussion, passage)
    return Plan(look_in(contribution, passage), quotations, elsewhere)


def bulletins_with(discussion, passage):
    """Those that readers see and in which the words stand: facilitators change them."""
    for bulletin in discussion.bulletins.published():
        texts = (bulletin.title, bulletin.body)
        if any(passage.places(markup.tidy(text), quoted=False) for text in texts):
            bulletin.discussion = discussion
            yield bulletin


def others_with(contribution, passage):
    """The other contributions of the discussion, whatever their state, in which they may stand."""
    of_row = {"contribution": OuterRef("pk")}
    in_body = reduce(or_, (Q(body__contains=needle) for needle in passage.needles))
    # JSON is kept in another spelling by each database: of versions, all are looked at.
    may_stand = in_body | Q(Exists(Answer.objects.filter(in_body, **of_row)))
    may_stand |= Q(Exists(Revision.objects.filter(**of_row)))
    others = contribution.discussion.contributions.exclude(pk=contribution.pk).filter(may_stand)
    found = others.select_related("byline").prefetch_related("answers__question", "revisions")
    for other in found.order_by(F("number").asc(nulls_last=True), "pk"):
        other.discussion = contribution.discussion
        yield other


def look_in(contribution, passage, *, quoted=False):
    return Found(
        contribution,
        answers=list(contribution.answers.all()),
        now=texts_now(contribution, passage, quoted=quoted),
        before=[
            (one, without(passage, sections_of(one), one.language, quoted=quoted))
            for one in contribution.revisions.all()
        ],
    )


def texts_now(contribution, passage, *, quoted=False):
    sections = [contribution.body, *(answer.body for answer in contribution.answers.all())]
    return without(passage, sections, contribution.language, quoted=quoted)


def sections_of(revision):
    return [revision.body, *(answer["body"] for answer in revision.answers)]


class Renderer(dict):
    """Source -> HTML, each rendered once."""

    def __missing__(self, source):
        self[source] = markup.render(source)
        return self[source]


def redact(contribution, *, user, version, words, reason):
    """Put a marker in the place of these words: in the general text, in the answers, in earlier
    versions and a change that waits, and in quotations of them in other contributions, with theirs.
    The words are kept once, for those who steer, until an organiser erases them. Drafts are their
    authors' own.

    In order: find the words and render what stands there without them; lock, refuse a stale page,
    find them again, since somebody may have quoted them a moment ago; store the texts, note what
    was redacted and why, log it and tell the author; the same for each quotation. How often?
    """
    html = Renderer()
    render(plan(contribution, words), html)
    with transaction.atomic():
        contribution = locked_contribution(contribution, version)
        refuse_unless(permissions.can_redact(user, contribution))
        found = plan(contribution, words)
        if not found.own.times:
            raise Stale
        entry = store(found.own, user, reason, html, act="contribution.redact")
        original = found.own.all_hits[0].words
        redaction = note(found.own, user, reason, words=original)
        tell_author(contribution, entry)
        for one in found.quotations:
            number = {"of": contribution.number}
            entry = store(one, user, reason, html, act="contribution.redact_quote", **number)
            note(one, user, reason, of=redaction)
            tell_author(one.contribution, entry)
        contribution.discussion.touch()
    return found


def render(found, html):
    for one in (found.own, *found.quotations):
        for source in one.sources:
            html[source]


def store(found, user, reason, html, *, act, **details):
    """Write what is changed of one contribution, with its entry in the log."""
    contribution = found.contribution
    if found.now.hits:
        contribution.body, *bodies = found.now.sections
        contribution.body_html = html[contribution.body]
        contribution.save(update_fields=["body", "body_html"])
        for answer, body in zip(found.answers, bodies, strict=True):
            answer.body, answer.body_html = body, html[body]
        Answer.objects.bulk_update(found.answers, ["body", "body_html"])
    changed = [rewrite(revision, new, html) for revision, new in found.before if new.hits]
    Revision.objects.bulk_update(changed, ["body", "body_html", "answers"])
    raise_version(contribution)
    return LogEntry.objects.record(
        act, actor=user, contribution=contribution, reason=reason, times=found.times, **details
    )


def rewrite(revision, new, html):
    revision.body, *bodies = new.sections
    revision.body_html = html[revision.body]
    revision.answers = [
        answer | {"body": body, "body_html": html[body]}
        for answer, body in zip(revision.answers, bodies, strict=True)
    ]
    return revision


def note(found, user, reason, **more):
    return Redaction.objects.create(
        contribution=found.contribution, moderator=user.person, reason=reason, **more
    )


@transaction.atomic
def erase(redaction, *, user):
    """Let the words go for good that were redacted; the marker, the reason and the log stay.

    In order: lock, check again, erase them, log it.
    """
    locked(redaction.contribution.discussion)
    fresh = Redaction.objects.select_related("contribution__discussion").get(pk=redaction.pk)
    if fresh.erased_at:
        raise Stale
    refuse_unless(permissions.can_erase(user, fresh))
    fresh.words, fresh.erased_at = "", timezone.now()
    fresh.save(update_fields=["words", "erased_at"])
    LogEntry.objects.record("contribution.erase", actor=user, contribution=fresh.contribution)
