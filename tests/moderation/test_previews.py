"""A preview link opens an unpublished discussion for whoever has it, until it is revoked or the
discussion is published; and it stands nowhere."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forum import actions, memory
from forum.models import Discussion, GuidingQuestion, Host, Preview
from tests.factory import make_contribution, make_discussion, make_member
from tests.moderation.browsing import fields_of, signed_in


@pytest.fixture
def draft(discussion, cast):
    make_contribution(discussion, cast.participant, "Something that was said.")
    Discussion.objects.filter(pk=discussion.pk).update(
        published=False, welcome="Welcome", welcome_html="<p>Welcome</p>"
    )
    discussion.refresh_from_db()
    return discussion


def page_of(discussion):
    return reverse("moderation:preview", args=[discussion.slug])


def press(client, discussion, name):
    fields = fields_of(client.get(page_of(discussion)))
    return client.post(reverse(f"moderation:{name}_preview", args=[discussion.slug]), fields)


def link_in(response):
    return re.search(r'value="http://testserver(/[^"]+/preview/[^"]+)"', response.content.decode())[
        1
    ]


def test_whoever_has_the_link_reads_it_and_is_told_what_it_is(draft, cast):
    link = link_in(press(signed_in(cast.moderator), draft, "make"))
    for reader in (Client(), signed_in(cast.stranger)):
        page = reader.get(link)
        words = page.content.decode()
        assert page.status_code == 200
        assert "This is a preview. The discussion is not published yet." in words
        assert "<p>Welcome</p>" in words
        assert "Question 1?" in words
        assert "Lucía Fernández" in words
        assert "Something that was said." not in words


def test_it_is_kept_nowhere(draft, cast):
    made = press(signed_in(cast.organiser), draft, "make")
    opened = Client().get(link_in(made))
    for answer in (made, opened):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "same-origin"
    assert 'name="robots" content="noindex' in opened.content.decode()


def test_it_stands_in_no_list_and_opens_nothing_else(draft, cast):
    client = Client()
    link = link_in(press(signed_in(cast.organiser), draft, "make"))
    client.get(link)
    for path in ("/", "/sitemap.xml", "/feed.atom"):
        words = client.get(path).content.decode()
        assert draft.slug not in words
        assert draft.title not in words
    for path in ("", "all/", "participants/", "1/", "manage/", "moderation/"):
        assert client.get(draft.get_absolute_url() + path).status_code == 404
    assert (
        re.findall(rf'href="({draft.get_absolute_url()}[^"]*)"', client.get(link).content.decode())
        == []
    )
    assert "Disallow: /discussions/*/preview/" in client.get("/robots.txt").content.decode()


def test_the_database_does_not_know_the_token(draft, cast):
    link = link_in(press(signed_in(cast.organiser), draft, "make"))
    token = link.rstrip("/").rpartition("/")[2]
    assert len(token) == 43
    stored = Preview.objects.get()
    assert token not in repr(vars(stored))
    assert token not in repr(list(draft.log.values()))
    again = signed_in(cast.organiser).get(page_of(draft)).content.decode()
    assert token not in again
    assert stored.digest not in again


def test_a_link_that_is_revoked_is_dead_at_once(draft, cast):
    client = signed_in(cast.organiser)
    link = link_in(press(client, draft, "make"))
    press(client, draft, "revoke")
    assert Client().get(link).status_code == 404
    assert client.get(link).status_code == 404
    acts = list(draft.log.order_by("pk").values_list("act", flat=True))
    assert acts[-2:] == ["preview.make", "preview.revoke"]


def test_it_can_be_revoked_from_the_page_that_shows_it(draft, cast):
    client = signed_in(cast.organiser)
    made = press(client, draft, "make")
    revoke = reverse("moderation:revoke_preview", args=[draft.slug])
    client.post(revoke, fields_of(made))
    assert Client().get(link_in(made)).status_code == 404


def test_publication_ends_it(draft, cast):
    link = link_in(press(signed_in(cast.organiser), draft, "make"))
    actions.publish(draft, user=cast.organiser)
    assert Client().get(link).status_code == 404


def test_another_link_ends_the_one_before(draft, cast):
    client = signed_in(cast.organiser)
    first = link_in(press(client, draft, "make"))
    second = link_in(press(client, draft, "make"))
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.previews.update(revoked_at=None)


def test_the_same_form_sent_twice_makes_one_link(draft, cast):
    client = signed_in(cast.organiser)
    fields = fields_of(client.get(page_of(draft)))
    make = reverse("moderation:make_preview", args=[draft.slug])
    link = link_in(client.post(make, fields))
    assert client.post(make, fields).url == page_of(draft)
    assert Client().get(link).status_code == 200
    assert Preview.objects.count() == 1


def test_a_link_belongs_to_its_discussion(draft, cast):
    link = link_in(press(signed_in(cast.organiser), draft, "make"))
    other = make_discussion("another", published=False)
    make_member(other, "organiser")
    assert Client().get(link.replace(draft.slug, other.slug)).status_code == 404
    assert Client().get(link[:-2] + "/").status_code == 404


def test_why_there_is_no_link_is_said(discussion, cast):
    client = signed_in(cast.organiser)
    page = client.get(page_of(discussion)).content.decode()
    assert "This discussion is published already" in page
    make, revoke = (
        reverse(f"moderation:{name}_preview", args=[discussion.slug]) for name in ("make", "revoke")
    )
    for address, sentence in ((make, "published already"), (revoke, "There is no link")):
        answer = client.post(address, {"seen": 0}, follow=True)
        assert sentence in answer.content.decode()
    assert Preview.objects.count() == 0


def test_queries_of_the_page_do_not_depend_on_size(draft, cast):
    link = link_in(press(signed_in(cast.organiser), draft, "make"))

    def queries():
        memory.forget()
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(link).status_code == 200
        return len(asked)

    small = queries()
    group = draft.question_groups.get()
    for number in range(4, 9):
        make_member(draft, "facilitator")
        Host.objects.create(discussion=draft, name="A host")
        GuidingQuestion.objects.create(
            discussion=draft, group=group, number=number, key=f"Q{number}", text="And?"
        )
    assert queries() == small < 10
