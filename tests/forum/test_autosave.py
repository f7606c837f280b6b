"""Windows that keep their draft by themselves: one query and no page, and never somebody else's."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from forum.models import Draft, ParkedForm
from tests.accounts.visiting import CHANGE_PASSWORD, sign_in
from tests.factory import PASSWORD, make_contribution

from .test_parking import fields_in, shown, text_of, writer

pytestmark = pytest.mark.django_db

SAVE = "/me/drafts/save/"


def save(client, form, body, sequence=0, *, following=None, window=1):
    """Let a window keep its draft: the answer."""
    turn = {"sequence": sequence, "following": following or sequence + 1}
    return client.post(SAVE, form | turn | {"body": body, "window": str(uuid.UUID(int=window))})


@pytest.fixture
def address(discussion):
    return f"{discussion.get_absolute_url()}contribute/"


@pytest.fixture
def client(cast):
    return writer(cast.participant)


def test_a_window_keeps_its_draft_and_goes_on_from_there(client, discussion, address):
    form = shown(client, address) | {"body": "One", "answer-Q2": "Two", "language": "fr"}
    assert save(client, form, "One").json()["sequence"] == 1
    draft = Draft.objects.get()
    assert (draft.body, draft.answers, draft.language) == ("One", {"Q2": "Two"}, "fr")
    assert str(draft.submission_key) == form["submission_key"]
    assert save(client, form, "One and more", 1).json()["sequence"] == 2
    assert Draft.objects.get().body == "One and more"
    assert client.post(address, form | {"body": "Done", "sequence": 2}).status_code == 302
    assert not Draft.objects.exists()


def test_keeping_what_is_there_is_one_query_and_no_page(client, address, django_assert_num_queries):
    form = shown(client, address) | {"body": "One"}
    save(client, form, "One")
    with django_assert_num_queries(1):
        response = save(client, form, "More", 1)
    assert len(response.content) < 50
    assert response["Cache-Control"] == "no-store"


def test_a_reply_has_a_draft_of_its_own(client, cast, discussion, address):
    said = make_contribution(discussion, cast.moderator, "Said")
    reply = f"{said.get_absolute_url()}reply/"
    save(client, shown(client, address), "A contribution")
    save(client, shown(client, reply), "A reply")
    drafts = dict(Draft.objects.values_list("body", "parent"))
    assert drafts == {"A contribution": None, "A reply": said.pk}


def test_a_stale_window_is_told_and_writes_nothing(client, address):
    first, second = shown(client, address), shown(client, address)
    save(client, first, "First")
    assert save(client, second, "Second").status_code == 409
    save(client, first, "First, later", 1)
    assert save(client, second, "Second", 1).status_code == 409
    assert Draft.objects.get().body == "First, later"


def test_what_was_published_meanwhile_is_not_begun_again(client, discussion, address):
    form = shown(client, address) | {"body": "Words"}
    client.post(address, form)
    assert save(client, form, "Words and more").status_code == 409
    assert not Draft.objects.exists()


def test_a_draft_that_arrived_while_it_was_published_goes_with_it(client, discussion, address):
    form = shown(client, address) | {"answer-Q1": "Yes"}
    save(client, form, "Words")
    client.post(address, form | {"body": "Words"})
    assert discussion.contributions.exists()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("first", [0, 4])
def test_a_window_whose_answer_was_lost_goes_on(client, cast, discussion, address, first):
    form = shown(client, address)
    if first:
        begin = Draft.objects.create(
            discussion=discussion, person=cast.participant.person, body="Begun", sequence=first
        )
        assert begin.window is None
    # The window never learns of this one …
    assert save(client, form, "Arrived", first).status_code == 200
    # … and keeps the next one from the number that it knows.
    kept = save(client, form, "Arrived too", first, following=first + 2)
    assert kept.json()["sequence"] == first + 2
    assert Draft.objects.get().body == "Arrived too"
    # What was on a slow way meanwhile writes over nothing.
    assert save(client, form, "Arrived", first).status_code == 409
    assert save(client, form, "Of another", first, following=first + 3, window=2).status_code == 409
    assert Draft.objects.get().body == "Arrived too"


def test_the_same_text_from_another_window_is_no_conflict(client, address):
    form = shown(client, address)
    save(client, form, "The same")
    assert save(client, form, "The same", window=2).json()["sequence"] == 1


def test_publishing_lets_the_draft_go_whose_answer_was_lost(client, discussion, address):
    form = shown(client, address)
    save(client, form, "Kept, but nobody told me")
    sent = form | {"body": "Done", "window": str(uuid.UUID(int=1))}
    assert client.post(address, sent).status_code == 302
    assert not Draft.objects.exists()


# --- whose ---


def test_a_session_that_has_ended_keeps_nothing(client, address):
    form = shown(client, address)
    save(client, form, "One")
    Session.objects.all().delete()
    response = save(client, form, "Later", 1)
    assert response.status_code == 401
    assert Draft.objects.get().body == "One"


def test_a_session_beyond_its_time_keeps_nothing(client, address):
    form = shown(client, address)
    save(client, form, "One")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert save(client, form, "Later", 1).status_code == 401
    assert Draft.objects.get().body == "One"


def test_who_is_suspended_keeps_nothing(client, cast, address):
    form = shown(client, address)
    save(client, form, "One")
    get_user_model().objects.filter(pk=cast.participant.pk).update(is_active=False)
    assert save(client, form, "Later", 1).status_code == 401
    assert Draft.objects.get().body == "One"


def test_a_new_password_ends_the_windows_of_other_sessions(client, cast, address):
    form = shown(client, address)
    save(client, form, "One")
    elsewhere = writer(cast.participant)
    elsewhere.post(
        CHANGE_PASSWORD,
        {
            "oldpassword": PASSWORD,
            "password1": "another long walk",
            "password2": "another long walk",
        },
    )
    assert elsewhere.get("/me/").status_code == 200
    assert save(client, form, "Later", 1).status_code == 401
    assert Draft.objects.get().body == "One"


def test_who_has_logged_in_again_goes_on_in_the_old_window(client, cast, discussion, address):
    form = shown(client, address)
    save(client, form, "One")
    Session.objects.all().delete()
    sign_in(client, cast.participant)
    kept = save(client, form, "Later", 1).json()
    assert kept["sequence"] == 2
    # With what the answer brings, the window needs no detour: neither for the next draft …
    renewed = form | kept
    assert set(save(client, renewed, "Later still", 2).json()) == {"sequence"}
    # … nor for publishing.
    client.handler.enforce_csrf_checks = True
    assert client.post(address, renewed | {"body": "Done", "sequence": 3}).status_code == 302
    assert discussion.contributions.get().body == "Done"
    assert not Draft.objects.exists()


def test_another_person_in_the_same_browser_keeps_nothing_under_that_name(client, cast, address):
    form = shown(client, address)
    save(client, form, "One")
    sign_in(client, cast.stranger)
    client.post("/accounts/logout/")
    sign_in(client, cast.stranger)
    assert save(client, form, "Of another", 1).status_code == 401
    assert Draft.objects.get().body == "One"


def test_a_stolen_pen_writes_nothing(client, cast, address):
    form = shown(client, address)
    save(client, form, "One")
    thieves = [Client(), writer(cast.stranger), writer(cast.participant)]
    answers = [save(thief, form, "Stolen", 1).status_code for thief in thieves]
    # The last one is the same person, in another session of theirs.
    assert answers == [401, 401, 200]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pen": ""},
        {"pen": "forged"},
        {"body": "x" * 300_001},
        {"body": "\0"},
        {"language": "x" * 21},
        {"capacity": "royal"},
        {"sequence": "-1"},
        {"sequence": "1", "following": "1"},
        {"following": "9" * 12},
        {"window": "mine"},
        {"answer-Q1": "x" * 300_000, "body": "y"},
    ],
)
def test_what_cannot_be_kept_is_refused(client, address, wrong):
    usual = {"sequence": 1, "following": 2, "window": str(uuid.UUID(int=1)), "body": "Words"}
    assert client.post(SAVE, shown(client, address) | usual | wrong).status_code == 422
    assert not Draft.objects.exists()


def test_a_pen_of_one_form_is_no_pen_of_another(client, cast, discussion, address):
    said = make_contribution(discussion, cast.moderator, "Said")
    reply = shown(client, f"{said.get_absolute_url()}reply/")
    save(client, shown(client, address) | {"pen": reply["pen"]}, "Words")
    assert Draft.objects.get().parent == said


@pytest.mark.parametrize("begun_before", [True, False])
def test_what_waited_goes_once_it_is_kept(client, cast, address, begun_before):
    form = shown(client, address) | {"body": "Waited"}
    if begun_before:
        form["sequence"] = save(client, form, "Before").json()["sequence"]
    Session.objects.all().delete()
    client.post(address, form)
    sign_in(client, cast.participant)
    filled = fields_in(text_of(client.get(address)))
    assert filled["waiting"] == str(ParkedForm.objects.get().pk)
    assert save(client, filled, "Waited, and more", int(filled["sequence"])).status_code == 200
    page = text_of(client.get(address))
    assert "Waited, and more" in page
    assert "It could not be taken then" not in page
    assert not ParkedForm.objects.exists()
