"""Passages of a published text are put under the questions that they answer."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from facilitation.actions import assign
from facilitation.passages import MOST_PASSAGES, Passage, passages_of, rearranged
from forum import actions, archive, memory
from forum.models import Contribution, Discussion, LogEntry, Notification, Reading
from forum.models.contributions import MAX_CHARACTERS
from forum.telling import Told
from moderation.actions import hide, restore
from tests.factory import make_contribution, make_discussion, make_member, make_user
from tests.moderation.browsing import FormReader

BODY = """\
Dear colleagues, thank you.

Q1. What kept the network running for so long?

The **battery fund**.

Who should own the mast, and why? The assembly.

Question 3?
600 a year.

With kind regards"""


@pytest.fixture
def discussion(discussion):
    discussion.questions.filter(key="Q1").update(
        text="What kept the network running for so long?",
        translations={"fr": "Qu’est-ce qui a fait durer le réseau si longtemps\u202f?"},
    )
    discussion.questions.filter(key="Q2").update(text="Who should own the mast, and why?")
    return discussion


@pytest.fixture
def said(discussion, cast):
    return make_contribution(discussion, cast.participant, BODY, answers={"Q3": "See below."})


def passages(contribution):
    return passages_of(contribution.body, contribution.discussion.questions.all())


def put(contribution, user, keys=None, *, leave_out=True, version=None):
    """Assign as the page preselects it, or to other questions."""
    return assign(
        contribution,
        user=user,
        version=version or contribution.version,
        keys=keys or [passage.key for passage in passages(contribution)],
        leave_out=leave_out,
    )


def texts_of(contribution):
    """What stands under which question; the general text has no key."""
    answers = contribution.answers.order_by("question__number")
    return {"": contribution.body} | dict(answers.values_list("question__key", "body"))


def page_of(contribution, user=None, place="", language="en"):
    client = Client()
    if user:
        client.force_login(user)
    with translation.override(language):
        address = f"{contribution.get_absolute_url()}{place}"
    return client.get(address)


def form_on(response):
    """The fields of the page's own form."""
    reader = FormReader()
    reader.feed(response.content.decode())
    return {name: value for name, value in reader.forms[-1].items() if name}


def choices_in(form):
    return [value[0] for name, value in form.items() if name.startswith("passage-")]


def send(contribution, user, form, **changes):
    client = Client()
    client.force_login(user)
    return client.post(f"{contribution.get_absolute_url()}assign/", form | changes)


# --- passages ---


def test_a_text_comes_passage_by_passage_each_with_the_question_it_was_pasted_under(said):
    asked = "Q1. What kept the network running for so long?"
    assert passages(said) == [
        Passage("Dear colleagues, thank you."),
        Passage(f"{asked}\n\nThe **battery fund**.", "Q1", asked),
        Passage("Who should own the mast, and why? The assembly.", "Q2"),
        Passage("Question 3?\n600 a year.", "Q3", "Question 3?"),
        Passage("With kind regards", "Q3"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\n\n\n  \nTwo", ["One", "Two"]),
        ("One\nstill one\n\nTwo\n", ["One\nstill one", "Two"]),
        ("# Heading\n\nOne\n\nTwo", ["# Heading\n\nOne", "Two"]),
        ("# A\n\n## B\n\nOne", ["# A\n\n## B\n\nOne"]),
        ("#12 says it.\n\nTwo", ["#12 says it.", "Two"]),
        ("One\n\n# Heading", ["One", "# Heading"]),
        ("- a\n\n  more of a\n\n- b", ["- a\n\n  more of a", "- b"]),
        ("```\none\n\ntwo\n```\n\nThree", ["```\none\n\ntwo\n```", "Three"]),
        ("~~~\n```\n\ntwo\n~~~\n\nThree", ["~~~\n```\n\ntwo\n~~~", "Three"]),
        ("```\none\n\ntwo", ["```\none\n\ntwo"]),
    ],
)
def test_what_belongs_together_is_one_passage(text, expected):
    assert [passage.text for passage in passages_of(text, [])] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Alone on its lines, in its own words.
        ("Question 1?\n\nA", [("Q1", "Question 1?", "A")]),
        ("**1. Question 1?**\nA\n\nB", [("Q1", "**1. Question 1?**", "A"), ("Q1", "", "B")]),
        ("1. Question 1?\n\n    A\n\n    - B", [("Q1", "1. Question 1?", "A\n\n- B")]),
        ("Q2:\nA", [("Q2", "Q2:", "A")]),
        # With an answer in the same line: the line stays whole.
        ("Question 1? A", [("Q1", "", "Question 1? A")]),
        ("Q2: A", [("Q2", "", "Q2: A")]),
        # Nothing is said about it.
        (
            "Question 1?\n\nQuestion 2?\n\nA",
            [("Q1", "Question 1?", ""), ("Q2", "Question 2?", "A")],
        ),
    ],
)
def test_what_is_pasted_is_told_from_what_is_said(discussion, text, expected):
    for question in discussion.questions.all():
        discussion.questions.filter(pk=question.pk).update(text=f"Question {question.number}?")
    found = passages_of(text, discussion.questions.all())
    assert [(one.key, one.pasted, one.answer) for one in found] == expected


def test_words_that_are_only_nearly_the_questions_are_its_authors(discussion):
    asked = "What kept your network running for so long?"
    found = passages_of(f"{asked}\n\nThe fund.", discussion.questions.all())
    assert [(one.text, one.key, one.pasted) for one in found] == [
        (asked, "Q1", ""),
        ("The fund.", "Q1", ""),
    ]


def test_a_page_offers_no_more_choices_than_somebody_can_make(discussion):
    text = "\n\n".join(f"Passage {n}" for n in range(MOST_PASSAGES + 50))
    found = passages_of(text, discussion.questions.all())
    assert len(found) == MOST_PASSAGES
    assert "\n\n".join(passage.text for passage in found) == text


def test_no_word_is_lost_wherever_the_passages_go(discussion, cast):
    said = make_contribution(discussion, cast.participant, BODY, answers={"Q3": "See below."})
    said = Contribution.objects.for_display().get(pk=said.pk)
    questions = list(discussion.questions.all())
    for keys in (["Q3", "Q3", "Q1", "", "Q2"], ["", "Q2", "", "Q1", ""], 5 * ["Q2"]):
        text = rearranged(said, questions, keys, leave_out=False)
        now = [text.body, *text.answers.values()]
        assert sorted(" ".join(now).split()) == sorted(f"{BODY} See below.".split())


# --- the action ---


def test_the_passages_go_to_the_end_of_the_answers(said, cast):
    said = put(said, cast.facilitator)
    assert texts_of(said) == {
        "": "Dear colleagues, thank you.",
        "Q1": "The **battery fund**.",
        "Q2": "Who should own the mast, and why? The assembly.",
        "Q3": "See below.\n\n600 a year.\n\nWith kind regards",
    }
    assert "<strong>battery fund</strong>" in said.answers.get(question__key="Q1").body_html
    assert said.body_html == "<p>Dear colleagues, thank you.</p>\n"


def test_pasted_questions_stay_where_that_is_wished_and_under_every_other_question(said, cast):
    asked = "Q1. What kept the network running for so long?"
    keys = ["", "Q2", "", "Q3", ""]
    now = texts_of(put(said, cast.facilitator, keys))
    assert now["Q2"] == f"{asked}\n\nThe **battery fund**."
    assert now["Q3"] == "See below.\n\n600 a year."
    again = make_contribution(said.discussion, cast.participant, BODY)
    assert texts_of(put(again, cast.facilitator, leave_out=False)) == {
        "": "Dear colleagues, thank you.",
        "Q1": f"{asked}\n\nThe **battery fund**.",
        "Q2": "Who should own the mast, and why? The assembly.",
        "Q3": "Question 3?\n600 a year.\n\nWith kind regards",
    }


def test_the_old_text_is_kept_and_author_byline_place_and_name_stay(discussion, cast):
    discussion.touch(anonymous_allowed=True)
    root = make_contribution(discussion, cast.moderator, "Root")
    said = make_contribution(
        discussion,
        cast.participant,
        BODY,
        parent=root,
        answers={"Q3": "See below."},
        language="fr",
        capacity="official",
        anonymous=True,
    )
    discussion.touch(anonymous_allowed=False)
    kept = ("author", "byline", "number", "path", "published_at", "language", "capacity")
    before = {name: getattr(said, name) for name in (*kept, "anonymous", "body_html")}
    now = put(said, cast.facilitator)
    assert {name: getattr(now, name) for name in (*kept, "anonymous")} == {
        name: before[name] for name in (*kept, "anonymous")
    }
    assert now.version == 2
    assert now.edited_at
    revision = now.revisions.get()
    assert (revision.version, revision.body, revision.body_html) == (1, BODY, before["body_html"])
    assert [(one["question"], one["body"]) for one in revision.answers] == [("Q3", "See below.")]
    assert revision.replaced_by == cast.facilitator.person
    assert revision.written_at == said.published_at
    assert (revision.language, revision.capacity, revision.anonymous) == ("fr", "official", True)


def test_everything_is_counted_anew(said, discussion, cast):
    make_contribution(discussion, cast.participant, "Mine", answers={"Q1": "Yes"})
    put(said, cast.facilitator)
    discussion.refresh_from_db()
    assert (discussion.contribution_count, discussion.author_count) == (2, 1)
    counts = discussion.questions.values_list("key", "answer_count")
    assert dict(counts) == {"Q1": 2, "Q2": 1, "Q3": 1}


def test_the_log_knows_the_questions_and_no_word(said, cast):
    put(said, cast.facilitator)
    entry = LogEntry.objects.get(act="contribution.assign")
    assert (entry.actor, entry.contribution, entry.label) == (cast.facilitator.person, said, "#1")
    assert entry.details == {"version": 1, "questions": ["Q1", "Q2", "Q3"]}
    assert not entry.as_superuser
    client = Client()
    client.force_login(cast.organiser)
    log = client.get(f"/admin/forum/discussion/{said.discussion_id}/history/").content.decode()
    assert "assigned passages of a contribution to questions" in log
    assert "Q1, Q2, Q3" in log


def test_a_superuser_without_a_role_assigns_as_such(said, cast):
    put(said, make_user("Root", is_superuser=True))
    assert LogEntry.objects.get(act="contribution.assign").as_superuser


@pytest.mark.parametrize("who", ["participant", "moderator", "stranger"])
def test_only_facilitators_and_organisers_assign(said, cast, who):
    with pytest.raises(actions.Refused, match="Only facilitators and organisers"):
        put(said, getattr(cast, who))
    assert texts_of(said)[""] == BODY
    assert not Notification.objects.exists()


def test_what_is_hidden_or_has_no_general_text_is_not_assigned(said, discussion, cast):
    hidden = hide(said, user=cast.moderator, version=1, reason="spam")
    with pytest.raises(actions.Refused, match="published contribution"):
        put(hidden, cast.facilitator)
    answered = make_contribution(discussion, cast.participant, "", answers={"Q1": "Yes"})
    with pytest.raises(actions.Refused, match="no general text"):
        put(answered, cast.facilitator)


def test_where_nothing_is_asked_nothing_is_assigned(cast):
    discussion = make_discussion("unasked", questions=0)
    facilitator = make_member(discussion, "facilitator")
    said = make_contribution(discussion, cast.participant, BODY)
    answer = page_of(said, facilitator, "assign/")
    assert answer.status_code == 403
    assert "This discussion has no guiding questions." in answer.content.decode()


# --- two at once ---


def test_an_older_version_is_not_assigned(said, cast):
    text = actions.Text(body="Something else", language="en")
    now = actions.edit(said, user=cast.participant, text=text, version=1)
    for stale, version in ((said, 1), (said, 2), (now, 1)):
        with pytest.raises(actions.Stale):
            put(stale, cast.facilitator, version=version)
    assert texts_of(now) == {"": "Something else"}
    assert now.revisions.count() == 1
    assert not Notification.objects.exists()


def test_of_two_who_assign_at_the_same_moment_one_is_told(committed):
    discussion = make_discussion("busy")
    facilitators = [make_member(discussion, "facilitator") for _one in range(2)]
    said = make_contribution(discussion, make_user("Ana Souza"), "A\n\nB")

    def attempt(user):
        try:
            put(Contribution.objects.get(pk=said.pk), user, ["Q1", "Q2"], version=1)
        except actions.Stale:
            return "stale"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, facilitators)) == ["done", "stale"]
    assert texts_of(Contribution.objects.get(pk=said.pk)) == {"": "", "Q1": "A", "Q2": "B"}
    assert said.revisions.count() == 1
    discussion.refresh_from_db()
    assert discussion.contribution_count == 1
    assert Notification.objects.count() == 1


def test_whoever_comes_second_sees_what_stands_there_now_and_keeps_their_choices(said, cast):
    first, second = (
        form_on(page_of(said, user, "assign/")) for user in (cast.facilitator, cast.organiser)
    )
    names = [name for name in second if name.startswith("passage-")]
    mine = second | {names[0]: ["Q2"], names[4]: [""]}
    everything_stays = {name: [""] for name in names}
    answer = send(said, cast.facilitator, first | everything_stays | {names[1]: ["Q1"]})
    assert answer.status_code == 302

    refused = send(said, cast.organiser, mine)
    assert refused.status_code == 422
    assert "This was changed by somebody else meanwhile." in refused.content.decode()
    now = form_on(refused)
    assert now["version"] == ["2"]
    assert {name for name in now if name.startswith("passage-")} == set(names) - {names[1]}
    assert choices_in(now) == ["Q2", "Q2", "Q3", ""]
    assert texts_of(said)["Q1"] == "The **battery fund**."

    assert send(said, cast.organiser, now).status_code == 302
    said.refresh_from_db()
    assert said.version == 3
    assert texts_of(said) == {
        "": "With kind regards",
        "Q1": "The **battery fund**.",
        "Q2": "Dear colleagues, thank you.\n\nWho should own the mast, and why? The assembly.",
        "Q3": "See below.\n\n600 a year.",
    }


def test_a_text_that_was_hidden_and_restored_meanwhile_is_shown_again(said, cast):
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    hidden = hide(said, user=cast.moderator, version=1, reason="spam")
    restore(hidden, user=cast.moderator, version=2)
    refused = send(said, cast.facilitator, form)
    assert refused.status_code == 422
    assert form_on(refused)["version"] == ["3"]
    assert choices_in(form_on(refused)) == choices_in(form)


def test_other_passages_than_those_on_the_page_are_shown_first(said, discussion, cast):
    """A question was translated meanwhile, and with it other lines are recognised."""
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    question = discussion.questions.get(key="Q3")
    question.text, question.translations = "How much?", {}
    actions.save_question(question, user=cast.organiser)
    refused = send(said, cast.facilitator, form)
    assert refused.status_code == 422
    assert "Look at it again." in refused.content.decode()
    assert not said.revisions.exists()
    assert choices_in(form_on(refused)) == ["", "Q1", "Q2", "Q2", "Q3"]
    assert send(said, cast.facilitator, form_on(refused)).status_code == 302


def test_other_words_of_a_question_between_the_page_and_the_writing_are_noticed(said, cast):
    with pytest.raises(actions.Stale):
        put(said, cast.facilitator, ["Q1", "Q2"])
    assert not said.revisions.exists()


# --- the page ---


def test_the_page_preselects_what_it_recognises(said, cast):
    page = page_of(said, cast.facilitator, "assign/")
    form = form_on(page)
    assert choices_in(form) == ["", "Q1", "Q2", "Q3", "Q3"]
    assert form["leave_out"] == ["on"]
    assert form["version"] == ["1"]
    assert "Q1. What kept the network running for so long?</option>" in page.content.decode()
    french = page_of(said, cast.facilitator, "assign/", "fr").content.decode()
    assert "Q1. Qu’est-ce qui a fait durer le réseau si longtemps\u202f?</option>" in french


def test_a_question_pasted_in_another_language_is_recognised(discussion, cast):
    body = "Qu'est-ce qui a fait durer le réseau si longtemps ?\n\nLa caisse."
    said = make_contribution(discussion, cast.participant, body, language="fr")
    assert texts_of(put(said, cast.facilitator)) == {"": "", "Q1": "La caisse."}


def test_a_text_without_pasted_questions_offers_nothing_to_leave_out(discussion, cast):
    said = make_contribution(discussion, cast.participant, "One\n\nOne")
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    assert choices_in(form) == ["", ""]
    assert "leave_out" not in form
    names = [name for name in form if name.startswith("passage-")]
    assert send(said, cast.facilitator, form | {names[1]: ["Q3"]}).status_code == 302
    said.refresh_from_db()
    assert texts_of(said) == {"": "One", "Q3": "One"}


def test_unticked_the_pasted_questions_stay(said, cast):
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    del form["leave_out"]
    assert send(said, cast.facilitator, form).status_code == 302
    said.refresh_from_db()
    assert texts_of(said)["Q3"] == "See below.\n\nQuestion 3?\n600 a year.\n\nWith kind regards"


def test_somebody_who_chooses_nothing_is_asked_to(said, cast):
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    nothing = {name: "" for name in form if name.startswith("passage-")}
    refused = send(said, cast.facilitator, form | nothing)
    assert refused.status_code == 422
    assert "Choose a question for at least one passage." in refused.content.decode()
    assert not said.revisions.exists()


def test_a_question_alone_is_not_assigned_to_itself(discussion, cast):
    said = make_contribution(discussion, cast.participant, "Question 3?")
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    assert send(said, cast.facilitator, form).status_code == 422
    assert texts_of(said) == {"": "Question 3?"}


def test_a_question_that_is_not_of_this_discussion_is_refused(said, cast):
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    name = next(name for name in form if name.startswith("passage-"))
    assert send(said, cast.facilitator, form | {name: "Q9"}).status_code == 422
    assert not said.revisions.exists()


def test_what_would_become_too_long_is_refused(discussion, cast):
    body = "Question 1?\nA\n" + "a" * (MAX_CHARACTERS - 20)
    said = make_contribution(discussion, cast.participant, body, answers={"Q3": "b" * 6})
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    names = [name for name in form if name.startswith("passage-")]
    refused = send(said, cast.facilitator, form | {names[0]: "Q3"})
    assert refused.status_code == 422
    assert "too long" in refused.content.decode()
    assert not said.revisions.exists()


def test_the_page_keeps_the_direction_of_the_text_and_trusts_none_of_it(discussion, cast):
    said = make_contribution(
        discussion, cast.participant, "<script>alert(1)</script>\n\nنص", language="ar"
    )
    page = page_of(said, cast.facilitator, "assign/").content.decode()
    assert page.count('class="passage" lang="ar" dir="rtl"') == 2
    assert "<script>alert" not in page


def test_the_link_is_there_for_those_who_may(said, cast):
    for name in ("organiser", "facilitator", "moderator", "participant", "stranger"):
        page = page_of(said, getattr(cast, name)).content.decode()
        assert ("/1/assign/" in page) == (name in {"organiser", "facilitator"}), name
    put(said, cast.facilitator, ["Q1", "Q1", "Q1", "Q1", "Q1"])
    assert "/1/assign/" not in page_of(said, cast.facilitator).content.decode()


# --- who is told what ---


def test_readers_are_told_who_changed_it(said, discussion, cast):
    told = "assigned to questions by a facilitator"
    assert told not in page_of(said).content.decode()
    put(said, cast.facilitator)
    for page in (page_of(said), page_of(discussion), page_of(said, place="history/")):
        times = 2 if "history" in page.request["PATH_INFO"] else 1
        assert page.content.decode().count(told) == times
        assert "Karim Benali" not in page.content.decode().replace(people(page), "")


def people(page):
    found = re.search(r'<section class="people".*?</section>', page.content.decode(), re.S)
    return found[0] if found else "\0"


def test_what_authors_do_themselves_is_an_edit(discussion, cast):
    said = make_contribution(discussion, cast.facilitator, BODY)
    text = actions.Text(body=f"{BODY}!", language="en")
    said = actions.edit(said, user=cast.facilitator, text=text, version=1)
    put(said, cast.facilitator)
    for place in ("", "history/"):
        page = page_of(said, place=place).content.decode()
        assert "edited" in page
        assert "by a facilitator" not in page
    assert not Notification.objects.exists()


def test_the_reply_shows_it_too_and_no_page_takes_more_queries(
    said, discussion, cast, django_assert_num_queries
):
    put(said, cast.facilitator)
    reply = make_contribution(discussion, cast.moderator, "A reply", parent=said)
    assert "by a facilitator" in page_of(reply).content.decode()
    with django_assert_num_queries(7):
        page_of(discussion, place="?utm_source=mail")
    for _more in range(5):
        put(make_contribution(discussion, cast.participant, BODY), cast.facilitator)
    with django_assert_num_queries(7):
        page_of(discussion, place="?utm_source=mail")


def test_the_buttons_of_a_facilitator_take_no_more_queries_on_a_long_page(said, discussion, cast):
    numbers = []
    page_of(discussion, cast.facilitator)
    for more in (0, 5):
        for _one in range(more):
            make_contribution(discussion, cast.participant, BODY)
        # Everything is new each time.
        Reading.objects.update(seen=0, new_after=0)
        memory.forget()
        with CaptureQueriesContext(connection) as captured:
            page = page_of(discussion, cast.facilitator).content.decode()
        assert page.count("/assign/") == 1 + more
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_the_author_is_told_with_a_link_to_the_history(said, cast):
    put(said, cast.facilitator)
    [row] = Notification.objects.of(cast.participant.person).for_list()
    told = Told(row)
    assert told.headline == "Your contribution #1 was assigned to questions"
    assert "Q1, Q2, Q3" in told.detail
    assert "battery fund" not in told.detail
    assert told.path == "/discussions/open-discussion/1/history/"


# --- the archive ---


def test_an_assigned_contribution_goes_out_and_in_with_its_revision(said, discussion, cast):
    put(said, cast.facilitator)
    document = archive.dump(discussion, full=True)
    [entry] = document["contributions"]
    assert entry["version"] == 2
    assert [one["body"] for one in entry["revisions"]] == [BODY]
    assert entry["revisions"][0]["replaced_by"] != entry["author"]
    assert document["log"][-1]["act"] == "contribution.assign"
    assert document["log"][-1]["details"] == {"version": 1, "questions": ["Q1", "Q2", "Q3"]}

    document["discussion"]["slug"] = "again"
    again = archive.load(archive.read(document))
    assert archive.dump(again, full=True) == document
    assert (
        "assigned to questions by a facilitator"
        in page_of(again.contributions.get()).content.decode()
    )


def test_assigning_is_possible_long_after_the_closing(said, cast):
    Discussion.objects.filter(pk=said.discussion_id).update(closed_early_at=timezone.now())
    form = form_on(page_of(said, cast.facilitator, "assign/"))
    assert send(said, cast.facilitator, form).status_code == 302
    said.refresh_from_db()
    assert said.version == 2
