"""Contributions in the admin: to find, to read, to hide and to restore."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from forum import actions as forum_actions
from forum.models import Contribution, Discussion
from moderation import actions
from tests.factory import make_contribution, make_discussion, make_member, make_user

from .browsing import act, act_url, change_url, fields_of, list_url, signed_in, told

LIST = "/admin/forum/contribution/"


@pytest.fixture
def said(cast, discussion):
    return make_contribution(
        discussion, cast.participant, "Fibre to every **village**.", answers={"Q2": "By boat."}
    )


def found(client, **query):
    return [row.pk for row in client.get(LIST, query).context["cl"].result_list]


# --- hiding and restoring ---


@pytest.mark.parametrize("name", ["organiser", "moderator"])
def test_it_is_hidden_with_a_reason_that_readers_see(cast, discussion, said, name, client):
    moderator = signed_in(getattr(cast, name))
    assert act(moderator, "hide", said, reason="offensive").status_code == 302
    assert told(moderator) == ["Hidden: #1"]
    said.refresh_from_db()
    assert (said.state, said.reason) == ("hidden", "offensive")
    page = client.get(said.get_absolute_url()).content.decode()
    assert "It offends or attacks others." in page
    assert "Fibre to every" not in page
    entry = said.log.first()
    assert (entry.act, entry.reason) == ("contribution.hide", "offensive")
    assert entry.actor == getattr(cast, name).person


@pytest.mark.parametrize("name", ["organiser", "moderator"])
def test_it_is_shown_again(cast, discussion, said, name, client):
    actions.hide(said, user=cast.moderator, version=said.version, reason="spam")
    act(signed_in(getattr(cast, name)), "restore", said)
    said.refresh_from_db()
    assert (said.state, said.reason) == ("published", "")
    assert "Fibre to every" in client.get(said.get_absolute_url()).content.decode()
    assert said.log.first().act == "contribution.restore"


def test_hiding_and_restoring_keep_the_counters_right(cast, discussion, said):
    client = signed_in(cast.moderator)
    act(client, "hide", said, reason="spam")
    discussion.refresh_from_db()
    assert (discussion.contribution_count, discussion.author_count) == (0, 0)
    act(client, "restore", said)
    discussion.refresh_from_db()
    assert (discussion.contribution_count, discussion.author_count) == (1, 1)


def test_without_a_reason_nothing_is_hidden(cast, said):
    answer = act(signed_in(cast.moderator), "hide", said)
    assert list(answer.context["form"].errors) == ["reason"]
    answer = act(signed_in(cast.moderator), "hide", said, reason="because")
    assert list(answer.context["form"].errors) == ["reason"]
    said.refresh_from_db()
    assert said.state == "published"


@pytest.mark.parametrize("name", ["facilitator", "participant", "stranger"])
@pytest.mark.parametrize("verb", ["hide", "restore"])
def test_others_hide_and_restore_nothing(cast, said, name, verb):
    if verb == "restore":
        actions.hide(said, user=cast.moderator, version=said.version, reason="spam")
    said.refresh_from_db()
    before = (said.state, said.version)
    client = signed_in(getattr(cast, name))
    values = {"chosen": f"{said.pk}:{said.version}", "reason": "spam"}
    assert client.post(act_url(Contribution, verb), values).status_code == 403
    said.refresh_from_db()
    assert (said.state, said.version) == before


def test_a_facilitator_reads_without_buttons(cast, said):
    page = signed_in(cast.facilitator).get(change_url(said)).content.decode()
    assert "By boat." in page
    assert "/act/" not in page


def test_buttons_fit_the_state(cast, said):
    client = signed_in(cast.moderator)
    page = client.get(change_url(said)).content.decode()
    assert ("/act/hide/" in page, "/act/restore/" in page) == (True, False)
    actions.hide(said, user=cast.moderator, version=said.version, reason="spam")
    page = client.get(change_url(said)).content.decode()
    assert ("/act/hide/" in page, "/act/restore/" in page) == (False, True)


def test_several_are_hidden_from_the_list(cast, discussion, said):
    other = make_contribution(discussion, cast.participant, "More.")
    client = signed_in(cast.moderator)
    chosen = {"action": "hide", "_selected_action": [said.pk, other.pk], "index": 0}
    page = client.post(LIST + "?state__exact=published", chosen)
    answer = client.post(act_url(Contribution, "hide"), fields_of(page) | {"reason": "spam"})
    assert answer.url == LIST + "?state__exact=published"
    assert told(client) == ["Hidden: #2, #1"]
    assert {row.state for row in Contribution.objects.all()} == {"hidden"}


def test_what_its_author_changed_meanwhile_is_looked_at_again(cast, discussion, said):
    client = signed_in(cast.moderator)
    page = client.get(act_url(Contribution, "hide"), {"pk": said.pk})
    text = forum_actions.Text(body="Something better.", language="en")
    forum_actions.edit(said, user=cast.participant, text=text, version=said.version)
    answer = client.post(act_url(Contribution, "hide"), fields_of(page) | {"reason": "spam"})
    assert "changed by somebody else meanwhile" in answer.content.decode()
    assert fields_of(answer)["reason"] == ["spam"]
    said.refresh_from_db()
    assert said.state == "published"


# --- texts are their authors' ---


def test_texts_are_read_and_never_edited(cast, said):
    for user in (cast.moderator, cast.organiser, make_user("Root", is_superuser=True)):
        client = signed_in(user)
        page = client.get(change_url(said))
        assert "<strong>village</strong>" in page.content.decode()
        assert "By boat." in page.content.decode()
        assert "body" not in fields_of(page)
        assert client.post(change_url(said), {"body": "Mine"}).status_code == 403
        assert client.get(LIST + "add/").status_code == 403
        assert client.post(change_url(said).replace("change", "delete")).status_code == 403
    said.refresh_from_db()
    assert said.body == "Fibre to every **village**."


def test_staff_see_who_wrote_anonymously_and_that_readers_do_not(cast, discussion):
    Discussion.objects.filter(pk=discussion.pk).update(anonymous_allowed=True)
    discussion.refresh_from_db()
    make_contribution(discussion, cast.participant, anonymous=True)
    page = signed_in(cast.moderator).get(LIST).content.decode()
    assert "Ana Souza (anonymous)" in page


def test_what_was_withdrawn_is_shown_to_nobody(cast, discussion, said):
    forum_actions.withdraw(said, user=cast.participant, version=said.version)
    for user in (cast.moderator, cast.organiser, make_user("Root", is_superuser=True)):
        page = signed_in(user).get(change_url(said)).content.decode()
        assert "Fibre" not in page
        assert "boat" not in page
        assert "Withdrawn by its author" in page


def test_what_was_hidden_is_still_read_by_staff(cast, said):
    actions.hide(said, user=cast.moderator, version=said.version, reason="spam")
    page = signed_in(cast.moderator).get(change_url(said)).content.decode()
    assert "By boat." in page
    assert "It advertises something." in page


# --- finding ---


@pytest.mark.parametrize("words", ["fibre", "boat", "fibre boat", "souza", "ana boat", "#1", "1"])
def test_words_names_and_numbers_are_found(cast, said, words):
    assert found(signed_in(cast.moderator), q=words) == [said.pk]


@pytest.mark.parametrize("words", ["satellite", "fibre satellite", "#2", "%", "9" * 40, "²"])
def test_other_words_are_not(cast, said, words):
    assert found(signed_in(cast.moderator), q=words) == []


@pytest.mark.parametrize("words", ["fibre", "boat"])
def test_words_of_what_was_withdrawn_are_not_found(cast, said, words):
    forum_actions.withdraw(said, user=cast.participant, version=said.version)
    for user in (cast.moderator, make_user("Root", is_superuser=True)):
        assert found(signed_in(user), q=words) == []


def test_the_list_is_filtered_by_state_language_and_discussion(cast, discussion, said):
    other = make_discussion("other", title="Other")
    make_member(other, "moderator", cast.moderator)
    french = make_contribution(other, cast.participant, "Oui.", language="fr")
    actions.hide(said, user=cast.moderator, version=said.version, reason="spam")
    client = signed_in(cast.moderator)
    assert found(client) == [french.pk, said.pk]
    assert found(client, state__exact="hidden") == [said.pk]
    assert found(client, language="fr") == [french.pk]
    assert found(client, discussion=other.pk) == [french.pk]
    assert found(client, discussion="nonsense") == []


def test_the_list_needs_as_many_queries_for_thirty_as_for_one(cast, discussion, said):
    client = signed_in(cast.moderator)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for number in range(29):
        user = make_user(f"Writer{number}")
        make_contribution(discussion, user)
    with CaptureQueriesContext(connection) as thirty:
        client.get(LIST)
    assert len(thirty) == len(one)


def test_the_page_on_the_site_is_one_step_away(cast, said):
    page = signed_in(cast.moderator).get(change_url(said)).content.decode()
    assert f'href="{said.get_absolute_url()}" class="viewsitelink"' in page


def test_what_has_no_number_yet_is_listed_without_its_text(cast, discussion, said):
    Contribution.objects.bulk_create(
        [
            Contribution(
                discussion=discussion,
                author=said.author,
                byline=said.byline,
                state="held",
                body="Waiting words",
                language="en",
                created_at=timezone.now(),
            )
        ]
    )
    held = Contribution.objects.get(state="held")
    client = signed_in(cast.moderator)
    assert found(client) == [held.pk, said.pk]
    assert "Waiting words" not in client.get(change_url(held)).content.decode()
    assert found(client, q="waiting") == []


def test_the_address_of_the_list_is_stable():
    assert list_url(Contribution) == LIST
