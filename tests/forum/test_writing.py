"""Writing where it easily goes wrong: twice, without a name, too late, stale, too much."""

import re
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions, threads
from forum.models import Answer, Contribution, Discussion, LogEntry, Page
from moderation.actions import hide, restore
from tests.factory import make_contribution, make_discussion, make_person, make_user

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def form(**values):
    """What a browser sends for a first contribution."""
    usual = {
        "body": "Words",
        "language": "en",
        "capacity": "personal",
        "terms": "on",
        "rules": Page.objects.current("rules").pk,
        "submission_key": str(uuid.uuid4()),
    }
    return usual | values


def text_of(response):
    return response.content.decode()


# --- without a name ---


def test_a_text_sent_without_a_name_is_refused_once_that_is_not_offered(cast):
    discussion = make_discussion("shy", anonymous_allowed=False)
    response = signed_in(cast.stranger).post(
        f"{discussion.get_absolute_url()}contribute/", form(anonymous="on", body="Secretly")
    )
    assert response.status_code == 403
    assert "Secretly" in text_of(response)
    assert not discussion.contributions.exists()


def test_an_edit_keeps_the_name_hidden_also_where_that_is_offered_no_more(cast):
    discussion = make_discussion("shy", anonymous_allowed=True)
    said = make_contribution(discussion, cast.participant, "Secretly", anonymous=True)
    discussion.touch(anonymous_allowed=False)
    client = signed_in(cast.participant)
    page = text_of(client.get(f"{said.get_absolute_url()}edit/"))
    assert re.search(r'name="anonymous"[^>]* checked', page)
    sent = form(body="Secretly, corrected", version=1, anonymous="on")
    assert client.post(f"{said.get_absolute_url()}edit/", sent).status_code == 302
    page = text_of(Client().get(said.get_absolute_url()))
    assert "Secretly, corrected" in page
    assert cast.participant.person.name not in page


# --- twice ---


def test_a_withdrawn_text_that_is_sent_again_is_not_called_published(discussion, cast):
    client, sent = signed_in(cast.participant), form()
    address = f"{discussion.get_absolute_url()}contribute/"
    client.post(address, sent)
    said = discussion.contributions.get()
    actions.withdraw(said, user=cast.participant, version=1)
    again = client.post(address, sent)
    assert again.status_code == 422
    assert "Words" in text_of(again)


def test_the_same_form_in_another_discussion_is_another_contribution(discussion, cast):
    other, client, sent = make_discussion("other"), signed_in(cast.participant), form()
    client.post(f"{discussion.get_absolute_url()}contribute/", sent)
    again = client.post(f"{other.get_absolute_url()}contribute/", sent)
    assert again.status_code == 422
    renewed = re.search(r'name="submission_key" value="([^"]+)"', text_of(again))[1]
    assert renewed != sent["submission_key"]
    meant = sent | {"submission_key": renewed, "again": "yes"}
    client.post(f"{other.get_absolute_url()}contribute/", meant)
    assert other.contributions.get().body == "Words"


def test_the_same_text_within_an_hour_is_asked_about(discussion, cast):
    client, address = signed_in(cast.participant), f"{discussion.get_absolute_url()}contribute/"
    client.post(address, form())
    asked = client.post(address, form())
    assert asked.status_code == 422
    assert "the same text as #1" in text_of(asked)
    assert "Words" in text_of(asked)
    assert discussion.contributions.count() == 1
    again = re.search(r'name="again" value="(\w*)"', text_of(asked))[1]
    assert client.post(address, form(again=again)).status_code == 302
    assert discussion.contributions.count() == 2


def test_looking_for_the_same_text_takes_no_more_queries_where_much_was_said(discussion, cast):
    def queries(number):
        for n in range(number):
            make_contribution(discussion, cast.participant, "", answers={"Q1": f"Answer {n}"})
        with CaptureQueriesContext(connection) as captured:
            make_contribution(discussion, cast.participant, "", answers={"Q1": f"New of {number}"})
        return len(captured)

    few = queries(1)
    # The byline and the terms are made with the first one: the second is like the tenth.
    assert queries(1) <= few
    assert queries(9) <= few


def test_the_same_text_is_not_asked_about_after_an_hour_nor_with_other_answers(discussion, cast):
    client, address = signed_in(cast.participant), f"{discussion.get_absolute_url()}contribute/"
    client.post(address, form())
    assert client.post(address, form(**{"answer-Q1": "More"})).status_code == 302
    Contribution.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert client.post(address, form()).status_code == 302
    assert discussion.contributions.count() == 3


# --- the rules ---


def test_rules_that_changed_meanwhile_are_asked_about_again(discussion, cast):
    sent, client = form(), signed_in(cast.stranger)
    superuser = make_user("Super Example", is_superuser=True)
    newer = actions.write_page(
        user=superuser, key="rules", language="en", title="Rules", body="Newer."
    )
    address = f"{discussion.get_absolute_url()}contribute/"
    response = client.post(address, sent)
    assert response.status_code == 422
    assert "have changed meanwhile" in text_of(response)
    assert f'name="rules" value="{newer.pk}"' in text_of(response)
    assert client.post(address, sent | {"rules": newer.pk}).status_code == 302
    assert discussion.memberships.get(person=cast.stranger.person).terms == newer


def test_nobody_accepts_rules_in_passing(discussion, cast):
    with pytest.raises(actions.Refused, match="accept the rules"):
        actions.contribute(
            discussion=discussion,
            user=cast.stranger,
            text=actions.Text(body="Words", language="en"),
            submission_key=uuid.uuid4(),
        )
    assert not discussion.contributions.exists()


# --- answers, versions, states ---


def test_an_edit_keeps_the_row_of_each_answer_that_stays(discussion, cast):
    said = make_contribution(
        discussion, cast.participant, "", answers={"Q1": "One", "Q2": "Two", "Q3": "Three"}
    )
    before = dict(said.answers.values_list("question__key", "pk"))
    questions = {question.key: question for question in discussion.questions.all()}
    answers = {questions["Q1"]: "One", questions["Q2"]: "Two, changed"}
    text = actions.Text(body="New", language="en", answers=answers)
    actions.edit(said, user=cast.participant, text=text, version=1)
    after = dict(said.answers.values_list("question__key", "pk"))
    assert after == {"Q1": before["Q1"], "Q2": before["Q2"]}
    assert Answer.objects.get(pk=before["Q2"]).body == "Two, changed"
    counts = dict(discussion.questions.values_list("key", "answer_count"))
    assert counts == {"Q1": 1, "Q2": 1, "Q3": 0}


@pytest.mark.parametrize("act", ["hide", "restore", "withdraw"])
def test_whoever_acts_on_a_page_that_is_stale_is_asked_again(discussion, cast, act):
    said = make_contribution(discussion, cast.participant, "As it was")
    text = actions.Text(body="As it is", language="en")
    said = actions.edit(said, user=cast.participant, text=text, version=1)
    if act == "restore":
        said = hide(said, user=cast.moderator, version=2, reason="spam")
    who = cast.participant if act == "withdraw" else cast.moderator
    before = (said.version, said.state)
    sent = {"version": 1, "reason": "spam"}
    response = signed_in(who).post(f"{said.get_absolute_url()}{act}/", sent)
    assert response.status_code == 422
    assert f'name="version" value="{said.version}"' in text_of(response)
    assert "As it is" in text_of(response)
    said.refresh_from_db()
    assert (said.version, said.state) == before


@contextmanager
def somebody_is_faster(act):
    """Do this between the moment in which a page reads a contribution and that in which it writes:
    as soon as it goes on to the answers."""
    waiting = [act]

    def meanwhile(execute, sql, *rest):
        if waiting and 'FROM "forum_answer"' in sql:
            waiting.pop()()
        return execute(sql, *rest)

    with connection.execute_wrapper(meanwhile):
        yield
    assert not waiting


@pytest.mark.parametrize("act", ["hide", "withdraw", "edit"])
def test_what_changed_while_the_page_was_made_is_shown_as_it_is(discussion, cast, act):
    said = make_contribution(discussion, cast.participant, "As it was")
    text = actions.Text(body="As it is", language="en")
    who = signed_in(cast.moderator if act == "hide" else cast.participant)
    sent = form(body="As it shall be", version=1, reason="spam")
    edit = partial(actions.edit, said, user=cast.participant, text=text, version=1)
    with somebody_is_faster(edit):
        response = who.post(f"{said.get_absolute_url()}{act}/", sent)
    assert response.status_code == 422
    assert 'name="version" value="2"' in text_of(response)
    assert "As it is" in text_of(response)
    assert "As it was" not in text_of(response)


def test_a_hidden_text_that_its_author_withdraws_is_counted_once(discussion, cast):
    said = make_contribution(discussion, cast.participant, "Words", answers={"Q1": "One"})
    make_contribution(discussion, cast.moderator, "Others")
    said = hide(said, user=cast.moderator, version=1, reason="spam")
    said = actions.withdraw(said, user=cast.participant, version=2)
    discussion.refresh_from_db()
    assert (discussion.contribution_count, discussion.author_count) == (1, 1)
    assert (said.state, said.reason) == ("withdrawn", "")
    with pytest.raises(actions.Refused):
        restore(said, user=cast.moderator, version=3)


def test_a_superuser_who_takes_part_still_closes_as_superuser(discussion, cast):
    superuser = make_user("Super Example", is_superuser=True)
    make_contribution(discussion, superuser, "As anybody")
    actions.close_now(discussion, user=superuser)
    told = dict(LogEntry.objects.values_list("act", "as_superuser"))
    assert told == {"contribution.publish": False, "discussion.close": True}


def test_an_act_that_the_log_does_not_know_is_a_mistake(cast):
    with pytest.raises(KeyError):
        LogEntry.objects.record("discussion.abolish", actor=cast.moderator)


# --- dates ---

FAR_OFF = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)


def test_a_discussion_is_not_extended_to_the_end_of_time(discussion, cast):
    with pytest.raises(ValidationError) as refused:
        actions.extend(discussion, user=cast.moderator, closes_at=FAR_OFF, reason="Long")
    assert "2200" in str(refused.value)


def test_a_discussion_that_was_closed_early_is_reopened_for_any_time_to_come(discussion, cast):
    actions.close_now(discussion, user=cast.moderator)
    tomorrow = timezone.now() + timedelta(days=1)
    reopened = actions.reopen(discussion, user=cast.moderator, closes_at=tomorrow, reason="")
    assert reopened.is_open
    assert reopened.closes_at == tomorrow
    assert not reopened.extensions.exists()


def test_a_title_may_have_no_break_spaces_and_no_line_breaks(discussion):
    discussion.title = "Et maintenant\u202f: «\u00a0que faire\u00a0»\u202f?"
    discussion.full_clean()
    for wrong in ("one\r\ntwo", "one\u2028two", "one\0two"):
        discussion.title = wrong
        with pytest.raises(ValidationError):
            discussion.full_clean()


# --- the address ---


@pytest.mark.parametrize("address", ["/?before=%00", "/?before=%F0%9F", "/?before=a%20b"])
def test_a_damaged_address_is_no_accident(client, discussion, address):
    assert client.get(address).status_code in {200, 400}


def test_nul_is_refused_wherever_it_comes(client):
    assert client.get("/?anything=%00").status_code == 400
    cookie = {"cookie": r'sessionid="\000aaaa"'}
    assert client.get("/me/profile/", headers=cookie).status_code == 400


@pytest.mark.parametrize("mark", ["before=1", "after=999", "at=999"])
def test_a_mark_at_the_end_leads_back_to_the_beginning(client, discussion, cast, mark):
    make_contribution(discussion, cast.participant, "The only one")
    assert "The only one" in text_of(client.get(f"{discussion.get_absolute_url()}?{mark}"))


# --- weight ---


def test_a_page_is_bounded_also_where_everybody_writes_the_longest(discussion, cast, monkeypatch):
    monkeypatch.setattr(threads, "HTML_ON_PAGE", 3_000)
    for number in range(6):
        make_contribution(discussion, cast.participant, f"{number} " + "words " * 200)
    seen, after = [], None
    while after is not None or not seen:
        contributions = discussion.contributions.for_display()
        path = after and contributions.get(number=after).path
        page = threads.page(discussion, contributions, after=path)
        assert 1 <= len(page.rows) <= 2
        seen += [row.contribution.number for row in page.rows]
        after = page.after
    assert seen == [1, 2, 3, 4, 5, 6]


def test_a_page_does_not_fetch_the_parents_texts(discussion, cast):
    root = make_contribution(discussion, cast.participant, "A long text")
    make_contribution(discussion, cast.moderator, "A reply", parent=root)
    found = Contribution.objects.for_display()
    # Once: its own.
    assert str(found.query).count('."body_html"') == 1
    assert found.get(number=2).parent_number == 1


def test_the_history_comes_in_pages(discussion, cast, client):
    said = make_contribution(discussion, cast.participant, "Version 0", answers={"Q1": "Yes"})
    question = discussion.questions.get(key="Q1")
    for number in range(1, 13):
        text = actions.Text(
            body=f"Version {number}", language="en", answers={question: f"Yes {number}"}
        )
        said = actions.edit(said, user=cast.participant, text=text, version=number)
    first = text_of(client.get(f"{said.get_absolute_url()}history/"))
    assert "As it is now" in first
    assert "Question 1?" in first
    assert "<p>Version 12</p>" in first
    assert "<p>Version 2</p>" in first
    assert "<p>Version 1</p>" not in first
    older = re.search(r'href="(\?before=\d+)"', first)[1]
    second = text_of(client.get(f"{said.get_absolute_url()}history/{older}"))
    assert "<p>Version 1</p>" in second
    assert "<p>Version 0</p>" in second


# --- pages of the site ---


def test_a_rewritten_page_is_not_contradicted_by_the_translations_that_came_along(client):
    superuser = make_user("Super Example", is_superuser=True)
    actions.write_page(user=superuser, key="privacy", language="en", title="Ours", body="We…")
    assert "<h1>Ours</h1>" in text_of(client.get("/fr/privacy/"))
    actions.write_page(user=superuser, key="privacy", language="fr", title="À nous", body="Nous…")
    assert "<h1>À nous</h1>" in text_of(client.get("/fr/privacy/"))


def test_only_those_who_run_the_site_write_its_pages_and_make_discussions(cast):
    with pytest.raises(actions.Refused):
        actions.write_page(user=cast.organiser, key="about", language="en", title="T", body="B")
    fresh = Discussion(
        slug="fresh", title="Fresh", opens_at=timezone.now(), closes_at=FAR_OFF.replace(year=2030)
    )
    with pytest.raises(actions.Refused):
        actions.create_discussion(fresh, user=cast.organiser)
    assert not Discussion.objects.filter(slug="fresh").exists()


def test_names_without_anything_to_see_are_refused(client, cast):
    client.force_login(cast.stranger)
    response = client.post("/me/profile/", {"name": "\u3164\u115f", "language": "en"})
    assert response.status_code == 422
    assert make_person().name


def test_an_author_of_several_counts_once_whatever_is_hidden_and_restored(discussion, cast):
    first, _second = (make_contribution(discussion, cast.participant, text) for text in "AB")
    first = hide(first, user=cast.moderator, version=1, reason="spam")
    restore(first, user=cast.moderator, version=2)
    discussion.refresh_from_db()
    assert (discussion.contribution_count, discussion.author_count) == (2, 1)


def test_a_new_title_makes_a_byline_of_its_own(discussion, cast):
    def title():
        return make_contribution(discussion, cast.moderator, f"Text {uuid.uuid4()}").byline.title

    assert title() == ""
    cast.moderator.person.memberships.update(title="Programme Officer")
    assert [title(), title()] == ["Programme Officer"] * 2
    titles = discussion.contributions.order_by("number").values_list("byline__title", flat=True)
    assert list(titles) == ["", "Programme Officer", "Programme Officer"]
    assert cast.moderator.person.bylines.count() == 2
