"""A moderator corrects what a contribution is filed under: language, capacity, questions, place."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum import actions, memory
from forum.models import Contribution, LogEntry, Notification
from forum.models.contributions import MAX_DEPTH
from forum.telling import Told
from moderation.correcting import Correction, correct, unchanged
from moderation.entries import details_of
from tests.concurrency.judge import faults_of_counters, faults_of_numbers, faults_of_places
from tests.factory import make_contribution, make_discussion, make_held, make_member, make_user


def faults(discussion):
    discussion.refresh_from_db()
    numbered = discussion.contributions.numbered().select_related("parent")
    return [
        *faults_of_numbers(discussion, numbered),
        *faults_of_places(numbered),
        *faults_of_counters(discussion),
    ]


def corrected(contribution, user, **values):
    contribution = Contribution.objects.select_related("discussion", "parent").get(
        pk=contribution.pk
    )
    as_it_is = unchanged(contribution)
    parts = {name: getattr(as_it_is, name) for name in ("language", "capacity", "parent")}
    questions = as_it_is.questions | values.pop("questions", {})
    wanted = Correction(**parts | values, questions=questions)
    return correct(contribution, user=user, version=contribution.version, correction=wanted)


def answers_of(contribution):
    return dict(contribution.answers.values_list("question__key", "body"))


def answer_counts(discussion):
    return list(discussion.questions.order_by("number").values_list("answer_count", flat=True))


@pytest.fixture
def said(discussion, cast):
    return make_contribution(
        discussion, cast.participant, "General", answers={"Q1": "First", "Q2": "*Second*"}
    )


def test_another_language_and_capacity_with_the_earlier_version_kept(said, discussion, cast):
    version = discussion.version
    changed = corrected(said, cast.moderator, language="fr", capacity="official")
    changed.refresh_from_db()
    assert (changed.language, changed.capacity, changed.body) == ("fr", "official", "General")
    earlier = changed.revisions.shown().get()
    assert (earlier.language, earlier.capacity) == ("en", "personal")
    assert (earlier.was_corrected, earlier.was_assigned) == (True, False)
    assert (changed.was_corrected, changed.was_assigned) == (True, False)
    assert faults(discussion) == []
    assert discussion.version > version


def test_the_log_has_old_and_new_codes_and_the_author_is_told(said, discussion, cast):
    first = make_contribution(discussion, cast.stranger, "Another")
    reply = make_contribution(
        discussion, cast.participant, "Of both", parent=first, answers={"Q1": "Yes"}
    )
    corrected(reply, cast.moderator, language="fr", parent=1, questions={"Q1": ""})
    entry = LogEntry.objects.get(act="contribution.correct")
    assert entry.details == {
        "version": 1,
        "language": [["en", "fr"]],
        "parent": [[2, 1]],
        "answers": [["Q1", ""]],
    }
    assert "Answer to: General comments instead of Q1" in details_of(entry)
    told = Told(Notification.objects.get(recipient=cast.participant.person, occasion="act"))
    assert "corrected" in told.headline
    assert "In reply to: #1 instead of #2" in told.detail


def test_an_answer_moves_to_another_question_behind_what_is_there(said, discussion, cast):
    assert answer_counts(discussion) == [1, 1, 0]
    changed = corrected(said, cast.moderator, questions={"Q1": "Q2"})
    assert answers_of(changed) == {"Q2": "*Second*\n\nFirst"}
    assert "<em>Second</em>" in changed.answers.get().body_html
    assert answer_counts(discussion) == [0, 1, 0]
    changed = corrected(said, cast.moderator, questions={"Q2": ""})
    assert (changed.body, answers_of(changed)) == ("General\n\n*Second*\n\nFirst", {})
    assert answer_counts(discussion) == [0, 0, 0]
    assert faults(discussion) == []


def test_two_answers_change_places(said, discussion, cast):
    changed = corrected(said, cast.moderator, questions={"Q1": "Q2", "Q2": "Q1"})
    assert answers_of(changed) == {"Q1": "*Second*", "Q2": "First"}
    assert answer_counts(discussion) == [1, 1, 0]


def test_a_change_that_waits_is_corrected_with_it(said, discussion, cast):
    type(discussion).objects.filter(pk=discussion.pk).update(moderation="all_held")
    q1 = discussion.questions.get(key="Q1")
    better = actions.Text(body="Better", language="en", answers={q1: "One"})
    actions.edit(said, user=cast.participant, text=better, version=1)
    corrected(said, cast.moderator, language="fr", questions={"Q1": "Q3"})
    proposal = said.revisions.pending().get()
    assert (proposal.language, proposal.body) == ("fr", "Better")
    [answer] = proposal.answers
    assert (answer["question"], answer["body"]) == ("Q3", "One")


def test_a_contribution_moves_with_whatever_replies_to_it(said, discussion, cast):
    other = make_contribution(discussion, cast.stranger, "Another")
    reply = make_contribution(discussion, cast.participant, "A reply", parent=other)
    below = make_contribution(discussion, cast.stranger, "Below", parent=reply)
    held = make_held(discussion, cast.stranger, "Waits", parent=below)
    moved = corrected(reply, cast.moderator, parent=said.number)
    below.refresh_from_db()
    held.refresh_from_db()
    assert (moved.path, below.path) == ("000001000003", "000001000003000004")
    assert (moved.root, below.root, held.root) == (said, said, said)
    assert moved.revisions.count() == 0
    assert faults(discussion) == []
    # Whose contribution it was a reply to is told so no more, who has it now is.
    told = Notification.objects.tellable_to(cast.participant).filter(occasion="reply")
    assert not told.of(cast.stranger.person).filter(contribution=moved).exists()
    corrected(below, cast.moderator, parent=None)
    below.refresh_from_db()
    held.refresh_from_db()
    assert (below.path, below.root, held.root) == ("000004", None, below)
    assert faults(discussion) == []


def test_the_author_of_the_new_parent_is_told_of_the_reply(said, discussion, cast):
    late = make_contribution(discussion, cast.stranger, "Meant as a reply")
    corrected(late, cast.moderator, parent=said.number)
    told = Notification.objects.get(recipient=cast.participant.person, occasion="reply")
    assert Told(told).headline == "Jonas Berg has replied to your contribution #1"
    corrected(late, cast.moderator, parent=None)
    assert not Notification.objects.tellable_to(cast.participant).filter(occasion="reply").exists()


def test_a_subtree_that_is_too_deep_stands_on_the_last_level(discussion, cast):
    above = None
    for n in range(MAX_DEPTH + 2):
        above = make_contribution(discussion, cast.participant, f"Deep {n}", parent=above)
    other = make_contribution(discussion, cast.participant, "Other")
    below = make_contribution(discussion, cast.participant, "Below", parent=other)
    corrected(other, cast.moderator, parent=MAX_DEPTH)
    below.refresh_from_db()
    assert below.depth == MAX_DEPTH
    assert faults(discussion) == []
    corrected(discussion.contributions.get(number=2), cast.moderator, parent=None)
    assert faults(discussion) == []


@pytest.mark.parametrize(
    ("parent", "sentence"),
    [
        ("2", "A contribution cannot reply to itself."),
        ("3", "#3 was published later"),
        ("4", "#4 was published later"),
        ("5", "There is no contribution with this number here."),
        ("x", "There is no contribution with this number here."),
        ("1", "#1 is hidden or withdrawn."),
    ],
)
def test_what_it_cannot_reply_to(client, said, discussion, cast, parent, sentence):
    """Itself, what replies to it, what came later, what is not there, what nobody reads."""
    own = make_contribution(discussion, cast.participant, "Second")
    below = make_contribution(discussion, cast.participant, "Third", parent=own)
    make_contribution(discussion, cast.participant, "Fourth", parent=below)
    actions.withdraw(said, user=cast.participant, version=1)
    client.force_login(cast.moderator)
    response = send(client, own, parent=parent)
    assert response.status_code == 422
    assert sentence in response.content.decode().replace("&#x27;", "'")
    assert faults(discussion) == []


def address(contribution):
    return f"{contribution.get_absolute_url()}correct/"


def send(client, contribution, **changes):
    form = client.get(address(contribution)).context["form"]
    return client.post(address(contribution), form.initial | changes)


def test_the_page_corrects_and_leads_back(client, said, cast):
    client.force_login(cast.moderator)
    answer = send(client, said, **{"question-Q1": "Q3", "reason": "asked_for"})
    assert answer.url == said.get_absolute_url()
    assert answers_of(said) == {"Q2": "*Second*", "Q3": "First"}
    page = client.get(said.get_absolute_url()).content.decode()
    assert "corrected by a moderator" in page
    assert LogEntry.objects.latest("pk").reason == "asked_for"


def test_nothing_changed_is_not_an_act(client, said, cast):
    client.force_login(cast.moderator)
    answer = send(client, said)
    assert answer.status_code == 422
    assert not LogEntry.objects.filter(act="contribution.correct").exists()


def test_who_comes_second_sees_what_the_first_did_and_undoes_nothing(client, said, cast):
    client.force_login(cast.organiser)
    form = client.get(address(said)).context["form"]
    corrected(said, cast.moderator, language="fr")
    answer = client.post(address(said), form.initial | {"question-Q1": "Q3"})
    assert answer.status_code == 422
    assert "changed by somebody else" in answer.content.decode()
    assert "Lucía Fernández" in answer.content.decode()
    again = answer.context["form"].initial
    assert (again["language"], again["question-Q1"], again["version"]) == ("fr", "Q3", 2)
    assert client.post(address(said), again).status_code == 302
    said.refresh_from_db()
    assert (said.language, answers_of(said)) == ("fr", {"Q2": "*Second*", "Q3": "First"})


def test_what_waits_is_corrected_before_it_is_published(client, said, discussion, cast):
    held = make_held(discussion, cast.stranger, "Waits", answers={"Q1": "Yes"})
    discussion.refresh_from_db()
    version = discussion.version
    client.force_login(cast.moderator)
    place = f"/moderation/{held.pk}/correct/"
    form = client.get(place).context["form"]
    fields = {"language": "fr", "parent": "#1", "question-Q1": "Q2"}
    assert client.post(place, form.initial | fields).url == f"/moderation/{held.pk}/"
    held.refresh_from_db()
    assert (held.language, held.parent, held.root) == ("fr", said, said)
    assert answers_of(held) == {"Q2": "Yes"}
    assert held.revisions.get().state == "unseen"
    discussion.refresh_from_db()
    assert discussion.version == version
    assert faults(discussion) == []


def test_queries_do_not_depend_on_the_size_of_the_thread(
    discussion, cast, django_assert_max_num_queries
):
    first = make_contribution(discussion, cast.participant, "First")
    second = make_contribution(discussion, cast.participant, "Second")
    counts = []
    for _size in range(2):
        for n in range(5):
            make_contribution(discussion, cast.participant, f"Reply {n}", parent=second)
        memory.forget()
        with django_assert_max_num_queries(60) as captured:
            corrected(second, cast.moderator, parent=first.number)
        counts.append(len(captured))
        corrected(second, cast.moderator, parent=None)
    assert counts[0] == counts[1]


# What stands below what at first, and who is moved where.
numbers = st.integers(min_value=0, max_value=11)
TREES = st.lists(numbers, min_size=12, max_size=12)
MOVES = st.lists(st.tuples(numbers, numbers), max_size=8)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tree=TREES, moves=MOVES, deep=st.booleans())
def test_after_any_moves_the_tree_is_whole(db, tree, moves, deep):
    discussion = make_discussion()
    moderator = make_member(discussion, "moderator", make_user("Moderator Example"))
    rows = []
    for n, above in enumerate(tree):
        # 0 begins a thread; a deep tree goes down as far as it can, and further.
        place = n if deep and n else above % (n + 1)
        rows.append(
            make_contribution(
                discussion, moderator, f"{n}", parent=rows[place - 1] if place else None
            )
        )
    for which, above in moves:
        row = rows[which]
        parent = above % row.number or None
        corrected(row, moderator, parent=parent)
    assert faults(discussion) == []


@pytest.mark.parametrize("shown", ["[" * 100_000, '{"a":' * 100_000, "[1]", "x", "null"])
def test_what_the_page_showed_may_be_anything(client, said, cast, shown):
    client.force_login(cast.moderator)
    values = {"version": 99, "language": "fr", "capacity": "personal", "shown": shown}
    assert client.post(f"{said.get_absolute_url()}correct/", values).status_code == 422
