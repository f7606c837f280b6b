"""A moderator moves threads about while people reply to them, each in a process of their own."""

from forum.models import LogEntry
from tests.factory import make_contribution, make_discussion, make_member, make_user

from .judge import faults_of_counters, faults_of_numbers, faults_of_places
from .test_deciding import Decider

TIMES, REPLIES = 20, 5


def test_replies_arrive_while_what_they_reply_to_moves(committed, tmp_path):
    discussion = make_discussion("moved")
    moderator = make_member(discussion, "moderator")
    writer = make_member(discussion, "moderator", make_user("Writer Example"))
    first = make_contribution(discussion, writer, "First")
    second = make_contribution(discussion, writer, "Second")
    moved = make_contribution(discussion, writer, "Moved about", parent=second)
    deepest = make_contribution(discussion, writer, "Below", parent=moved)
    mover, replier = Decider(moderator, tmp_path), Decider(writer, tmp_path)
    for n in range(TIMES):
        moved.refresh_from_db()
        for _reply in range(REPLIES):
            replier.ask("reply", (moved, deepest)[n % 2])
        # In the middle of them.
        assert replier.answer() == "won"
        mover.ask(("below_first", "below_second")[n % 2], moved)
        assert [replier.answer() for _reply in range(REPLIES - 1)] == ["won"] * (REPLIES - 1)
        assert mover.answer() == "won"
        deepest = discussion.contributions.order_by("-number").first()
    for decider in (mover, replier):
        decider.end()

    discussion.refresh_from_db()
    numbered = discussion.contributions.numbered().select_related("parent")
    assert numbered.count() == 4 + TIMES * REPLIES
    assert LogEntry.objects.filter(act="contribution.correct").count() == TIMES
    # The last move was to the second: whatever was said below it is in that thread.
    assert first.thread.count() == 0
    assert second.thread.count() == 2 + TIMES * REPLIES
    assert [
        *faults_of_numbers(discussion, numbered),
        *faults_of_places(numbered),
        *faults_of_counters(discussion),
    ] == []
