"""The judge of what happens under fire sees every kind of fault, in the rows and in the ledger."""

import uuid
from types import SimpleNamespace

import pytest

from forum import actions
from forum.models import Answer, Contribution, Discussion, Draft, Revision
from tests.factory import make_contribution

from .judge import faults, stored

# 1 was edited and became 2; 3 replies to it; 4 is a draft of a reply to that.
TEXTS = [f"Text {uuid.UUID(int=n)} \r\n\r\n with “quotes” 🙂 " for n in range(5)]


class Told:
    """What somebody has sent, and was told."""

    def __init__(self, writer):
        self.writer, self.lines = writer.email, []

    def sends(self, kind, text, key=None, *, answers=None, **about):
        form = {"body": text, "language": "en", "capacity": "personal"} | (answers or {})
        form |= {"submission_key": str(key)} if key else {}
        self.deed = f"{kind} {text}"
        about |= {"deed": self.deed, "kind": kind, "writer": self.writer, "form": form}
        self.lines.append({"act": "sending"} | about)

    def hears(self, act, **about):
        self.lines.append({"act": act, "deed": self.deed} | about)


@pytest.fixture
def judged(discussion, cast):
    """A contribution with its edit, a reply, a draft, and the ledger that agrees with them."""
    ana, jonas = cast.participant, cast.stranger
    texts = [stored(text) for text in TEXTS]
    first = make_contribution(discussion, ana, texts[1], answers={"Q1": texts[1]})
    edited = actions.Text(body=texts[2], language="en")
    first = actions.edit(first, user=ana, text=edited, version=1)
    reply = make_contribution(discussion, jonas, texts[3], parent=first)
    draft = Draft.objects.create(
        discussion=discussion,
        person=ana.person,
        parent=reply,
        body=texts[4],
        language="en",
        capacity="personal",
    )
    told_ana, told_jonas = Told(ana), Told(jonas)
    told_ana.sends("publish", TEXTS[1], first.submission_key, answers={"answer-Q1": TEXTS[1]})
    told_ana.hears("unknown")
    told_ana.hears("acknowledged", number=1)
    told_ana.sends("edit", TEXTS[2], number=1)
    told_ana.hears("acknowledged", number=1)
    told_ana.sends("keep", TEXTS[4], draft.submission_key, parent=2)
    told_ana.hears("acknowledged")
    told_jonas.sends("publish", TEXTS[3], reply.submission_key, parent=1)
    told_jonas.hears("acknowledged", number=2)
    judged = SimpleNamespace(discussion=discussion, ana=told_ana, jonas=told_jonas, cast=cast)
    assert verdict(judged) == []
    return judged


def verdict(judged):
    return faults(judged.discussion, judged.ana.lines + judged.jonas.lines)


def change(which, **values):
    Contribution.objects.filter(number=which).update(**values)


def lose_the_answer(judged):
    """Jonas is never told what became of his reply."""
    judged.jonas.lines[-1]["act"] = "unknown"
    del judged.jonas.lines[-1]["number"]


# --- the rows ---


@pytest.mark.parametrize(
    ("doctor", "fault"),
    [
        (lambda judged: change(2, submission_key=uuid.uuid4()), "lost: publish"),
        (lambda judged: change(2, submission_key=uuid.uuid4()), "a form that nobody has sent"),
        (lambda judged: change(2, author=judged.cast.moderator.person), "lost: publish"),
        (lambda judged: change(2, number=3, path="000001000003"), "as [2], there is {3}"),
        (lambda judged: change(2, body=stored(TEXTS[3]).strip()), "mangled: #2"),
        (lambda judged: change(2, body=TEXTS[3]), "mangled: #2"),
        (lambda judged: change(2, capacity="official"), "mangled: #2"),
        (lambda judged: change(2, parent=None, root=None), "mangled: #2"),
        (lambda judged: change(1, body=stored(TEXTS[1])), "lost: edit"),
        (lambda judged: Revision.objects.update(body="Another"), "mangled: #1"),
        (lambda judged: Revision.objects.all().delete(), "mangled: #1"),
        (
            lambda judged: Answer.objects.create(
                contribution=Contribution.objects.get(number=2),
                question=judged.discussion.questions.first(),
                body="Never said",
            ),
            "mangled: #2",
        ),
        (
            lambda judged: make_contribution(
                judged.discussion, judged.cast.moderator, stored(TEXTS[3])
            ),
            "stands there 2 times, and was meant to 1 times",
        ),
        (lambda judged: Draft.objects.all().delete(), "lost: keep"),
        (lambda judged: Draft.objects.update(body=TEXTS[4]), "mangled: the draft"),
        (lambda judged: Draft.objects.update(parent=None), "mangled: the draft"),
        (lambda judged: Draft.objects.update(submission_key=uuid.uuid4()), "nobody has sent"),
        (lambda judged: Discussion.objects.update(author_count=1), "author_count is 1"),
    ],
)
def test_the_judge_sees_a_doctored_row(judged, doctor, fault):
    doctor(judged)
    assert any(fault in sentence for sentence in verdict(judged))


def test_a_draft_that_was_published_must_be_gone(judged):
    said = Contribution.objects.get(number=1)
    judged.ana.lines[-2]["form"]["submission_key"] = str(said.submission_key)
    Draft.objects.update(submission_key=said.submission_key)
    assert verdict(judged) == ["[<Contribution: #1>] is there, and is still a draft"]


# --- the ledger ---


@pytest.mark.parametrize(
    ("act", "about", "fault"),
    [
        ("acknowledged", {"number": 3}, "there is {2}"),
        ("acknowledged", {"number": 1}, "was acknowledged as [1, 2]"),
        ("refused", {"status": 422}, "was refused"),
        ("failed", {"status": 500}, "was failed"),
        ("unreadable", {"path": "/discussions/x/2/", "status": 404}, "/discussions/x/2/ was 404"),
    ],
)
def test_the_judge_sees_a_doctored_ledger(judged, act, about, fault):
    judged.jonas.hears(act, **about)
    assert any(fault in sentence for sentence in verdict(judged))


def test_what_nobody_was_told_of_may_be_there_or_not(judged):
    lose_the_answer(judged)
    assert verdict(judged) == []
    judged.jonas.sends("publish", TEXTS[0], uuid.uuid4())
    judged.jonas.hears("unknown")
    assert verdict(judged) == []


def test_what_was_acknowledged_and_never_came_is_lost(judged):
    judged.jonas.sends("publish", TEXTS[0], uuid.uuid4())
    judged.jonas.hears("acknowledged", number=3)
    assert [sentence.partition(":")[0] for sentence in verdict(judged)] == ["lost"]


def test_what_is_there_and_was_never_sent_is_seen(judged):
    judged.jonas.lines.clear()
    assert any("nobody has sent" in sentence for sentence in verdict(judged))
