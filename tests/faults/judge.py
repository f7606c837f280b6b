"""Compares a discussion with what those were told who wrote to it over a line that was cut."""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.db import connection

from tests.concurrency.judge import contributions_of, faults_of_record

MARK = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Deed:
    """A form that somebody has sent, once or until there was an answer, and what they were told."""

    kind: str  # publish, edit or keep
    writer: str
    form: dict
    parent: int | None = None
    # Of what is edited.
    number: int | None = None
    told: list = field(default_factory=list)

    def __str__(self):
        return f"{self.kind} {self.mark}"

    @property
    def key(self):
        """What the form is known by."""
        return self.writer, self.form.get("submission_key")

    @property
    def mark(self):
        return MARK.search(self.form["body"])[0]

    @property
    def said(self):
        """(text, answers, language, capacity) as they must be stored."""
        answers = {
            name.removeprefix("answer-"): stored(text)
            for name, text in self.form.items()
            if name.startswith("answer-")
        }
        return stored(self.form["body"]), answers, self.form["language"], self.form["capacity"]

    @property
    def acknowledged(self):
        return any(entry["act"] == "acknowledged" for entry in self.told)

    @property
    def numbers(self):
        """The numbers that it was acknowledged with; more than one is a fault."""
        return {entry["number"] for entry in self.told if "number" in entry}


def stored(text):
    """Browsers end a line with two signs, the site with one; nothing else may differ."""
    return text.replace("\r\n", "\n")


def deeds_of(ledger):
    deeds = {}
    for entry in ledger:
        if entry["act"] == "sending" and entry["deed"] not in deeds:
            about = {name: entry.get(name) for name in ("parent", "number")}
            deeds[entry["deed"]] = Deed(entry["kind"], entry["writer"], entry["form"], **about)
        elif entry["act"] != "sending" and "deed" in entry:
            deeds[entry["deed"]].told.append(entry)
    return list(deeds.values())


def faults(discussion, ledger):
    """Everything that is wrong, as sentences. Three begin with a word of their own: what is lost,
    doubled or mangled."""
    contributions = contributions_of(discussion)
    deeds = deeds_of(ledger)
    return [
        *faults_of_record(discussion, contributions),
        *faults_of_answers(ledger, deeds),
        *faults_of_keys(contributions, deeds),
        *faults_of_marks(contributions, deeds),
        *faults_of_texts(contributions, deeds),
        *faults_of_drafts(discussion, contributions, deeds),
        *faults_of_file(),
    ]


def faults_of_answers(ledger, deeds):
    """Nobody did anything that is refused, and a cut line is no reason for an error."""
    for entry in ledger:
        if entry["act"] == "unreadable":
            yield f"{entry['path']} was {entry['status']}"
    for deed in deeds:
        for entry in deed.told:
            if entry["act"] in {"refused", "failed"}:
                yield f"{deed} was {entry['act']}: {entry}"


def grouped(things, key):
    found = {}
    for thing in things:
        found.setdefault(key(thing), []).append(thing)
    return found


def key_of(contribution):
    return contribution.author.user.email, str(contribution.submission_key)


def faults_of_keys(contributions, deeds):
    """What was acknowledged is there once, under its number; anything else once or not at all."""
    there = grouped(contributions, key_of)
    for deed in deeds:
        if deed.kind != "publish":
            continue
        found = there.pop(deed.key, [])
        numbers = {contribution.number for contribution in found}
        if len(found) > 1:
            yield f"doubled: {deed} became {sorted(numbers)}"
        if not deed.numbers <= numbers or (deed.acknowledged and not found):
            yield f"lost: {deed} was acknowledged as {sorted(deed.numbers)}, there is {numbers}"
        if len(deed.numbers) > 1:
            yield f"{deed} was acknowledged as {sorted(deed.numbers)}"
    for found in there.values():
        yield f"{found} came with a form that nobody has sent"


def faults_of_marks(contributions, deeds):
    """No text stands there more often than somebody has meant it to."""
    meant = Counter(deed.mark for deed in deeds if deed.kind != "keep")
    there = Counter()
    for contribution in contributions:
        there.update({mark for text, *_ in history(contribution) for mark in MARK.findall(text)})
    for mark in there - meant:
        yield f"{mark} stands there {there[mark]} times, and was meant to {meant[mark]} times"


def history(contribution):
    """(text, answers, language, capacity) of every version, the one that stands there now last."""
    for old in contribution.revisions.all():
        answers = {answer["question"]: answer["body"] for answer in old.answers}
        yield old.body, answers, old.language, old.capacity
    now = contribution
    answers = {answer.question.key: answer.body for answer in now.answers.all()}
    yield now.body, answers, now.language, now.capacity


def faults_of_texts(contributions, deeds):
    """Every version is what was sent, in the order in which it was sent; of those that were
    acknowledged none is missing."""
    sent = {deed.key: deed for deed in deeds if deed.kind == "publish"}
    edits = grouped([deed for deed in deeds if deed.kind == "edit"], lambda edit: edit.number)
    for contribution in contributions:
        if key_of(contribution) not in sent:
            continue
        first, later = sent[key_of(contribution)], edits.get(contribution.number, [])
        there = list(history(contribution))
        for edit in later:
            if edit.acknowledged and edit.said not in there:
                yield f"lost: {edit} of {contribution}"
        parent = contribution.parent.number if contribution.parent else None
        meant = [deed.said for deed in (first, *later) if deed.acknowledged or deed.said in there]
        if (there, parent) != (meant, first.parent):
            yield f"mangled: {contribution} is not what was sent: {first}"


def faults_of_drafts(discussion, contributions, deeds):
    """A draft that was said to be kept is there or was published, and never both."""
    published = grouped(contributions, key_of)
    drafts = discussion.drafts.select_related("person__user", "parent")
    there = {(draft.person.user.email, str(draft.submission_key)): draft for draft in drafts}
    kept = grouped([deed for deed in deeds if deed.kind == "keep"], lambda keep: keep.key)
    for key, keeps in kept.items():
        draft = there.pop(key, None)
        if draft and key in published:
            yield f"{published[key]} is there, and is still a draft"
        elif draft:
            yield from faults_of_draft(draft, keeps)
        elif key not in published and any(keep.acknowledged for keep in keeps):
            yield f"lost: {keeps[-1]}"
    for draft in there.values():
        yield f"the draft “{draft}” came with a form that nobody has sent"


def faults_of_draft(draft, keeps):
    parent = draft.parent.number if draft.parent else None
    said = draft.body, draft.answers, draft.language, draft.capacity
    if (said, parent) not in [(keep.said, keep.parent) for keep in keeps]:
        yield f"mangled: the draft “{draft}” is not what was sent: {keeps[-1]}"


def faults_of_file():
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            found = cursor.execute("PRAGMA integrity_check").fetchall()
        if found != [("ok",)]:
            yield f"the database file is damaged: {found}"
