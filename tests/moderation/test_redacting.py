"""A moderator redacts words: they stand nowhere any more but in one row, for those who steer."""

import time
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from facilitation.actions.bulletins import Message, post_bulletin
from forum import actions, archive, memory
from forum.models import (
    Answer,
    Contribution,
    Discussion,
    LogEntry,
    Notification,
    Redaction,
    Revision,
)
from forum.models.contributions import MAX_CHARACTERS
from forum.redacting import Passage, marker_in, without
from forum.telling import Told
from moderation.forms.corrections import MOST_WORDS
from moderation.redacting import plan, redact
from tests.factory import make_contribution, make_held
from tests.forum.test_archive import as_json, copy_of, load

SECRET = "Maria Quokka, +47 55 00 11"
MARKER = "[redacted by a moderator]"


def fresh(contribution):
    return Contribution.objects.select_related("discussion").get(pk=contribution.pk)


def redacted(contribution, user, words=SECRET, reason="personal_data"):
    one = fresh(contribution)
    return redact(one, user=user, version=one.version, words=words, reason=reason)


def everything_stored():
    """Every text of every contribution and version, as one."""
    tables = Contribution.objects, Answer.objects, Revision.objects
    return repr([row for table in tables for row in table.values()])


@pytest.fixture
def said(discussion, cast):
    return make_contribution(
        discussion,
        cast.participant,
        f"Call {SECRET}, she helps.",
        answers={"Q1": f"**{SECRET}** again"},
    )


# --- which words ---


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("Call Ana Souza now", "Ana Souza", f"Call {MARKER} now"),
        ("Call **Ana** Souza now", "Ana Souza", f"Call **{MARKER} now"),
        ("Call *Ana Souza* now", "Ana Souza", f"Call *{MARKER}* now"),
        ("Call Ana\nSouza now", "Ana Souza", f"Call {MARKER} now"),
        ("> Call Ana\n> Souza now", "Ana  Souza", f"> Call {MARKER} now"),
        ("- Ana\n- Souza\n", "Ana\nSouza", f"- {MARKER}\n"),
        (r"ana\_souza@example.org", "ana_souza@example.org", MARKER),
        ("ana_souza@example.org", r"ana\_souza@example.org", MARKER),
        ("Ana Souza, Ana Souza", "Ana Souza", f"{MARKER}, {MARKER}"),
        ("ana souza", "Ana Souza", "ana souza"),
        ("[Ana](https://example.org)", "Ana", f"[{MARKER}](https://example.org)"),
        ("Ana(https://example.org)", "Ana", f"{MARKER} (https://example.org)"),
        ("call محمد‎ now", "محمد", f"call {MARKER}‎ now"),
        ("電話は山田太郎まで", "山田太郎", f"電話は{MARKER}まで"),
        # Stored in other ways.
        ("Call Jose\u0301 Nu\u0301n\u0303ez now", "José Núñez", f"Call {MARKER} now"),
        ("é: José", "Jose\u0301", f"é: {MARKER}"),
        ("e\u0301 Qu\u00adok\u00adka, e\u0301", "Quokka", f"e\u0301 {MARKER}, e\u0301"),
        ("Quokka", "Quok\u00adka", MARKER),
        ("\u1112\u1161\u11ab", "한", MARKER),
        # Links go with their words.
        ("See [the report](http://a.b/c_(d)) by Golf.", "the report by Golf", f"See {MARKER}."),
        ("By [Golf *and*](http://a.b) us", "and us", f"By [Golf *{MARKER}"),
        ("Of [Golf](http://a.b), I", "Golf, I", f"Of {MARKER}"),
        ("Of the [Golf](http://a.b), I", "the Golf", f"Of {MARKER}, I"),
        ("[Ana](http://a.b) and Ana", "[Ana](http://a.b)", f"{MARKER} and {MARKER}"),
        # What a moderator has redacted stays so.
        (f"A moderator: {MARKER}", "moderator", f"A {MARKER}: {MARKER}"),
        (f"{MARKER} a", "a", f"{MARKER} {MARKER}"),
        (f"Ana {MARKER} Souza", f"Ana {MARKER} Souza", MARKER),
    ],
)
def test_words_are_found_with_and_without_marks(text, words, left):
    assert without(Passage(words), [text], "en").sections == [left]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("> Ana said\n\nAna", f"> {MARKER} said\n\nAna"),
        ("> He said\nAna did\n\nAna", f"> He said\n{MARKER} did\n\nAna"),
        ("> > Ana\n\nAna", f"> > {MARKER}\n\nAna"),
        ("- > Ana\n\nAna", f"- > {MARKER}\n\nAna"),
        ("`> Ana`", "`> Ana`"),
        ("No quote > Ana", "No quote > Ana"),
    ],
)
def test_only_what_is_quoted_goes_from_quotations(text, left):
    assert without(Passage("Ana"), [text], "en", quoted=True).sections == [left]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_no_marker_is_redacted(language):
    marker = marker_in(language)
    broken = "> " + marker.replace(" ", "\n> ")
    for words in (marker, *marker.split(), marker[1:5], marker[1:-1]):
        for text in (marker, broken):
            assert without(Passage(words), [text], "en").hits == []


def test_a_text_without_the_words_stays_byte_for_byte():
    assert without(Passage("Ana"), ["A\r\nB"], "en").sections == ["A\r\nB"]


def test_no_text_becomes_longer_than_a_text_can_be():
    for words, marker in (("Al", "…"), ("Alba", "[…]")):
        full = f"{words} " * (MAX_CHARACTERS // (len(words) + 1))
        [left] = without(Passage(words), [full], "en").sections
        assert "Al" not in left
        assert left.startswith(f"{marker} ")
        assert len(left) <= MAX_CHARACTERS


def test_a_hostile_text_takes_no_longer_than_an_honest_one():
    """Whatever it is, and however many words are looked for: the search is over in a moment."""
    passage = Passage("a " * (MOST_WORDS // 2 - 1) + "b")
    texts = ["* b" * 10_000, "a " * 14_990 + "b", "> a\n" * 7_000 + "b", "_ a" * 9_999 + "b"]
    texts += ["a](" * 9_999, "[a](b) " * 4_285, "a](" + "()" * 14_900, "[a " * 9_999 + "b"]
    texts += ["a\u00ad " * 9_999 + "b", "a*" * 9_999 + " b", "[redacted a " * 2_490 + "b"]
    for text in texts:
        for quoted in (False, True):
            begun = time.process_time()
            without(passage, [text], "en", quoted=quoted)
            assert time.process_time() - begun < 5


# --- what becomes of them ---


def test_the_words_go_from_text_answers_versions_and_a_change_that_waits(said, discussion, cast):
    q2 = discussion.questions.get(key="Q2")
    text = actions.Text(body=f"Now {SECRET}", language="fr", answers={q2: SECRET})
    actions.edit(said, user=cast.participant, text=text, version=1)
    Discussion.objects.filter(pk=discussion.pk).update(moderation="all_held")
    later = actions.Text(body=f"Then {SECRET}", language="en", answers={q2: SECRET})
    actions.edit(said, user=cast.participant, text=later, version=2)
    done = redacted(said, cast.moderator)
    assert done.times == 6
    assert "Quokka" not in everything_stored()
    said.refresh_from_db()
    # In the language of the text.
    marker = "[occulté par un modérateur]"
    assert said.body_html == f"<p>Now {marker}</p>\n"
    [answer] = said.answers.all()
    assert (answer.body, answer.body_html) == (marker, f"<p>{marker}</p>\n")
    assert "<strong>[redacted" in said.revisions.shown().get().answers[0]["body_html"]
    assert (said.version, said.revisions.count()) == (4, 2)


def test_quotations_by_others_go_and_what_they_say_themselves_stays(said, discussion, cast):
    quote = make_contribution(
        discussion, cast.stranger, f"> Call {SECRET}\n\nYes", parent=said, answers={"Q1": "Yes"}
    )
    held = make_held(discussion, cast.stranger, f"> {SECRET}\n\nWaits")
    same = make_contribution(discussion, cast.facilitator, f"I know {SECRET}.")
    found = plan(fresh(said), SECRET)
    assert [one.contribution for one in found.quotations] == [quote, held]
    assert found.elsewhere == [same]
    redacted(said, cast.moderator)
    for one in (quote, held):
        one.refresh_from_db()
        assert MARKER in one.body_html
        assert one.redactions.get().words == ""
        assert one.version == 2
    same.refresh_from_db()
    assert SECRET in same.body
    acts = LogEntry.objects.filter(act__startswith="contribution.redact").order_by("pk")
    assert [(entry.act, entry.label, entry.details) for entry in acts] == [
        ("contribution.redact", "#1", {"times": 2}),
        ("contribution.redact_quote", "#2", {"times": 1, "of": 1}),
        ("contribution.redact_quote", "–", {"times": 1, "of": 1}),
    ]


def test_bulletins_that_say_them_are_listed(client, said, discussion, cast):
    message = Message("weekly", "This week", f"> {SECRET}", "en", None, None, False)
    post_bulletin(
        discussion=discussion, user=cast.facilitator, message=message, submission_key=None
    )
    client.force_login(cast.moderator)
    page = client.post(address(said), fields(said)).content.decode()
    assert f'<a href="{discussion.bulletins.get().get_absolute_url()}">This week</a>' in page


def test_the_words_stand_in_one_row(said, cast):
    redacted(said, cast.moderator)
    [row] = Redaction.objects.all()
    assert (row.words, row.reason, row.moderator) == (
        SECRET,
        "personal_data",
        cast.moderator.person,
    )


def test_authors_are_told_with_the_reason_and_without_the_words(said, discussion, cast):
    quote = make_contribution(discussion, cast.stranger, f"> {SECRET}", parent=said)
    redacted(said, cast.moderator)
    for author, one in ((cast.participant, said), (cast.stranger, quote)):
        row = Notification.objects.get(recipient=author.person, occasion="act", contribution=one)
        told = Told(row)
        assert "has redacted words" in told.headline
        assert told.reason == "It contains personal data of somebody."
        assert "Quokka" not in f"{told.headline}{told.detail}{told.first_words}"


def test_readers_see_the_reason_outside_of_the_text(client, said, discussion, cast):
    """Anybody can type the marker; nobody else can write the notice."""
    fake = make_contribution(discussion, cast.stranger, f"Not by one: {MARKER}")
    redacted(said, cast.moderator)
    notice = "A moderator has redacted words in this text: It contains personal data of somebody."
    page = client.get(said.get_absolute_url()).content.decode()
    assert notice in page
    assert notice not in client.get(fake.get_absolute_url()).content.decode()
    assert client.get(discussion.get_absolute_url()).content.decode().count(notice) == 1


def test_the_marker_is_in_the_language_of_the_text(discussion, cast):
    one = make_contribution(discussion, cast.participant, SECRET, language="xx")
    redacted(one, cast.moderator)
    one.refresh_from_db()
    assert one.body == MARKER


def test_queries_do_not_depend_on_how_much_is_said(
    said, discussion, cast, django_assert_max_num_queries
):
    counts = []
    for _size in range(2):
        for n in range(4):
            make_contribution(discussion, cast.stranger, f"Quokka {n}", answers={"Q1": "Quokka"})
        memory.forget()
        with django_assert_max_num_queries(20) as captured:
            plan(fresh(said), SECRET)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- and do not come back by themselves ---


def test_an_edit_that_says_them_again_waits_for_a_moderator(client, said, discussion, cast):
    redacted(said, cast.moderator)
    q1 = discussion.questions.get(key="Q1")
    for text in (
        actions.Text(body="Call *Maria* Quokka,\n+47 55 00 11!", language="en", answers={}),
        actions.Text(body="Fine", language="en", answers={q1: SECRET}),
    ):
        one = fresh(said)
        actions.edit(one, user=cast.participant, text=text, version=one.version)
        one = fresh(said)
        assert "Quokka" not in one.body_html
        assert one.has_pending_change
        assert one.why_held == "A moderator will look at it."
    assert "Quokka" not in client.get(said.get_absolute_url()).content.decode()


def test_another_edit_and_one_by_a_moderator_are_published(said, discussion, cast):
    redacted(said, cast.moderator)
    one = fresh(said)
    text = actions.Text(body=f"Ask {MARKER}", language="en", answers={})
    actions.edit(one, user=cast.participant, text=text, version=one.version)
    assert fresh(said).body == f"Ask {MARKER}"
    own = make_contribution(discussion, cast.moderator, SECRET)
    redacted(own, cast.moderator)
    text = actions.Text(body=SECRET, language="en", answers={})
    actions.edit(fresh(own), user=cast.moderator, text=text, version=2)
    assert fresh(own).body == SECRET


def test_a_quotation_that_comes_back_waits_too(said, discussion, cast):
    quote = make_contribution(discussion, cast.facilitator, f"> {SECRET}\n\nYes", parent=said)
    redacted(said, cast.moderator)
    for body, waits in ((f"> Call {SECRET}", True), (f"I know {SECRET}.", False)):
        one = fresh(quote)
        text = actions.Text(body=body, language="en", answers={})
        actions.edit(one, user=cast.facilitator, text=text, version=one.version)
        assert fresh(quote).has_pending_change is waits


# --- the page ---


def address(contribution):
    return f"{contribution.get_absolute_url()}redact/"


def fields(contribution, **more):
    version = Contribution.objects.get(pk=contribution.pk).version
    return {"version": version, "words": SECRET, "reason": "personal_data"} | more


def test_the_page_shows_what_goes_before_it_goes(client, said, cast):
    client.force_login(cast.moderator)
    answer = client.post(address(said), fields(said))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 places will be replaced" in page
    assert f"<mark>{SECRET}</mark>" in page
    assert Redaction.objects.count() == 0
    found = answer.context["form"].digest
    # For other words it asks again.
    other = client.post(address(said), fields(said, words="she helps", found=found))
    assert "1 place will be replaced" in other.content.decode()
    assert client.post(address(said), fields(said, found=found)).url == said.get_absolute_url()
    assert "Quokka" not in client.get(said.get_absolute_url()).content.decode()
    assert SECRET in client.get(address(said)).content.decode()


@pytest.mark.parametrize("words", ["", " ", "x", "**", "Nobody has said this"])
def test_words_that_do_not_stand_there_are_refused(client, said, cast, words):
    client.force_login(cast.moderator)
    assert client.post(address(said), fields(said, words=words)).status_code == 422
    assert Redaction.objects.count() == 0


def test_who_comes_second_is_shown_what_the_first_did(client, said, cast):
    client.force_login(cast.organiser)
    found = client.post(address(said), fields(said)).context["form"].digest
    redacted(said, cast.moderator, words="she helps")
    answer = client.post(address(said), fields(said, version=1, found=found))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "changed by somebody else" in page
    assert "Lucía Fernández" in page
    assert "Quokka" in everything_stored()


def test_what_waits_is_redacted_before_it_is_published(client, discussion, cast):
    held = make_held(discussion, cast.stranger, f"Call {SECRET}")
    client.force_login(cast.moderator)
    place = f"/moderation/{held.pk}/redact/"
    found = client.post(place, fields(held)).context["form"].digest
    assert client.post(place, fields(held, found=found)).url == f"/moderation/{held.pk}/"
    assert "Quokka" not in everything_stored()


# --- erasing ---


def test_an_organiser_erases_the_words_alone(client, said, cast):
    redacted(said, cast.moderator)
    row = Redaction.objects.get()
    place = f"/moderation/redactions/{row.pk}/erase/"
    for user, status in ((cast.stranger, 404), (cast.facilitator, 404), (cast.moderator, 403)):
        client.force_login(user)
        assert client.post(place).status_code == status
        assert client.get(place).status_code == status
    client.force_login(cast.organiser)
    assert SECRET in client.get(place).content.decode()
    assert client.post(place).url == said.get_absolute_url()
    row.refresh_from_db()
    assert (row.words, row.reason, bool(row.erased_at)) == ("", "personal_data", True)
    assert LogEntry.objects.latest("pk").act == "contribution.erase"
    assert client.post(place).status_code == 403
    page = client.get(address(said)).content.decode()
    assert "The words are erased." in page
    assert "Quokka" not in page


# --- the archive ---


def test_the_archive_has_that_and_why_it_was_redacted_and_never_the_words(said, discussion, cast):
    make_contribution(discussion, cast.stranger, f"> {SECRET}", parent=said)
    redacted(said, cast.moderator)
    for options in ([], ["--full"]):
        printed = StringIO()
        call_command("export_discussion", discussion.slug, *options, stdout=printed)
        assert "Quokka" not in printed.getvalue()
    full = archive.dump(discussion, full=True)
    assert full["contributions"][0]["redactions"][0]["reason"] == "personal_data"
    copied = load(as_json(copy_of(full)))
    assert archive.dump(copied, full=True) == copy_of(full)
    assert copied.contributions.get(number=2).redacted_for == "personal_data"
