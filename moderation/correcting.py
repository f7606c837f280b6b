"""Correct what a contribution is filed under: language, capacity, questions, what it replies to."""

from dataclasses import dataclass, field

from django.db import transaction

from forum import permissions
from forum.actions import (
    Refused,
    Stale,
    Text,
    keep_revision,
    locked_contribution,
    move,
    put_text,
    raise_version,
    refuse_unless,
    replace_text,
    tell_author,
    tell_of_reply,
    why_not_below,
)
from forum.actions.texts import says_the_same
from forum.models import LogEntry, Revision


@dataclass(frozen=True)
class Correction:
    """What it shall be filed under."""

    language: str
    capacity: str
    # The key of each answer's question -> the key of another one, or "" for the general text.
    questions: dict = field(default_factory=dict)
    # The number of what it replies to, or None.
    parent: int | None = None

    def refiled(self, body, answers):
        """(general text, {key: answer}): an answer that is moved stands behind what is there, and
        no word is lost.

        answers: (key, words) of each, in the order of the questions
        """
        staying = {"": [body]}
        moving = []
        for key, words in answers:
            to = self.questions.get(key, key)
            if to == key:
                staying[key] = [words]
            else:
                moving.append((to, words))
        for key, words in moving:
            staying.setdefault(key, []).append(words)
        said = {key: "\n\n".join(filter(None, parts)) for key, parts in staying.items()}
        return said.pop(""), said

    def text_of(self, contribution):
        """Its text (actions.Text), filed as it shall be."""
        answers = [(one.question.key, one.body) for one in contribution.answers_in_order]
        return Text(
            language=self.language,
            capacity=self.capacity,
            anonymous=contribution.anonymous,
            **self.said(contribution, contribution.body, answers),
        )

    def proposed(self, contribution):
        """The same of a change that waits or was refused, or None: nobody corrects it back unseen
        by approving it. What its author has chosen anew in it stays."""
        change = contribution.proposal
        if not change:
            return None
        answers = [(one["question"], one["body"]) for one in change.answers]
        as_before = {name: getattr(contribution, name) for name in ("language", "capacity")}
        chosen = {
            name: getattr(self if getattr(change, name) == before else change, name)
            for name, before in as_before.items()
        }
        said = self.said(contribution, change.body, answers)
        return Text(anonymous=change.anonymous, **chosen, **said)

    def said(self, contribution, body, answers):
        body, said = self.refiled(body, answers)
        questions = contribution.discussion.questions_by_id.values()
        in_order = {question: said[question.key] for question in questions if question.key in said}
        return {"body": body, "answers": in_order}

    def changes(self, contribution):
        """What of it is new, as the log keeps it: pairs of old and new codes."""
        pairs = {
            "language": [[contribution.language, self.language]],
            "capacity": [[contribution.capacity, self.capacity]],
            "parent": [[contribution.parent_number, self.parent]],
            "answers": [list(pair) for pair in self.questions.items()],
        }
        new = {name: [pair for pair in of if pair[0] != pair[1]] for name, of in pairs.items()}
        return {name: of for name, of in new.items() if of}


def correct(contribution, *, user, version, correction, reason=""):
    """File a contribution under something else. No word of it changes; what stood there becomes a
    revision, unless it is only moved.

    In order: rearrange and render, lock, refuse a stale page, move it with its replies, keep the
    revision, store text and answers, correct the counters, the same for a change that waits, log it
    with old and new codes, tell the author and whom it replies to now.
    """
    if contribution.version != version:
        raise Stale
    text, proposed = correction.text_of(contribution), correction.proposed(contribution)
    rendered, proposed_html = text.rendered(), proposed and proposed.rendered()
    with transaction.atomic():
        contribution = locked_contribution(contribution, version)
        refuse_unless(permissions.can_correct(user, contribution))
        changes = correction.changes(contribution)
        if "parent" in changes:
            move(contribution, parent_of(contribution, correction.parent))
        if says_the_same(contribution, text):
            raise_version(contribution)
            if contribution.number:
                contribution.discussion.touch()
        else:
            put(contribution, user, text, rendered)
        if proposed:
            put_proposal(contribution.proposal, proposed, proposed_html)
        entry = LogEntry.objects.record(
            "contribution.correct",
            actor=user,
            contribution=contribution,
            reason=reason,
            version=version,
            **changes,
        )
        tell_author(contribution, entry)
        if "parent" in changes and contribution.parent and contribution.number:
            tell_of_reply(contribution, entry)
    return contribution


def parent_of(contribution, number):
    """What it shall reply to, as it is now; the form has asked a moment ago."""
    if number is None:
        return None
    there = contribution.discussion.contributions.numbered().select_related("root")
    parent = there.filter(number=number).first()
    if parent is None:
        raise Stale
    if sentence := why_not_below(contribution, parent):
        raise Refused(sentence)
    return parent


def put(contribution, user, text, rendered):
    if contribution.is_published:
        by = {"by": user.person, "was_corrected": True}
        replace_text(contribution, text=text, rendered=rendered, **by)
    else:
        keep_revision(contribution, user.person, state=Revision.State.UNSEEN, was_corrected=True)
        put_text(contribution, text, rendered)


def put_proposal(change, text, rendered):
    change.body, answers_html = text.body, rendered[1]
    change.body_html = rendered[0]
    change.answers = [
        {"question": question.key, "body": body, "body_html": answers_html[question]}
        for question, body in text.answers.items()
    ]
    change.language, change.capacity = text.language, text.capacity
    change.save(update_fields=["body", "body_html", "answers", "language", "capacity"])


def unchanged(contribution):
    """The correction that corrects nothing."""
    return Correction(
        language=contribution.language,
        capacity=contribution.capacity,
        questions={one.question.key: one.question.key for one in contribution.answers_in_order},
        parent=contribution.parent_number,
    )
