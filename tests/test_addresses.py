"""A walk over every address: nothing changes by looking, and a stranger can write nowhere."""

import contextlib
import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from facilitation import pictures
from facilitation.actions import order_document
from facilitation.models import Document
from forum import actions
from forum.models import Draft, Host, LogEntry, Membership, Mute, Redaction
from mail.messages import token_of
from moderation.actions import hide, mute
from moderation.redacting import redact
from tests.accounts.device import give_app, give_passkey
from tests.accounts.visiting import RECOVERY, prove
from tests.factory import (
    make_bulletin,
    make_contribution,
    make_discussion,
    make_held,
    make_member,
    make_user,
)
from tests.moderation.browsing import FormReader

# Where a stranger may leave something, and why.
OPEN_TO_STRANGERS = {
    "account_signup": "makes an account that can do nothing until its address is confirmed",
    "mail:unsubscribe": "ends the mails of the one person for whom the site has signed the address",
}

# What may change while somebody looks around: sessions come and go, limits are counted.
VOLATILE = {"sessions.Session"}
# What somebody has seen of a discussion is noted when they look at it.
SEEN = "forum.Reading"
# A text that a stranger sends waits a day for the browser that has sent it.
PARKED = "forum.ParkedForm"

PATTERN = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)+")


def addresses():
    """(name, pattern) of every address in the URLconf."""

    def walk(resolver, namespace, above):
        for entry in resolver.url_patterns:
            pattern = above + str(entry.pattern)
            if hasattr(entry, "url_patterns"):
                inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
                yield from walk(entry, inner, pattern)
            else:
                yield f"{namespace}{entry.name}", pattern.replace("^", "").replace("$", "")

    return list(walk(get_resolver(), "", "/"))


@pytest.fixture
def site_in_use(db):
    """Something of every kind, so that every address has something to show."""
    discussion = make_discussion("walked", anonymous_allowed=True)
    organiser = make_member(discussion, "organiser")
    superuser = make_user("Super Example")
    # What the staff write is never held: it was sent before.
    discussion.held = make_held(discussion, superuser, "Held")
    superuser.is_superuser = True
    superuser.save()
    make_member(discussion, "moderator", superuser)
    first = make_contribution(discussion, superuser, "First", answers={"Q1": "Yes"})
    make_contribution(discussion, organiser, "Second", parent=first)
    hidden = make_contribution(discussion, make_user("Muted Example"), "Third")
    hide(hidden, user=superuser, version=hidden.version, reason="spam")
    Host.objects.create(discussion=discussion, name="Example Institute")
    in_a_week = timezone.now() + timedelta(days=7)
    mute(hidden, user=superuser, until=in_a_week, reason="spam")
    make_bulletin(discussion, organiser)
    own = make_contribution(discussion, superuser, "Fourth")
    hide(own, user=superuser, version=own.version, reason="spam")
    second = discussion.contributions.get(number=2)
    reporter = make_user("Reporter Example")
    actions.report(second, user=reporter, version=1, reason="spam", note="A note")
    Draft.objects.create(discussion=discussion, person=superuser.person, body="Begun")
    give_app(superuser)
    give_passkey(superuser)
    quoted = {"words": "Second", "reason": "spam"}
    redact(second, user=superuser, version=second.version, **quoted)
    discussion.superuser = superuser
    order_document(discussion, "csv", {}, user=superuser)
    return discussion


def of_superuser(site_in_use):
    """Their browser. They have just said who they are, and have seen their recovery codes once:
    allauth notes the first time."""
    client = Client()
    client.force_login(site_in_use.superuser)
    prove(client)
    assert client.get(RECOVERY).status_code == 200
    return client


def filled(pattern, discussion, **more):
    """The addresses that a pattern stands for, with rows that exist; more: name -> values"""
    membership = Membership.objects.filter(discussion=discussion, role="moderator").get()
    values = {
        "pk": [
            Draft.objects.get().pk,
            Mute.objects.get().pk,
            Authenticator.objects.get(type="webauthn").pk,
            discussion.held.pk,
            *Redaction.objects.filter(of=None).values_list("pk", flat=True),
        ],
        "slug": [discussion.slug],
        "number": [1, 2, 3, 4],
        "membership_id": [membership.pk],
        "provider_id": ["oidc"],
        "app_label": ["forum"],
        "url": ["nowhere"],
        "token": [token_of(membership.person), "forged"],
        "digest": ["0123456789abcdef"],
        "section": ["discussions"],
        "file": ["first.css", "mark.svg"],
        "figure": [*pictures.NAMES, "nothing"],
        "question_id": [discussion.questions.first().pk],
        "group_id": [discussion.question_groups.get().pk],
        "host_id": [discussion.hosts.get().pk],
        "kind": ["csv", "xlsx", "json"],
        "document_id": list(Document.objects.values_list("pk", flat=True)),
        "name": ["publish", "open", "close", "extend", "reopen", "hide", "restore"],
    }
    values["name"] += ["take", "suspend", "reinstate"]
    values |= more
    if "object_id" in pattern:
        model = apps.get_model(*re.search(r"admin/(\w+)/(\w+)/", pattern).groups())
        values["object_id"] = [model.objects.order_by("pk").first().pk]
    found = [pattern]
    for part in PATTERN.finditer(pattern):
        name = part[1] or part[2]
        found = [path.replace(part[0], str(value)) for path in found for value in values[name]]
    return found


def everything(*but):
    """Every row of every table of ours, as it is now; but not of these."""
    tables = {}
    for model in apps.get_models():
        if model._meta.label not in VOLATILE.union(but):
            tables[model._meta.label] = list(model.objects.order_by("pk").values_list())
    return tables


def forms_on(client, path):
    """The fields of every form that somebody sees there, filled in as a browser would send it."""
    response = client.get(path, {"pk": 1})
    if response.status_code != 200 or response.streaming or "Content-Disposition" in response:
        return []
    reader = FormReader()
    reader.feed(response.content.decode())
    return [{name: value for name, value in form.items() if name} for form in reader.forms]


# What a form needs beside what it is sent with: somebody who writes fills it in.
WORDS = {
    "body": "Words of a stranger",
    "message": "Words of a stranger",
    "note": "Words of a stranger",
    "up_to": "1",
    "subject": "Words",
    "words": "First",
    "language": "fr",
    "title": "Words of a stranger",
    "reason": "spam",
    "act": "publish",
    "terms": "on",
    "name": "A stranger",
    "organisation": "Nowhere",
    "email": "stranger@example.com",
    "login": "stranger@example.com",
    "password": "a long walk home",
    "password1": "a long walk home",
    "password2": "a long walk home",
    "closes_at_0": "2199-01-01",
    "closes_at_1": "12:00:00",
    "code": "1234-5678",
    "action": "delete_selected",
    "_selected_action": "1",
    "post": "yes",
}


def test_the_walk_finds_the_site():
    names = {name for name, _pattern in addresses()}
    assert {"forum:contribute", "moderation:hide", "admin:forum_discussion_act"} <= names
    assert len(names) > 60


def test_nothing_changes_by_looking(site_in_use):
    client = of_superuser(site_in_use)
    before = everything(SEEN)
    seen = 0
    for name, pattern in addresses():
        for path in filled(pattern, site_in_use):
            for method in (client.get, client.head, client.options):
                with provider_missing():
                    response = method(path, {"pk": 1} if method == client.get else {})
                    assert response.status_code < 500, (name, path)
                    seen += response.status_code == 200
    assert seen > 60
    assert client.get("/me/profile/").status_code == 200, "looking around has logged somebody out"
    assert everything(SEEN) == before


@pytest.mark.parametrize("closed", [False, True])
def test_a_stranger_can_write_nowhere(site_in_use, closed):
    """Not with an empty form, nor with the very form that a superuser would send."""
    if closed:
        actions.close_now(site_in_use, user=site_in_use.superuser)
    superuser, stranger = of_superuser(site_in_use), Client()
    before, tried = everything(SEEN, PARKED), 0
    for name, pattern in addresses():
        if name in OPEN_TO_STRANGERS:
            continue
        for path in filled(pattern, site_in_use):
            with provider_missing():
                for form in [{}, WORDS, *(form | WORDS for form in forms_on(superuser, path))]:
                    for method in (stranger.post, stranger.put, stranger.patch, stranger.delete):
                        response = method(path, form) if method == stranger.post else method(path)
                        assert response.status_code < 500, (name, path)
                        tried += 1
            assert everything(SEEN, PARKED) == before, (
                f"a stranger wrote something at {path} ({name})"
            )
    assert tried > 400


def test_the_walk_would_see_it(site_in_use):
    """What strangers may do is seen as a change; so would be what they may not."""
    before = everything()
    Client().post(reverse("account_signup"), WORDS)
    assert everything() != before


def test_an_account_alone_steers_nothing(site_in_use):
    """Whoever has an account and no role writes nothing in the administration and the like."""
    superuser, somebody = of_superuser(site_in_use), Client()
    somebody.force_login(make_user("Jonas Berg"))
    before = everything(SEEN)
    for name, pattern in addresses():
        if not name.startswith(
            (
                "admin:",
                "moderation:",
                "facilitation:contributions",
                "facilitation:assign",
                "facilitation:export",
                "facilitation:document",
                "facilitation:delete_document",
                "facilitation:proceedings",
                "facilitation:new_bulletin",
                "facilitation:edit_bulletin",
                "facilitation:withdraw_bulletin",
            )
        ):
            continue
        if name == "admin:logout":
            continue
        for path in filled(pattern, site_in_use):
            for form in [{}, WORDS, *(form | WORDS for form in forms_on(superuser, path))]:
                answer = somebody.post(path, form)
                assert answer.status_code in {302, 403, 404, 405}, (name, path, answer.status_code)
            assert everything(SEEN) == before, f"an account wrote something at {path} ({name})"


# Forms in which people write that need no view to keep them, and why.
NOT_KEPT_FOR_LATER = {
    "admin": "whoever is logged out there gets the text back, as from every form",
}


def test_every_form_in_which_people_write_keeps_what_is_written(site_in_use):
    """Whoever is not logged in any more finds it in the form again (never_loses_text)."""
    client, kept = of_superuser(site_in_use), set()
    for name, pattern in addresses():
        for path in filled(pattern, site_in_use):
            with provider_missing():
                response = client.get(path, {"pk": 1})
                if response.streaming or name.split(":")[0] in NOT_KEPT_FOR_LATER:
                    continue
                if re.search(rb"<textarea(?![^>]*\breadonly\b)", response.content):
                    assert hasattr(resolve(path).func, "never_loses_text"), (name, path)
                    kept.add(name)
    writing = {"contribute", "reply", "edit", "edit_own", "contact", "report", "appeal"}
    acting = {"moderation:hide", "moderation:decide"}
    acting |= {"facilitation:new_bulletin", "facilitation:edit_bulletin"}
    acting |= {"moderation:redact", "moderation:redact_waiting"}
    assert kept >= {f"forum:{name}" for name in writing} | acting


@contextlib.contextmanager
def provider_missing():
    """Sign-in elsewhere is not set up in tests: allauth says so with an exception of its own."""
    from allauth.socialaccount.models import SocialApp

    with contextlib.suppress(SocialApp.DoesNotExist):
        yield


def test_the_log_tells_whatever_was_written(site_in_use):
    """The fixture itself: five contributions, of which one waits, four acts of a moderator, a
    bulletin, a report and an export."""
    acts = LogEntry.objects.filter(discussion=site_in_use).values_list("act", flat=True)
    written = ["contribution.hold", *["contribution.publish"] * 3]
    acted = ["contribution.hide", "participant.mute"]
    again = ["bulletin.post", "contribution.publish", "contribution.hide", "contribution.report"]
    again += ["contribution.redact", "discussion.export"]
    assert list(acts.order_by("pk")) == [*written, *acted, *again]
