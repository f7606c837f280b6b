"""Around the discussions: letters to the staff, the pages of the site itself, the home page."""

import socket
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Sending, User
from forum import actions
from forum.models import Discussion, LogEntry, Membership, Page
from tests.factory import make_contribution, make_discussion, make_member, make_person, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_language():
    """A page in French leaves its language behind: addresses made after it would be French too."""
    with translation.override("en"):
        yield


def signed_in(user=None):
    client = Client()
    if user:
        client.force_login(user)
    return client


def contact_url(discussion, user):
    membership = discussion.memberships.filter(person=user.person).first()
    return f"{discussion.get_absolute_url()}contact/{membership.pk}/"


def write(discussion, writer, to, subject="A question", message="May I?"):
    address = contact_url(discussion, to)
    return signed_in(writer).post(address, {"subject": subject, "message": message})


# --- addresses ---


@pytest.fixture
def busy(discussion, cast):
    """A discussion with something on every page, an edit, and somebody without an account."""
    imported = make_person("Imported Person", email="imported@example.org")
    Membership.objects.create(discussion=discussion, person=imported, role="facilitator")
    first = make_contribution(discussion, cast.participant, "First", answers={"Q1": "Yes"})
    make_contribution(discussion, cast.moderator, "Second", parent=first)
    text = actions.Text(body="First, edited", language="en")
    return actions.edit(first, user=cast.participant, text=text, version=1)


@pytest.mark.parametrize(
    "name", ["visitor", "stranger", "participant", "moderator", "facilitator", "organiser"]
)
def test_no_page_of_a_discussion_prints_the_address_of_anyone_else(discussion, cast, busy, name):
    user = getattr(cast, name, None)
    client, base = signed_in(user), discussion.get_absolute_url()
    staff = [contact_url(discussion, member) for member in (cast.organiser, cast.moderator)]
    others = [one.email for one in User.objects.exclude(pk=user and user.pk)]
    places = (
        "contribute",
        "1",
        "1/reply",
        "1/edit",
        "1/withdraw",
        "1/history",
        "1/hide",
        "1/assign",
        "2",
    )
    for address in ["/", base, *(f"{base}{place}/" for place in places), *staff]:
        page = client.get(address, follow=True).content.decode()
        assert "</html>" in page
        for email in [*others, "imported@example.org"]:
            assert email not in page


# --- writing to the staff ---


@pytest.mark.parametrize("name", ["moderator", "facilitator", "organiser"])
def test_a_message_goes_to_the_member_who_answers_to_its_writer(discussion, cast, name):
    member = getattr(cast, name)
    response = write(discussion, cast.stranger, member, "Villages", "Is it too late?\n\n“No”?")
    assert response.status_code == 302
    [letter] = mail.outbox
    assert letter.recipients() == [member.email]
    assert letter.reply_to == [cast.stranger.email]
    assert letter.from_email == "Indaba <noreply@localhost>"
    assert letter.subject == "[Indaba] Villages"
    assert "Is it too late?" in letter.body
    assert "“No”?" in letter.body
    assert "Jonas Berg" in letter.body
    assert discussion.title in letter.body


def test_the_log_says_who_wrote_to_whom_and_nothing_more(discussion, cast):
    write(discussion, cast.stranger, cast.moderator)
    entry = LogEntry.objects.get(act="contact.send")
    assert (entry.actor, entry.person) == (cast.stranger.person, cast.moderator.person)
    # The staff of the discussion need not know who wrote to one of them.
    assert entry.discussion is None
    assert (entry.label, entry.reason, entry.details) == ("", "", {})


def test_a_message_to_somebody_without_an_account_goes_to_their_address(discussion, cast):
    person = make_person("Imported Person", email="imported@example.org")
    Membership.objects.filter(person=cast.facilitator.person).update(person=person)
    to = discussion.memberships.get(person=person)
    actions.write_to_staff(to, user=cast.stranger, subject="Hello", message="Hello", address="")
    assert mail.outbox[0].recipients() == ["imported@example.org"]


def test_a_message_to_somebody_without_an_address_goes_to_the_organisers(discussion, cast):
    other = make_member(discussion, "organiser", make_user("Other Organiser"))
    to = Membership.objects.create(
        discussion=discussion, person=make_person("Nobody"), role="moderator"
    )
    actions.write_to_staff(to, user=cast.stranger, subject="Hello", message="Hello", address="")
    [letter] = mail.outbox
    assert sorted(letter.recipients()) == sorted([cast.organiser.email, other.email])
    headers = letter.message()
    assert len({cast.organiser.email, other.email} & set(headers["To"].split(", "))) == 1
    assert "Bcc" not in headers
    assert "Cc" not in headers


@pytest.mark.parametrize(("contact_email", "status"), [("office@example.org", 302), ("", 422)])
def test_without_organisers_it_goes_to_the_site(discussion, cast, settings, contact_email, status):
    settings.CONTACT_EMAIL = contact_email
    Membership.objects.filter(role="organiser").delete()
    nobody = Membership.objects.create(
        discussion=discussion, person=make_person("Nobody"), role="moderator"
    )
    response = signed_in(cast.stranger).post(
        f"{discussion.get_absolute_url()}contact/{nobody.pk}/", {"subject": "a", "message": "Words"}
    )
    assert response.status_code == status
    assert [letter.recipients() for letter in mail.outbox] == (
        [[contact_email]] if contact_email else []
    )
    assert ("Words" in response.content.decode()) == (status == 422)


BREAKS = ["\r\n", "\n", "\r", "\r\n\r\n", "\x0b", "\x0c", "\x85", "\u2028", "\x1c", "%0a", "\u202e"]


@pytest.mark.parametrize("line_break", BREAKS)
def test_nobody_adds_a_header_through_the_subject(discussion, cast, line_break):
    subject = f"Hello{line_break}Bcc: victim@example.org"
    assert write(discussion, cast.stranger, cast.moderator, subject).status_code == 302
    [letter] = mail.outbox
    assert letter.recipients() == [cast.moderator.email]
    message = letter.message()
    assert message.get_all("Bcc") is None
    assert len(message.get_all("To")) == len(message.get_all("Subject")) == 1
    assert letter.subject.splitlines() == [letter.subject]


def test_nobody_adds_a_header_through_the_message_or_their_name(discussion, cast):
    person = cast.stranger.person
    person.name = "Jonas\r\nBcc: victim@example.org\r\n"
    person.save()
    write(discussion, cast.stranger, cast.moderator, message="Bcc: victim@example.org\r\n.\r\nQUIT")
    [letter] = mail.outbox
    assert letter.recipients() == [cast.moderator.email]
    assert letter.message().get_all("Bcc") is None


def test_what_looks_like_html_or_a_template_is_sent_as_it_is(discussion, cast):
    words = "<b>&amp; {{ settings.SECRET_KEY }} {% now 'Y' %} \"x\""
    write(discussion, cast.stranger, cast.moderator, words, words)
    [letter] = mail.outbox
    assert letter.subject == f"[Indaba] {words}"
    assert words in letter.body
    assert letter.content_subtype == "plain"


def test_nobody_sends_more_than_a_few_messages_an_hour(discussion, cast):
    for _time in range(5):
        assert write(discussion, cast.stranger, cast.moderator).status_code == 302
    refused = write(discussion, cast.stranger, cast.organiser, message="One too many")
    assert refused.status_code == 422
    assert "One too many" in refused.content.decode()
    assert len(mail.outbox) == 5
    assert write(discussion, cast.participant, cast.moderator).status_code == 302


def test_the_limit_is_for_a_person_not_for_a_discussion(discussion, cast):
    for _time in range(5):
        write(discussion, cast.stranger, cast.moderator)
    other = make_discussion()
    assert write(other, cast.stranger, make_member(other, "moderator")).status_code == 422


def test_messages_of_more_than_an_hour_ago_do_not_count(discussion, cast):
    for _time in range(5):
        write(discussion, cast.stranger, cast.moderator)
    Sending.objects.update(at=timezone.now() - timedelta(minutes=61))
    assert write(discussion, cast.stranger, cast.moderator).status_code == 302


@pytest.mark.parametrize(
    ("subject", "message"),
    [("", "Words"), ("Words", ""), ("x" * 121, "Words"), ("Words", "x" * 5_001), ("\x00", "Words")],
)
def test_a_message_that_is_not_sent_comes_back(discussion, cast, subject, message):
    response = write(discussion, cast.stranger, cast.moderator, subject, message)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not mail.outbox
    assert not LogEntry.objects.exists()


def test_a_message_that_the_mail_server_does_not_take_comes_back(discussion, cast, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # and nobody listens
        settings.EMAIL_HOST, settings.EMAIL_PORT = closed.getsockname()
        response = write(discussion, cast.stranger, cast.moderator, message="Dear Lucía")
    assert response.status_code == 422
    assert "Dear Lucía" in response.content.decode()
    assert "could not be sent" in response.content.decode()
    assert not mail.outbox


def test_a_visitor_signs_in_first_and_what_they_sent_is_given_back(discussion, cast):
    address = contact_url(discussion, cast.moderator)
    response = signed_in().get(address)
    assert response["Location"] == f"/accounts/login/?next={address}"
    refused = signed_in().post(address, {"subject": "Hello", "message": "Dear Lucía"})
    assert refused.status_code == 403
    assert "Dear Lucía" in refused.content.decode()
    assert not mail.outbox


def test_only_staff_of_this_discussion_can_be_written_to(discussion, cast):
    elsewhere = make_discussion()
    member = make_member(elsewhere, "moderator")
    away = elsewhere.memberships.get(person=member.person).pk
    participant = discussion.memberships.get(person=cast.participant.person).pk
    for membership in (participant, away, 10**9):
        address = f"{discussion.get_absolute_url()}contact/{membership}/"
        assert signed_in(cast.stranger).get(address).status_code == 404
        assert signed_in(cast.stranger).post(address, {"message": "a"}).status_code == 404
    assert not mail.outbox


# --- the pages of the site ---

KEYS = ["about", "rules", "privacy", "imprint"]


def write_page(key, title, language="en", body="Words."):
    return actions.write_page(
        user=make_user("Root", is_superuser=True),
        key=key,
        language=language,
        title=title,
        body=body,
    )


@pytest.mark.parametrize("key", KEYS)
def test_the_newest_version_of_a_page_is_shown(client, key):
    assert client.get(f"/{key}/").status_code == 200
    write_page(key, "The second")
    write_page(key, "The third", body="With **words**.")
    page = client.get(f"/{key}/").content.decode()
    assert "<h1>The third</h1>" in page
    assert "<strong>words</strong>" in page
    assert "The second" not in page
    assert list(Page.objects.filter(key=key, language="en").values_list("version", flat=True)) == [
        3,
        2,
        1,
    ]


@pytest.mark.parametrize("key", KEYS)
def test_the_readers_language_comes_before_the_sites_own(client, key):
    write_page(key, "En français", language="fr")
    write_page(key, "In English, newer")
    assert "<h1>En français</h1>" in client.get(f"/fr/{key}/").content.decode()
    assert '<div lang="fr"' in client.get(f"/fr/{key}/").content.decode()
    for address in (f"/{key}/", f"/es/{key}/"):
        assert "<h1>In English, newer</h1>" in client.get(address).content.decode()


def test_a_page_in_neither_language_is_better_than_none(client):
    Page.objects.filter(key="about").delete()
    write_page("about", "Sobre nós", language="pt")
    assert "Sobre nós" in client.get("/fr/about/").content.decode()


def test_a_page_that_nobody_wrote_does_not_exist(client):
    Page.objects.filter(key="imprint").delete()
    assert client.get("/imprint/").status_code == 404


def test_a_new_version_is_logged():
    page = write_page("privacy", "Vie privée", language="fr")
    entry = LogEntry.objects.get(act="page.edit")
    assert entry.details == {"page": "privacy/fr/2"}
    assert entry.actor.name == "Root"
    assert page.version == 2


def test_a_page_is_as_safe_as_a_contribution(client):
    write_page("about", "<script>alert(1)</script>", body="<script>alert(2)</script>")
    page = client.get("/about/").content.decode()
    assert "<script>alert" not in page


# --- the terms ---


def contribute(discussion, user, prefix="", body="Words", rules=None):
    response = signed_in(user).post(
        f"{prefix}/discussions/{discussion.slug}/contribute/",
        {
            "body": body,
            "language": "en",
            "capacity": "personal",
            "terms": "on",
            "rules": (rules or Page.objects.current("rules", prefix.strip("/") or "en")).pk,
            "submission_key": uuid.uuid4(),
        },
    )
    assert response.status_code == 302
    return discussion.memberships.get(person=user.person, role="participant")


def test_the_first_contribution_accepts_the_rules_of_that_day(discussion, cast):
    write_page("rules", "Older rules")
    current = write_page("rules", "Rules of that day")
    before = timezone.now()
    membership = contribute(discussion, cast.stranger)
    assert membership.terms == current
    assert before <= membership.terms_accepted_at <= timezone.now()
    assert membership.licence == "CC BY 4.0"

    write_page("rules", "Later rules")
    again = contribute(discussion, cast.stranger, body="More")
    assert again == membership
    assert (again.terms, again.terms_accepted_at) == (current, membership.terms_accepted_at)
    assert again.terms.title == "Rules of that day"


def test_the_rules_are_accepted_in_the_language_they_were_read_in(discussion, cast):
    french = write_page("rules", "Règles", language="fr")
    assert contribute(discussion, cast.stranger, "/fr").terms == french
    assert contribute(discussion, cast.participant).terms.language == "en"


def test_nobody_contributes_without_accepting_the_rules(discussion, cast):
    response = signed_in(cast.stranger).post(
        f"{discussion.get_absolute_url()}contribute/",
        {"body": "Words", "language": "en", "capacity": "personal", "submission_key": uuid.uuid4()},
    )
    assert response.status_code == 422
    assert not discussion.contributions.exists()
    assert not discussion.memberships.filter(person=cast.stranger.person).exists()


# --- the home page ---

SECTIONS = ("unpublished", "open", "upcoming", "closed")


def home(user=None, query=""):
    """The slugs in each section of the home page."""
    context = signed_in(user).get(f"/{query}").context
    return {name: [one.slug for one in context[name]] for name in SECTIONS if context[name]}


def ending(days, slug, window="open", **fields):
    """A discussion of one window, with its end moved."""
    discussion = make_discussion(slug, window=window, questions=0, **fields)
    discussion.touch(closes_at=discussion.closes_at + timedelta(days=days))
    return discussion


def test_the_home_page_sorts_what_is_open_upcoming_and_closed():
    ending(2, "open-longer")
    ending(0, "open-shorter")
    later = make_discussion("upcoming-later", window="upcoming", questions=0)
    later.touch(opens_at=later.opens_at + timedelta(days=1))
    make_discussion("upcoming-sooner", window="upcoming", questions=0)
    ending(-1, "closed-before", "closed")
    ending(0, "closed-lately", "closed")
    make_discussion("draft", published=False)
    assert home() == {
        "open": ["open-shorter", "open-longer"],
        "upcoming": ["upcoming-sooner", "upcoming-later"],
        "closed": ["closed-lately", "closed-before"],
    }


def test_each_section_of_the_home_page_stands_under_its_heading(client):
    for window in ("closed", "upcoming", "open"):
        make_discussion(f"{window}-one", window=window)
    page = client.get("/").content.decode()
    places = [
        page.index(mark)
        for window in ("open", "upcoming", "closed")
        for mark in (f'<h2 id="{window}">', f"/discussions/{window}-one/")
    ]
    assert places == sorted(places)
    assert 'id="unpublished"' not in page


def test_what_was_closed_early_stands_among_the_closed():
    early = make_discussion("closed-early", questions=0)
    early.touch(closed_early_at=timezone.now())
    assert home() == {"closed": ["closed-early"]}


def test_the_closed_are_sorted_by_the_day_they_really_closed():
    ending(0, "a-week-ago", "closed")
    early = make_discussion("six-months-ago", questions=0)
    half_a_year_ago = timezone.now() - timedelta(days=182)
    early.touch(opens_at=half_a_year_ago - timedelta(days=9), closed_early_at=half_a_year_ago)
    assert home() == {"closed": ["a-week-ago", "six-months-ago"]}


def test_the_closed_go_on_to_further_pages_each_once():
    for days in range(45):
        ending(-days / 10, f"closed-{days}", "closed")
    make_discussion("open-one", questions=0)
    seen, query = [], ""
    while query is not None:
        context = signed_in().get(f"/{query}").context
        seen += [one.slug for one in context["closed"]]
        assert bool(context["open"]) == (not query)
        query = f"?before={context['older'].slug}" if context["older"] else None
    assert seen == [f"closed-{days}" for days in range(45)]


HIDDEN = {
    "unpublished": {"published": False},
    "invited": {"visibility": "invited"},
    "accounts": {"visibility": "accounts"},
}
STAFF = {"organiser", "facilitator", "moderator"}
SEEN_BY = {
    "unpublished": STAFF,
    "invited": STAFF | {"participant"},
    "accounts": STAFF | {"participant", "stranger"},
}
EVERYBODY = ["visitor", "stranger", "participant", *sorted(STAFF)]


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("name", EVERYBODY)
def test_what_somebody_may_not_see_does_not_exist_for_them(discussion, cast, kind, name):
    make_contribution(discussion, cast.participant)
    Discussion.objects.filter(pk=discussion.pk).update(**HIDDEN[kind])
    user, base = getattr(cast, name, None), discussion.get_absolute_url()
    seen = name in SEEN_BY[kind]

    section = "unpublished" if kind == "unpublished" else "open"
    assert home(user) == ({section: [discussion.slug]} if seen else {})
    assert (discussion.title in signed_in(user).get("/").content.decode()) == seen
    for place in ("", "1/", "1/history/", "contributions.csv"):
        assert signed_in(user).get(f"{base}{place}").status_code == (200 if seen else 404)


@pytest.mark.parametrize("kind", ["unpublished", "invited"])
@pytest.mark.parametrize("user", ["visitor", "stranger"])
@pytest.mark.parametrize(
    "place",
    [
        *(
            "contribute/",
            "1/reply/",
            "1/edit/",
            "1/withdraw/",
            "1/hide/",
            "1/restore/",
            "1/assign/",
        ),
        *("contact/{moderator}/", "manage/contributions.csv", "?at=1", "1/?after=1", "2/"),
    ],
)
def test_no_address_below_what_is_invisible_tells_that_it_exists(
    discussion, cast, kind, user, place
):
    make_contribution(discussion, cast.participant)
    Discussion.objects.filter(pk=discussion.pk).update(**HIDDEN[kind])
    moderator = discussion.memberships.get(person=cast.moderator.person).pk
    client = signed_in(getattr(cast, user, None))
    address = discussion.get_absolute_url() + place.format(moderator=moderator)
    assert client.get(address).status_code == 404
    nowhere = address.replace(discussion.slug, "nowhere")
    assert client.get(nowhere).status_code == 404


def test_a_role_in_one_unpublished_discussion_shows_no_other(discussion, cast):
    Discussion.objects.filter(pk=discussion.pk).update(published=False)
    elsewhere = make_member(make_discussion("elsewhere", published=False), "organiser")
    assert home(elsewhere) == {"unpublished": ["elsewhere"]}


def test_a_superuser_sees_every_discussion(discussion):
    Discussion.objects.filter(pk=discussion.pk).update(published=False, visibility="invited")
    assert home(make_user("Root", is_superuser=True)) == {"unpublished": [discussion.slug]}


def test_a_suspended_account_sees_what_visitors_see(discussion, cast):
    Discussion.objects.filter(pk=discussion.pk).update(visibility="invited")
    client = signed_in(cast.organiser)
    User.objects.filter(pk=cast.organiser.pk).update(is_active=False)
    assert client.get(discussion.get_absolute_url()).status_code == 404


def test_the_home_page_without_any_discussion_says_so(client):
    assert "No discussion is open at the moment." in client.get("/").content.decode()
