"""Windows that keep their draft by themselves: one query and no page, and never somebody else's."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from forum.models import Draft
from tests.accounts.visiting import sign_in
from tests.factory import make_contribution

from .test_parking import fields_in, shown, text_of, writer

pytestmark = pytest.mark.django_db

SAVE = "/me/drafts/save/"


@pytest.fixture
def address(discussion):
    return f"{discussion.get_absolute_url()}contribute/"


@pytest.fixture
def client(cast):
    return writer(cast.participant)


def test_a_window_keeps_its_draft_and_goes_on_from_there(client, discussion, address):
    form = shown(client, address) | {"body": "One", "answer-Q2": "Two", "language": "fr"}
    kept = client.post(SAVE, form).json()
    assert kept["sequence"] == 1
    draft = Draft.objects.get()
    assert (draft.body, draft.answers, draft.language) == ("One", {"Q2": "Two"}, "fr")
    assert str(draft.submission_key) == form["submission_key"]
    later = form | {"body": "One and more", "sequence": 1}
    assert client.post(SAVE, later).json()["sequence"] == 2
    assert Draft.objects.get().body == "One and more"
    assert client.post(address, later | {"sequence": 2}).status_code == 302
    assert not Draft.objects.exists()


def test_keeping_what_is_there_is_one_query_and_no_page(client, address, django_assert_num_queries):
    form = shown(client, address) | {"body": "One"}
    with django_assert_num_queries(6):
        # The first: session, user, whether it was published, and an INSERT in a savepoint.
        client.post(SAVE, form)
    with django_assert_num_queries(1):
        response = client.post(SAVE, form | {"body": "More", "sequence": 1})
    assert len(response.content) < 50
    assert response["Cache-Control"] == "no-store"


def test_a_reply_has_a_draft_of_its_own(client, cast, discussion, address):
    said = make_contribution(discussion, cast.moderator, "Said")
    reply = f"{said.get_absolute_url()}reply/"
    client.post(SAVE, shown(client, address) | {"body": "A contribution"})
    client.post(SAVE, shown(client, reply) | {"body": "A reply"})
    drafts = dict(Draft.objects.values_list("body", "parent"))
    assert drafts == {"A contribution": None, "A reply": said.pk}


def test_a_stale_window_is_told_and_writes_nothing(client, address):
    first, second = shown(client, address), shown(client, address)
    client.post(SAVE, first | {"body": "First"})
    assert client.post(SAVE, second | {"body": "Second"}).status_code == 409
    client.post(SAVE, first | {"body": "First, later", "sequence": 1})
    assert client.post(SAVE, second | {"body": "Second", "sequence": 1}).status_code == 409
    assert Draft.objects.get().body == "First, later"


def test_what_was_published_meanwhile_is_not_begun_again(client, discussion, address):
    form = shown(client, address) | {"body": "Words"}
    client.post(address, form)
    assert client.post(SAVE, form | {"body": "Words and more"}).status_code == 409
    assert not Draft.objects.exists()


def test_a_draft_that_arrived_while_it_was_published_goes_with_it(client, discussion, address):
    form = shown(client, address) | {"body": "Words", "answer-Q1": "Yes"}
    client.post(SAVE, form)
    client.post(address, form)
    assert discussion.contributions.exists()
    assert not Draft.objects.exists()


# --- whose ---


def test_a_session_that_has_ended_keeps_nothing(client, address):
    form = shown(client, address) | {"body": "One"}
    client.post(SAVE, form)
    Session.objects.all().delete()
    response = client.post(SAVE, form | {"body": "Later", "sequence": 1})
    assert response.status_code == 401
    assert Draft.objects.get().body == "One"


def test_a_session_beyond_its_time_keeps_nothing(client, address):
    form = shown(client, address) | {"body": "One"}
    client.post(SAVE, form)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.post(SAVE, form | {"body": "Later", "sequence": 1}).status_code == 401
    assert Draft.objects.get().body == "One"


def test_who_is_suspended_keeps_nothing(client, cast, address):
    form = shown(client, address) | {"body": "One"}
    client.post(SAVE, form)
    get_user_model().objects.filter(pk=cast.participant.pk).update(is_active=False)
    assert client.post(SAVE, form | {"body": "Later", "sequence": 1}).status_code == 401
    assert Draft.objects.get().body == "One"


def test_who_has_logged_in_again_goes_on_in_the_old_window(client, cast, discussion, address):
    form = shown(client, address) | {"body": "One"}
    client.post(SAVE, form)
    Session.objects.all().delete()
    sign_in(client, cast.participant)
    kept = client.post(SAVE, form | {"body": "Later", "sequence": 1}).json()
    assert kept["sequence"] == 2
    # With what the answer brings, the window needs no detour: neither for the next draft …
    renewed = form | kept
    assert set(client.post(SAVE, renewed | {"body": "Later still"}).json()) == {"sequence"}
    # … nor for publishing.
    client.handler.enforce_csrf_checks = True
    assert client.post(address, renewed | {"body": "Done", "sequence": 3}).status_code == 302
    assert discussion.contributions.get().body == "Done"
    assert not Draft.objects.exists()


def test_another_person_in_the_same_browser_keeps_nothing_under_that_name(client, cast, address):
    form = shown(client, address) | {"body": "One"}
    client.post(SAVE, form)
    sign_in(client, cast.stranger)
    client.post("/accounts/logout/")
    sign_in(client, cast.stranger)
    assert client.post(SAVE, form | {"body": "Of another", "sequence": 1}).status_code == 401
    assert Draft.objects.get().body == "One"


def test_a_stolen_pen_writes_nothing(client, cast, address):
    form = shown(client, address) | {"body": "One"}
    client.post(SAVE, form)
    thieves = [Client(), writer(cast.stranger), writer(cast.participant)]
    answers = [
        thief.post(SAVE, form | {"body": "Stolen", "sequence": 1}).status_code for thief in thieves
    ]
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
        {"answer-Q1": "x" * 300_000, "body": "y"},
    ],
)
def test_what_cannot_be_kept_is_refused(client, address, wrong):
    form = shown(client, address) | {"body": "Words"} | wrong
    assert client.post(SAVE, form).status_code == 422
    assert not Draft.objects.exists()


def test_a_pen_of_one_form_is_no_pen_of_another(client, cast, discussion, address):
    said = make_contribution(discussion, cast.moderator, "Said")
    reply = shown(client, f"{said.get_absolute_url()}reply/")
    client.post(SAVE, shown(client, address) | {"body": "Words", "pen": reply["pen"]})
    assert Draft.objects.get().parent == said


def test_what_waited_goes_once_it_is_kept(client, cast, address):
    form = shown(client, address) | {"body": "Waited"}
    Session.objects.all().delete()
    client.post(address, form)
    sign_in(client, cast.participant)
    filled = fields_in(text_of(client.get(address)))
    assert filled["waiting"] == address
    client.post(SAVE, filled | {"body": "Waited, and more"})
    page = text_of(client.get(address))
    assert "Waited, and more" in page
    assert "It is not published yet" not in page
