"""What a mail says, to whom, and what it never says."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.models import Person
from forum import actions
from forum.models import Contribution, Discussion, Mail, Notification
from mail.actions import read_news
from moderation.actions import approve_change, dismiss, hide, publish, restore
from tests.factory import make_contribution, make_held, make_person, make_user


@pytest.fixture
def first(discussion, cast):
    return make_contribution(discussion, cast.participant, "First", language="en")


def states():
    return list(Mail.objects.order_by("pk").values_list("state", flat=True))


def change(person, **fields):
    Person.objects.filter(pk=person.pk).update(**fields)


def test_a_reply_as_text_and_as_html(first, cast, send_all):
    make_contribution(first.discussion, cast.stranger, "I agree & more", parent=first)
    send_all()
    [letter] = mail.outbox
    headline = "Jonas Berg has replied to your contribution #1"
    address = "http://localhost:8000/discussions/open-discussion/2/"
    assert letter.subject == f"[Indaba] {headline}"
    assert letter.recipients() == [cast.participant.email]
    [(html, kind)] = letter.alternatives
    assert kind == "text/html"
    for text in ("Dear Ana Souza,", headline, "Connecting the last villages", address):
        assert text in letter.body
        assert text in html
    assert "I agree & more" in letter.body
    assert "I agree &amp; more" in html
    assert 'dir="ltr"' in html


def test_its_headers_let_a_mail_program_end_them_with_one_click(first, cast, send_all):
    make_contribution(first.discussion, cast.stranger, "Reply", parent=first)
    send_all()
    [letter] = mail.outbox
    headers = letter.message()
    [row] = Mail.objects.all()
    assert headers["Message-ID"] == f"<{row.key}@localhost>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("http://localhost:8000/mail/unsubscribe/")
    assert address in letter.body
    assert headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("language", "prefix", "words"),
    [("fr", "/fr/", "Ana Souza"), ("zh", "/zh-hans/", "Ana Souza"), ("sw", "/", "Dear Ana Souza")],
)
def test_it_comes_in_the_language_of_whoever_it_is_for(
    first, cast, send_all, language, prefix, words
):
    change(cast.participant.person, language=language)
    make_contribution(first.discussion, cast.stranger, "Reply", parent=first)
    send_all()
    [letter] = mail.outbox
    assert f"http://localhost:8000{prefix}discussions/open-discussion/2/" in letter.body
    assert f"http://localhost:8000{prefix}mail/unsubscribe/" in letter.body
    assert words in letter.body
    assert ("has replied" in letter.body) == (prefix == "/")


def test_a_mail_in_arabic_runs_from_right_to_left(first, cast, send_all):
    change(cast.participant.person, language="ar")
    make_contribution(first.discussion, cast.stranger, "Reply", parent=first)
    send_all()
    assert '<html lang="ar" dir="rtl">' in mail.outbox[0].alternatives[0].content


def test_an_act_of_staff_carries_its_reason_and_not_the_text(first, cast, send_all):
    hide(first, user=cast.moderator, version=1, reason="personal_data")
    send_all()
    [letter] = mail.outbox
    assert letter.subject == "[Indaba] Your contribution #1 was hidden by a moderator"
    assert "It contains personal data of somebody." in letter.body
    assert "First" not in letter.body


def test_what_was_hidden_meanwhile_is_not_mailed(first, cast, send_all):
    reply = make_contribution(first.discussion, cast.stranger, "Words that hurt", parent=first)
    hide(reply, user=cast.moderator, version=1, reason="offensive")
    send_all()
    [letter] = mail.outbox
    assert letter.recipients() == [cast.stranger.email]
    assert "Words that hurt" not in letter.body
    assert sorted(states()) == ["needless", "sent"]


@pytest.mark.parametrize("state", ["held", "returned", "hidden", "withdrawn"])
def test_nothing_that_is_not_published_is_mailed_to_others(first, cast, send_all, state):
    reply = make_contribution(first.discussion, cast.stranger, "Not yet", parent=first)
    reason = "other" if state in {"returned", "hidden"} else ""
    without = {"number": None, "path": None, "published_at": None}
    nowhere = without if state in {"held", "returned"} else {}
    Contribution.objects.filter(pk=reply.pk).update(state=state, reason=reason, **nowhere)
    send_all()
    assert mail.outbox == []
    assert states() == ["needless"]


def test_what_one_may_not_read_any_more_is_not_mailed(discussion, cast, send_all):
    actions.follow(discussion, user=cast.stranger)
    actions.close_now(discussion, user=cast.moderator)
    Discussion.objects.update(visibility="invited")
    send_all()
    assert mail.outbox == []
    assert states() == ["needless"]


def test_that_something_closes_soon_is_not_mailed_when_it_has_closed(discussion, cast, send_all):
    actions.follow(discussion, user=cast.stranger)
    now = timezone.now()
    Discussion.objects.update(closes_at=now + timedelta(hours=1))
    actions.tell_what_the_clock_brings()
    Discussion.objects.update(closes_at=now)
    send_all()
    assert mail.outbox == []
    assert states() == ["needless"]


@pytest.mark.parametrize("why", ["read", "never", "never since then", "suspended"])
def test_who_does_not_want_it_or_knows_already_gets_none(first, cast, send_all, why):
    if why == "never":
        change(cast.participant.person, mail_frequency="never")
    make_contribution(first.discussion, cast.stranger, "Reply", parent=first)
    if why == "read":
        actions.mark_read(cast.participant, Notification.objects.all())
    if why == "never since then":
        read_news()
        change(cast.participant.person, mail_frequency="never")
    if why == "suspended":
        cast.participant.is_active = False
        cast.participant.save()
    send_all()
    assert mail.outbox == []
    assert states() == ([] if why == "never" else ["needless"])
    assert not Notification.objects.filter(unasked=True).exists()


@pytest.mark.parametrize("email", ["imported@example.org", ""])
def test_an_author_without_an_account_is_told_where_an_address_is_known(
    first, cast, send_all, email
):
    imported = make_person("Imported Person", email=email)
    Contribution.objects.filter(pk=first.pk).update(author=imported)
    hide(first, user=cast.moderator, version=1, reason="spam")
    send_all()
    assert [letter.recipients() for letter in mail.outbox] == ([[email]] if email else [])


def test_each_reply_is_one_mail_and_none_comes_twice(first, cast, send_all):
    others = [make_user(f"Other{n} Example") for n in range(3)]
    for other in others:
        make_contribution(first.discussion, other, "Reply", parent=first)
    assert send_all() == [True] * 3
    assert send_all() == []
    assert len({letter.message()["Message-ID"] for letter in mail.outbox}) == 3


def test_a_mail_names_what_waits_without_its_words(first, cast, send_all):
    actions.report(first, user=cast.stranger, version=1, reason="spam")
    send_all()
    assert len(mail.outbox) == 2
    for letter in mail.outbox:
        assert "Something waits for a moderator" in letter.subject
        assert "First" not in letter.body


# --- what waited and was decided meanwhile ---


def waits_and_is_decided(what, discussion, cast):
    """Something that moderators are told of; gives back the act by which one of them decides it."""
    moderator = cast.moderator
    if what == "held":
        held = make_held(discussion, cast.participant)
        return lambda: publish(held, user=moderator, version=held.version)
    said = make_contribution(discussion, cast.participant)
    if what == "change":
        discussion.touch(moderation="all_held")
        text = actions.Text(body="Something else.", language="en")
        actions.edit(said, user=cast.participant, version=said.version, text=text)
        said = type(said).objects.get(pk=said.pk)
        return lambda: approve_change(said, user=moderator, version=said.version)
    if what == "report":
        actions.report(said, user=cast.stranger, version=said.version, reason="spam")
        last = said.reports.get().pk
        return lambda: dismiss(said, user=moderator, version=said.version, up_to=last)
    said = hide(said, user=moderator, version=said.version, reason="spam")
    actions.appeal(said, user=cast.participant, version=said.version, note="Why?")
    return lambda: restore(said, user=moderator, version=said.version)


@pytest.mark.parametrize("what", ["held", "change", "report", "answer"])
@pytest.mark.parametrize("decided", [False, True])
def test_moderators_get_no_mail_of_what_was_decided_meanwhile(
    discussion, cast, send_all, server, what, decided
):
    decide = waits_and_is_decided(what, discussion, cast)
    if decided:
        decide()
    send_all()
    to = {to for to, letter in server.letters if "Something waits" in letter["Subject"]}
    staff = {cast.moderator.email, cast.organiser.email}
    assert to == (set() if decided else staff)
    assert len(Notification.objects.filter(occasion="waits")) == 2
