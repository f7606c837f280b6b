"""Every page of the admin obeys the Content-Security-Policy and works without scripts."""

import re

import pytest
from django.urls import reverse

from forum.models import Contribution, Discussion, LogEntry, Membership, Page
from moderation import actions
from tests.factory import make_contribution, make_user

from .browsing import act_url, change_url, list_url, signed_in

INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle=", re.IGNORECASE),
    "handler": re.compile(r"<[a-z][^>]*\son[a-z]+=", re.IGNORECASE),
    "script address": re.compile(r"(?:href|src|action)=[\"']?javascript:", re.IGNORECASE),
    "foreign source": re.compile(r"(?:src|<link[^>]*href)=[\"']?(?:https?:)?//", re.IGNORECASE),
}


@pytest.fixture
def pages(cast, discussion):
    """An address of every kind of page."""
    contribution = make_contribution(discussion, cast.participant, answers={"Q1": "Yes."})
    hidden = make_contribution(discussion, cast.participant)
    actions.hide(hidden, user=cast.moderator, version=hidden.version, reason="spam")
    things = [
        discussion,
        contribution,
        LogEntry.objects.first(),
        Membership.objects.first(),
        Page.objects.first(),
        cast.participant,
        cast.participant.person,
    ]
    addresses = [reverse("admin:index"), "/admin/forum/", "/admin/accounts/"]
    for thing in things:
        addresses += [
            list_url(type(thing)),
            change_url(thing),
            change_url(thing).replace("change", "history"),
        ]
    addresses += [list_url(Discussion) + "add/", list_url(Page) + "add/"]
    addresses += [f"{act_url(Discussion, verb)}?pk={discussion.pk}" for verb in ("extend", "close")]
    addresses.append(f"{act_url(Contribution, 'hide')}?pk={contribution.pk}")
    return addresses


def test_no_page_has_anything_inline(pages):
    client = signed_in(make_user("Root", is_superuser=True))
    for address in pages:
        response = client.get(address)
        assert response.status_code == 200, address
        policy = response["Content-Security-Policy"]
        assert "unsafe" not in policy
        for kind, pattern in INLINE.items():
            assert not pattern.search(response.content.decode()), (address, kind)


def test_pages_are_kept_by_no_cache(pages):
    client = signed_in(make_user("Root", is_superuser=True))
    for address in pages:
        assert "private" in client.get(address)["Cache-Control"], address


def test_fields_of_the_page_that_asks_have_labels(cast, discussion):
    page = signed_in(cast.moderator).get(act_url(Discussion, "extend"), {"pk": discussion.pk})
    text = page.content.decode()
    assert '<label for="id_reason">' in text
    assert text.count('aria-label="Date"') == 1
    assert text.count('aria-label="Time"') == 1


def test_pages_come_in_other_languages_too(cast, discussion):
    page = signed_in(cast.moderator).get(f"/fr/admin/forum/discussion/{discussion.pk}/change/")
    assert page.status_code == 200
    assert 'lang="fr"' in page.content.decode()
    page = signed_in(cast.moderator).get(f"/ar/admin/forum/discussion/{discussion.pk}/change/")
    assert 'dir="rtl"' in page.content.decode()
