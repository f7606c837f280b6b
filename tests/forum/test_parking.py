"""What somebody sends who is not logged in any more waits for them; what is refused comes back."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from forum import actions
from forum.models import Discussion, Draft, Membership, ParkedForm
from forum.models.parking import MAX_BYTES, MAX_OF_A_PERSON, MAX_PARKED, key_of
from tests.accounts.visiting import CONFIRM, NEWCOMER, SIGNUP, last_code, sign_in
from tests.factory import PASSWORD, make_contribution, make_discussion, make_member, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
WORDS = "Written for an hour."


@pytest.fixture(autouse=True)
def no_limit_was_run_into():
    cache.clear()


@pytest.fixture
def address(discussion):
    return f"{discussion.get_absolute_url()}contribute/"


def text_of(response):
    return response.content.decode()


def shown(client, address):
    """What the form at this address would send as it is shown: hidden fields and choices."""
    return fields_in(text_of(client.get(address)))


def fields_in(page):
    # The form in which people write is the one with a text.
    form = page[page.index('id="writing"') :]
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return fields | {"language": "en", "capacity": "personal", "terms": "on"}


def body_in(page):
    return re.search(r'<textarea name="body"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)[1]


def writer(user, **options):
    """Somebody who has really logged in, with a form open in another window."""
    client = Client(**options)
    assert sign_in(client, user).status_code == 302
    return client


def end_sessions():
    Session.objects.all().delete()


# --- the session has ended ---


@pytest.mark.parametrize("button", [{}, {"keep": "yes"}, {"preview": "yes"}])
def test_an_expired_session_gives_the_filled_form_back_and_one_click_publishes(
    cast, discussion, address, button
):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS, "answer-Q2": "Two", "language": "fr"}
    end_sessions()
    response = client.post(address, sent | button)
    assert response.status_code == 403
    assert WORDS in text_of(response)
    assert f"{LOGIN}?next={address}" in text_of(response)
    assert not discussion.contributions.exists()

    response = client.post(
        LOGIN, {"login": cast.participant.email, "password": PASSWORD, "next": address}, follow=True
    )
    page = text_of(response)
    assert response.redirect_chain[-1][0] == address
    assert "It could not be taken then" in page
    assert body_in(page) == WORDS
    assert not discussion.contributions.exists()
    again = fields_in(page) | {"body": body_in(page), "answer-Q2": "Two"}
    assert again["submission_key"] == sent["submission_key"]
    assert client.post(address, again).status_code == 302
    said = discussion.contributions.get()
    assert (said.body, said.answers.get().body) == (WORDS, "Two")
    assert not ParkedForm.objects.exists()


def test_a_changed_password_ends_the_session_but_not_the_text(cast, discussion, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    cast.participant.set_password("another long password")
    cast.participant.save()
    assert client.post(address, sent).status_code == 403
    sign_in(client, cast.participant, "another long password")
    assert body_in(text_of(client.get(address))) == WORDS


def test_who_is_suspended_in_between_gets_the_text_when_they_are_back(cast, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    get_user_model().objects.filter(pk=cast.participant.pk).update(is_active=False)
    response = client.post(address, sent)
    assert response.status_code == 403
    assert WORDS in text_of(response)
    sign_in(client, cast.participant)
    get_user_model().objects.filter(pk=cast.participant.pk).update(is_active=True)
    sign_in(client, cast.participant)
    assert body_in(text_of(client.get(address))) == WORDS


def test_a_sign_up_in_the_middle_of_writing_brings_the_text_back(discussion, address):
    client = Client()
    page = text_of(client.get(address))
    assert "You can write before you have an account" in page
    client.post(address, fields_in(page) | {"body": WORDS, "answer-Q1": "One"})
    client.post(SIGNUP, NEWCOMER | {"next": address})
    response = client.post(CONFIRM, {"code": last_code()}, follow=True)
    page = text_of(response)
    assert response.redirect_chain[-1][0] == address
    assert body_in(page) == WORDS
    sent = fields_in(page) | {"body": WORDS, "answer-Q1": "One"}
    assert client.post(address, sent).status_code == 302
    assert discussion.contributions.get().answers.get().body == "One"


def test_the_text_is_found_in_another_language_of_the_site(cast, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    client.post(f"/fr{address}", sent)
    sign_in(client, cast.participant)
    assert body_in(text_of(client.get(address))) == WORDS
    assert body_in(text_of(client.get(f"/es{address}"))) == WORDS


def test_an_edit_and_a_message_to_staff_wait_as_well(cast, discussion):
    said = make_contribution(discussion, cast.participant, "Before")
    membership = Membership.objects.get(person=cast.moderator.person)
    client = writer(cast.participant)
    edit = f"{said.get_absolute_url()}edit/"
    contact = f"{discussion.get_absolute_url()}contact/{membership.pk}/"
    form = shown(client, edit)
    end_sessions()
    client.post(edit, form | {"body": "After"})
    client.post(contact, {"subject": "A question", "message": "What I ask."})
    sign_in(client, cast.participant)
    page = text_of(client.get(edit))
    assert body_in(page) == "After"
    assert client.post(edit, fields_in(page) | {"body": "After"}).status_code == 302
    said.refresh_from_db()
    assert (said.body, said.version) == ("After", 2)
    assert "What I ask." in text_of(client.get(contact))


def test_an_edit_that_came_too_late_is_given_back(cast, discussion):
    said = make_contribution(discussion, cast.participant, "Before")
    client = writer(cast.participant)
    edit = f"{said.get_absolute_url()}edit/"
    form = shown(client, edit)
    end_sessions()
    client.post(edit, form | {"body": "After"})
    discussion.contributions.update(published_at=timezone.now() - timedelta(hours=1))
    sign_in(client, cast.participant)
    response = client.get(edit)
    assert response.status_code == 403
    assert "After" in text_of(response)


# --- for whom ---


def discard(client):
    """Throw away whatever waits for them, as the buttons of their page do."""
    page = text_of(client.get("/me/"))
    for key in re.findall(r'name="waiting" value="(\d+)"', page):
        client.post("/me/waiting/discard/", {"waiting": key})


def test_another_person_in_the_same_browser_does_not_see_it(cast, discussion, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    client.post(address, sent)
    key = ParkedForm.objects.get().pk
    sign_in(client, cast.stranger)
    for page in (address, "/me/", discussion.get_absolute_url()):
        assert WORDS not in text_of(client.get(page))
    client.post("/me/waiting/discard/", {"waiting": key})
    client.post(address, fields_in(text_of(client.get(address))) | {"body": "Mine", "waiting": key})
    assert ParkedForm.objects.get().fields["body"] == WORDS


def test_what_a_visitor_has_written_is_for_whoever_logs_in_there(cast, address):
    client = Client()
    client.post(address, fields_in(text_of(client.get(address))) | {"body": WORDS})
    sign_in(client, cast.stranger)
    assert body_in(text_of(client.get(address))) == WORDS


def test_two_texts_sent_from_one_address_both_wait(cast, discussion, address):
    """A visitor opens the form again, or two windows lose their session: neither takes the other's
    place; the same form sent again does."""
    client = writer(cast.participant)
    one = shown(client, address) | {"body": "The first text"}
    two = shown(client, address) | {"body": "The second text"}
    end_sessions()
    for sent in (one, two, two | {"body": "The second text, mended"}):
        client.post(address, sent)
    assert ParkedForm.objects.count() == 2
    sign_in(client, cast.participant)
    mine = text_of(client.get("/me/"))
    assert "The first text" in mine
    assert "The second text, mended" in mine
    for words in ("The second text, mended", "The first text"):
        page = text_of(client.get(address))
        assert body_in(page) == words
        assert client.post(address, fields_in(page) | {"body": words}).status_code == 302
    assert discussion.contributions.count() == 2
    assert not ParkedForm.objects.exists()


def test_what_succeeds_in_a_window_that_never_showed_it_takes_nothing_away(cast, address):
    client = writer(cast.participant)
    waits, other = (shown(client, address) | {"body": body} for body in (WORDS, "Another text"))
    sign_in(client, cast.participant)
    del waits["pen"]
    ParkedForm.objects.create(
        path=address, fields=waits, key=key_of(waits), person=cast.participant.person
    )
    assert client.post(address, other | {"keep": "yes"}).status_code == 302
    assert client.post(address, other).status_code == 302
    assert body_in(text_of(client.get(address))) == WORDS


def test_the_form_that_waited_takes_it_along_also_after_it_was_wrong(cast, address):
    client = Client()
    client.post(address, fields_in(text_of(client.get(address))) | {"body": "x" * 30_001})
    sign_in(client, cast.stranger)
    page = text_of(client.get(address))
    response = client.post(address, fields_in(page) | {"body": "x" * 30_001})
    assert response.status_code == 422
    sent = fields_in(text_of(response)) | {"body": "Shorter now"}
    assert client.post(address, sent).status_code == 302
    assert not ParkedForm.objects.exists()


def test_nobody_else_finds_it(cast, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    client.post(address, sent)
    other = writer(cast.stranger)
    assert WORDS not in text_of(other.get(address))
    key = ParkedForm.objects.get().pk
    for somebody in (other, Client()):
        somebody.post("/me/waiting/discard/", {"waiting": key})
    sign_in(client, cast.participant)
    assert body_in(text_of(client.get(address))) == WORDS


def test_whoever_it_was_written_for_finds_it_also_when_the_wrong_one_had_logged_in(cast, address):
    """Logging out ends the session, and with it the secret of this browser."""
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    client.post(address, sent)
    sign_in(client, cast.stranger)
    client.post("/accounts/logout/")
    assert WORDS not in text_of(client.get(address))
    sign_in(client, cast.participant)
    page = text_of(client.get(address))
    assert body_in(page) == WORDS
    assert client.post(address, fields_in(page) | {"body": WORDS}).status_code == 302
    assert not ParkedForm.objects.exists()


def test_what_waits_where_its_author_may_not_look_is_given_back_and_can_be_thrown_away(cast):
    private = make_discussion("private", visibility="invited")
    address = f"{private.get_absolute_url()}contribute/"
    client = Client()
    client.post(address, {"body": WORDS})
    sign_in(client, cast.stranger)
    response = client.get(address)
    assert response.status_code == 404
    assert WORDS in text_of(response)
    assert WORDS in text_of(client.get("/me/"))
    discard(client)
    assert WORDS not in text_of(client.get(address))
    assert WORDS not in text_of(client.get("/me/"))


# --- what else has happened meanwhile ---


def test_what_has_closed_meanwhile_can_still_be_kept_as_a_draft(cast, discussion, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    client.post(address, sent)
    actions.close_now(discussion, user=cast.moderator)
    sign_in(client, cast.participant)
    response = client.get(address)
    assert response.status_code == 200
    page = text_of(response)
    assert "You can still keep this text as a draft" in page
    assert ">Publish<" not in page
    assert client.post(address, fields_in(page) | {"body": WORDS}).status_code == 403
    assert Draft.objects.get().body == WORDS


def test_the_grace_period_counts_from_the_form_that_was_sent(cast, discussion, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    client.post(address, sent)
    Discussion.objects.update(closes_at=timezone.now())
    sign_in(client, cast.participant)
    page = text_of(client.get(address))
    assert "may still send this until" in page
    assert client.post(address, fields_in(page) | {"body": WORDS}).status_code == 302
    assert discussion.contributions.get().body == WORDS


def test_the_draft_that_is_kept_stands_beside_what_waited(cast, discussion, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    client.post(address, sent)
    Draft.objects.create(discussion=discussion, person=cast.participant.person, body="Kept before")
    sign_in(client, cast.participant)
    page = text_of(client.get(address))
    assert body_in(page) == WORDS
    assert "Kept before" in page


def test_the_other_draft_stands_beside_it_also_after_it_was_refused(cast, discussion, address):
    client = writer(cast.participant)
    sent = shown(client, address) | {"body": WORDS}
    end_sessions()
    assert client.post(address, sent).status_code == 403
    Draft.objects.create(
        discussion=discussion, person=cast.participant.person, body="The other draft"
    )
    sign_in(client, cast.participant)
    again = fields_in(text_of(client.get(address))) | {"body": "x" * 30_001}
    refused = client.post(address, again)
    assert refused.status_code == 422
    assert "The other draft" in text_of(refused)


@pytest.mark.parametrize("signed_in", [True, False])
def test_a_discussion_that_is_not_visible_any_more_gives_the_text_back(cast, signed_in):
    private = make_discussion("private", visibility="invited")
    invited = make_member(private, "participant", make_user("Invited Example"))
    client, address = writer(invited), f"{private.get_absolute_url()}contribute/"
    sent = shown(client, address) | {"body": WORDS}
    if signed_in:
        private.memberships.filter(person=invited.person).delete()
    else:
        end_sessions()
    response = client.post(address, sent)
    assert response.status_code == (404 if signed_in else 403)
    assert WORDS in text_of(response)
    if not signed_in:
        sign_in(client, invited)
        assert body_in(text_of(client.get(address))) == WORDS


# --- a stale token ---


def test_a_stale_token_gives_the_filled_form_back(cast, discussion, address):
    client = writer(cast.participant, enforce_csrf_checks=False)
    client.handler.enforce_csrf_checks = True
    sent = shown(client, address) | {"body": WORDS}
    client.handler.enforce_csrf_checks = False
    client.post("/accounts/logout/")
    sign_in(client, cast.participant)
    client.handler.enforce_csrf_checks = True
    response = client.post(address, sent, follow=True)
    page = text_of(response)
    assert response.redirect_chain == [(address, 302)]
    assert "It could not be taken then" in page
    assert body_in(page) == WORDS
    assert client.post(address, fields_in(page) | {"body": WORDS}).status_code == 302
    assert discussion.contributions.get().body == WORDS


def test_a_form_from_another_site_is_neither_kept_nor_shown_in_the_form(cast, address):
    client = writer(cast.participant)
    client.handler.enforce_csrf_checks = True
    response = client.post(
        address, {"body": "Of a villain"}, headers={"origin": "https://elsewhere.example"}
    )
    assert response.status_code == 403
    assert not ParkedForm.objects.exists()
    assert "Of a villain" not in text_of(client.get(address))


# --- limits ---


def test_what_is_too_large_is_given_back_and_not_kept(address):
    client = Client()
    response = client.post(address, {"body": "é" * (MAX_BYTES // 2)})
    assert response.status_code == 403
    assert "it could not be kept" in text_of(response)
    assert "ééé" in text_of(response)
    assert not ParkedForm.objects.exists()


def test_one_address_may_not_fill_the_disk(address):
    for _time in range(41):
        response = Client().post(address, {"body": WORDS})
        assert WORDS in text_of(response)
    assert ParkedForm.objects.count() == 40
    assert "it could not be kept" in text_of(response)


def test_all_together_may_not_fill_the_disk(address):
    client = Client()
    form = fields_in(text_of(client.get(address)))
    client.post(address, form | {"body": "Before"})
    ParkedForm.objects.bulk_create(ParkedForm(path=f"/{n}/") for n in range(MAX_PARKED - 1))
    # What was sent before can still be sent better.
    assert "it could not be kept" not in text_of(client.post(address, form | {"body": "After"}))
    assert ParkedForm.objects.filter(fields__body="After").count() == 1
    response = Client().post(address, {"body": WORDS})
    assert "it could not be kept" in text_of(response)
    assert ParkedForm.objects.count() == MAX_PARKED


def test_it_waits_for_a_day(cast, address):
    client = Client()
    client.post(address, {"body": WORDS})
    ParkedForm.objects.update(parked_at=timezone.now() - timedelta(hours=23, minutes=59))
    sign_in(client, cast.participant)
    assert WORDS in text_of(client.get(address))
    ParkedForm.objects.update(parked_at=timezone.now() - timedelta(hours=24, minutes=1))
    assert WORDS not in text_of(client.get(address))
    Client().post(address, {"body": "Another"})
    assert ParkedForm.objects.count() == 1


def test_passwords_and_tokens_are_never_kept(address):
    client = Client()
    client.post(address, {"body": WORDS, "password": "secret", "csrfmiddlewaretoken": "x"})
    assert set(ParkedForm.objects.get().fields) == {"body"}


def test_a_visitor_who_has_written_nothing_is_told_so(address):
    response = Client().post(address, {"body": "", "language": "en"})
    assert response.status_code == 422
    assert "There is nothing in it yet" in text_of(response)
    assert not ParkedForm.objects.exists()


# --- something of ours fails ---


def test_a_page_of_its_own_gives_the_text_back_when_the_database_fails(cast, address):
    client = writer(cast.participant)
    client.raise_request_exception = False
    sent = shown(client, address) | {"body": WORDS}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE forum_logentry RENAME TO gone")
    response = client.post(address, sent)
    assert response.status_code == 500
    assert WORDS in text_of(response)


def test_an_address_that_is_too_long_for_the_table_is_no_fault_of_ours():
    response = Client().post(f"/discussions/{'a' * 600}/contribute/", {"body": WORDS})
    assert response.status_code == 403
    assert "it could not be kept" in text_of(response)
    assert WORDS in text_of(response)


def test_what_waited_too_long_is_erased(address):
    Client().post(address, {"body": WORDS})
    call_command("erase_expired")
    assert ParkedForm.objects.count() == 1
    ParkedForm.objects.update(parked_at=timezone.now() - timedelta(hours=25))
    call_command("erase_expired")
    assert not ParkedForm.objects.exists()


def test_strangers_may_not_take_the_room_of_those_who_had_logged_in(cast, address):
    ParkedForm.objects.bulk_create(ParkedForm(path=f"/{n}/") for n in range(MAX_PARKED))
    client = writer(cast.participant)
    sent = shown(client, address)
    end_sessions()
    assert "is kept for 24 hours" in text_of(client.post(address, sent | {"body": WORDS}))
    mine = ParkedForm.objects.filter(person=cast.participant.person)
    assert mine.count() == 1
    ParkedForm.objects.bulk_create(
        ParkedForm(path=f"/{n}/", person=cast.participant.person)
        for n in range(MAX_OF_A_PERSON - 1)
    )
    answer = client.post(address, sent | {"body": "More", "submission_key": ""})
    assert "it could not be kept" in text_of(answer)


@pytest.mark.parametrize("charset", ["unicode_escape", "idna", "base64", "undefined", "utf-7"])
def test_forms_are_read_as_utf8_and_as_nothing_else(address, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    answer = Client().generic("POST", address, b"body=%5Cud800", content_type=kind)
    assert answer.status_code == 400
    usual = "application/x-www-form-urlencoded; charset=UTF-8"
    answer = Client().post(address, "body=%C3%A9t%C3%A9", content_type=usual)
    assert "été" in text_of(answer)
