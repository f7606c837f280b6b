"""A discussion's own page: its texts and dates, hosts, questions and staff."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.models import Person
from forum import actions
from forum.models import Discussion, GuidingQuestion, Host, Membership, QuestionGroup
from tests.factory import make_contribution, make_discussion, make_member, make_person, make_user

from .browsing import change_url, fields_of, save, signed_in

ADD = "/admin/forum/discussion/add/"
NAIROBI = ZoneInfo("Africa/Nairobi")


@pytest.fixture
def draft(cast, discussion):
    """Not published yet, with whole seconds, in a zone that is not the site's."""
    Discussion.objects.filter(pk=discussion.pk).update(
        published=False,
        time_zone="Africa/Nairobi",
        opens_at=datetime(2040, 5, 1, 9, tzinfo=NAIROBI),
        closes_at=datetime(2040, 5, 31, 23, 59, 59, tzinfo=NAIROBI),
        background="One line\n\n- another\n",
    )
    discussion.refresh_from_db()
    return discussion


def errors_of(response):
    """Every error of the form and of the rows below it, as sentences."""
    sentences = []
    for errors in response.context["errors"]:
        sentences += [errors] if isinstance(errors, str) else errors
    return [str(sentence) for sentence in sentences]


# --- texts and settings ---


def test_organisers_edit_texts_and_settings(cast, discussion):
    answer = save(
        signed_in(cast.organiser),
        discussion,
        title="Another title",
        background="Some **facts**.",
        languages=["fr", "ar"],
        visibility="invited",
        edit_minutes="5",
        anonymous_allowed="on",
    )
    assert answer.status_code == 302
    discussion.refresh_from_db()
    assert discussion.title == "Another title"
    assert "<strong>facts</strong>" in discussion.background_html
    assert (discussion.languages, discussion.visibility) == (["fr", "ar"], "invited")
    assert (discussion.edit_minutes, discussion.anonymous_allowed) == (5, True)
    entry = discussion.log.get()
    assert entry.act == "discussion.edit"
    assert entry.details["fields"] == sorted(
        ["title", "background", "languages", "visibility", "edit_minutes", "anonymous_allowed"]
    )


def test_saving_without_a_change_changes_nothing_and_logs_nothing(cast, draft):
    version = draft.version
    assert save(signed_in(cast.organiser), draft).status_code == 302
    draft.refresh_from_db()
    assert draft.version == version
    assert not draft.log.exists()


@pytest.mark.parametrize("name", ["moderator", "facilitator"])
def test_the_rest_of_the_staff_reads(cast, discussion, name):
    client = signed_in(getattr(cast, name))
    page = client.get(change_url(discussion))
    assert page.context["title"] == "View discussion"
    assert "title" not in fields_of(page)
    assert client.post(change_url(discussion), {"title": "Mine"}).status_code == 403
    discussion.refresh_from_db()
    assert discussion.title == "Connecting the last villages"


def test_languages_that_it_already_has_can_be_kept(cast, discussion):
    Discussion.objects.filter(pk=discussion.pk).update(languages=["sw", "en"], language="sw")
    client = signed_in(cast.organiser)
    save(client, discussion, title="Another title")
    discussion.refresh_from_db()
    assert (discussion.title, discussion.languages) == ("Another title", ["sw", "en"])
    answer = save(client, discussion, languages=["xx"])
    assert list(answer.context["adminform"].form.errors) == ["languages"]


def test_addresses_are_unique(cast, draft):
    make_discussion("taken")
    answer = save(signed_in(cast.organiser), draft, slug="taken")
    assert list(answer.context["adminform"].form.errors) == ["slug"]


# --- dates ---


def test_dates_are_shown_and_read_in_the_zone_of_the_discussion(cast, draft):
    client = signed_in(cast.organiser)
    page = client.get(change_url(draft))
    fields = fields_of(page)
    assert (fields["opens_at_0"], fields["opens_at_1"]) == (["2040-05-01"], ["09:00:00"])
    assert (fields["closes_at_0"], fields["closes_at_1"]) == (["2040-05-31"], ["23:59:59"])
    assert "Times of Africa/Nairobi." in page.content.decode()
    save(client, draft, opens_at_1="10:30")
    draft.refresh_from_db()
    assert draft.opens_at == datetime(2040, 5, 1, 10, 30, tzinfo=NAIROBI)


def test_another_zone_gives_the_same_dates_another_meaning(cast, draft):
    save(signed_in(cast.organiser), draft, time_zone="UTC")
    draft.refresh_from_db()
    assert draft.time_zone == "UTC"
    assert draft.opens_at == datetime(2040, 5, 1, 9, tzinfo=UTC)
    assert draft.closes_at == datetime(2040, 5, 31, 23, 59, 59, tzinfo=UTC)


def test_moderators_see_the_dates_in_that_zone_too(cast, draft):
    page = signed_in(cast.moderator).get(change_url(draft)).content.decode()
    assert "1 May 2040, 09:00" in page
    assert "31 May 2040, 23:59" in page


def test_closing_before_opening_is_an_error_at_the_field(cast, draft):
    answer = save(signed_in(cast.organiser), draft, closes_at_0="2040-04-30")
    assert answer.context["adminform"].form.errors == {
        "closes_at": ["A discussion must close after it has opened."]
    }
    draft.refresh_from_db()
    assert draft.closes_at == datetime(2040, 5, 31, 23, 59, 59, tzinfo=NAIROBI)


def test_the_same_rule_holds_where_only_the_opening_can_be_edited(cast, draft):
    actions.publish(draft, user=cast.organiser)
    answer = save(signed_in(cast.organiser), draft, opens_at_0="2040-06-01")
    assert answer.context["adminform"].form.errors == {
        "opens_at": ["A discussion must close after it has opened."]
    }


@pytest.mark.parametrize(
    ("window", "published", "editable"),
    [
        ("upcoming", False, {"slug", "time_zone", "opens_at_0", "closes_at_0"}),
        ("upcoming", True, {"opens_at_0"}),
        ("open", True, set()),
        ("closed", True, set()),
    ],
)
def test_what_is_frozen_is_no_field(cast, discussion, window, published, editable):
    like = make_discussion(window=window)
    Discussion.objects.filter(pk=discussion.pk).update(
        opens_at=like.opens_at, closes_at=like.closes_at, published=published
    )
    fields = fields_of(signed_in(cast.organiser).get(change_url(discussion)))
    assert {"slug", "time_zone", "opens_at_0", "closes_at_0"}.intersection(fields) == editable


def test_what_is_frozen_stays_when_a_form_brings_it_all_the_same(cast, discussion):
    before = Discussion.objects.values("slug", "time_zone", "opens_at", "closes_at").get()
    forged = {
        "slug": "moved",
        "time_zone": "Africa/Nairobi",
        "opens_at_0": "2020-01-01",
        "opens_at_1": "00:00",
        "closes_at_0": "2050-01-01",
        "closes_at_1": "00:00",
        "published": "",
        "last_number": "0",
        "title": "Another title",
    }
    save(signed_in(cast.organiser), discussion, **forged)
    after = Discussion.objects.values("slug", "time_zone", "opens_at", "closes_at").get()
    assert after == before
    discussion.refresh_from_db()
    assert (discussion.title, discussion.published) == ("Another title", True)


# --- two people at once ---


def test_the_second_of_two_is_told_what_the_first_did_and_keeps_the_text(cast, discussion):
    client = signed_in(cast.organiser)
    fields = fields_of(client.get(change_url(discussion)))
    root = make_user("Root", is_superuser=True)
    save(signed_in(root), discussion, title="Root was here")
    mine = fields | {"title": "My title", "welcome": "My long welcome"}
    answer = client.post(change_url(discussion), mine)
    assert answer.status_code == 200
    assert errors_of(answer) == [
        "Meanwhile somebody else was here, so nothing was done: Root changed the discussion.",
        "Now it says: Root was here",
        "Now it says: ",
    ]
    assert fields_of(answer)["title"] == ["My title"]
    assert fields_of(answer)["welcome"] == ["My long welcome"]
    discussion.refresh_from_db()
    assert discussion.title == "Root was here"
    client.post(change_url(discussion), fields_of(answer))
    discussion.refresh_from_db()
    assert (discussion.title, discussion.welcome) == ("My title", "My long welcome")


def test_contributions_that_arrive_meanwhile_are_no_obstacle(cast, discussion):
    client = signed_in(cast.organiser)
    fields = fields_of(client.get(change_url(discussion)))
    make_contribution(discussion, cast.participant)
    client.post(change_url(discussion), fields | {"title": "Another title"})
    discussion.refresh_from_db()
    assert discussion.title == "Another title"


# --- a new one ---


def test_superusers_make_discussions_and_go_on_to_their_questions(db):
    root = make_user("Root", is_superuser=True)
    client = signed_in(root)
    typed = {
        "title": "Brand new",
        "slug": "brand-new",
        "time_zone": "Africa/Nairobi",
        "opens_at_0": "2040-05-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2040-05-31",
        "closes_at_1": "23:59:59",
        "languages": ["en"],
    }
    answer = client.post(ADD, fields_of(client.get(ADD)) | typed)
    made = Discussion.objects.get()
    assert answer.url == change_url(made)
    assert made.opens_at == datetime(2040, 5, 1, 9, tzinfo=NAIROBI)
    assert made.published is False
    assert made.memberships.get().role == "organiser"
    assert made.log.get().act == "discussion.create"


def test_a_new_one_closes_after_it_opens(db):
    client = signed_in(make_user("Root", is_superuser=True))
    typed = {
        "title": "Brand new",
        "slug": "brand-new",
        "opens_at_0": "2040-05-01",
        "opens_at_1": "09:00",
        "closes_at_0": "2040-05-01",
        "closes_at_1": "09:00",
    }
    answer = client.post(ADD, fields_of(client.get(ADD)) | typed)
    assert answer.context["adminform"].form.errors == {
        "closes_at": ["A discussion must close after it has opened."]
    }
    assert not Discussion.objects.exists()


def test_organisers_make_none(cast):
    client = signed_in(cast.organiser)
    assert client.get(ADD).status_code == 403
    assert client.post(ADD, {"title": "Mine"}).status_code == 403


def test_nothing_is_deleted(cast, discussion):
    for user in (cast.organiser, make_user("Root", is_superuser=True)):
        client = signed_in(user)
        address = reverse("admin:forum_discussion_delete", args=[discussion.pk])
        assert client.get(address).status_code == 403
        assert client.post(address, {"post": "yes"}).status_code == 403
        fields = {"action": "delete_selected", "_selected_action": discussion.pk, "post": "yes"}
        client.post("/admin/forum/discussion/", fields)
    assert Discussion.objects.filter(pk=discussion.pk).exists()


# --- hosts and groups ---


def test_hosts_come_change_and_go(cast, discussion):
    client = signed_in(cast.organiser)
    save(client, discussion, **{"hosts-0-name": "FAO", "hosts-0-url": "https://www.fao.org"})
    assert [(host.name, host.url) for host in discussion.hosts.all()] == [
        ("FAO", "https://www.fao.org")
    ]
    save(client, discussion, **{"hosts-0-name": "The FAO"})
    assert discussion.hosts.get().name == "The FAO"
    save(client, discussion, **{"hosts-0-DELETE": "on"})
    assert not discussion.hosts.exists()
    assert [entry.details for entry in discussion.log.all()] == 3 * [{"fields": ["host"]}]


def test_a_group_with_questions_is_not_removed(cast, draft):
    answer = save(signed_in(cast.organiser), draft, **{"question_groups-0-DELETE": "on"})
    assert "would require deleting the following protected" in errors_of(answer)[0]
    assert draft.question_groups.count() == 1


def test_an_empty_group_is_removed_before_publication(cast, draft):
    QuestionGroup.objects.create(discussion=draft, title="Empty", position=9)
    save(signed_in(cast.organiser), draft, **{"question_groups-1-DELETE": "on"})
    assert [group.title for group in draft.question_groups.all()] == ["Broad questions"]


def test_a_group_ends_after_it_begins(cast, draft):
    answer = save(
        signed_in(cast.organiser),
        draft,
        **{
            "question_groups-0-opens_at_0": "2040-05-09",
            "question_groups-0-opens_at_1": "00:00",
            "question_groups-0-closes_at_0": "2040-05-08",
            "question_groups-0-closes_at_1": "00:00",
        },
    )
    assert errors_of(answer) == ["It must end after it has begun."]


# --- guiding questions ---


def new_question(discussion, **values):
    """The fields of the empty row below the questions."""
    row = discussion.questions.count()
    values = {"group": discussion.question_groups.first().pk, "text": "And why?"} | values
    return {f"questions-{row}-{name}": value for name, value in values.items()}


def test_a_new_question_continues_the_numbering(cast, discussion):
    save(signed_in(cast.organiser), discussion, **new_question(discussion))
    question = discussion.questions.get(number=4)
    assert (question.key, question.text) == ("Q4", "And why?")
    assert discussion.log.get().act == "question.add"


def test_a_new_question_may_bring_its_key(cast, discussion):
    save(signed_in(cast.organiser), discussion, **new_question(discussion, key="W1"))
    assert discussion.questions.get(number=4).key == "W1"


@pytest.mark.parametrize("key", ["Q1", "1 2"])
def test_a_key_that_is_taken_or_no_key_is_an_error(cast, discussion, key):
    answer = save(signed_in(cast.organiser), discussion, **new_question(discussion, key=key))
    assert answer.status_code == 200
    assert errors_of(answer)
    assert discussion.questions.count() == 3


def test_a_number_whose_key_is_taken_asks_for_another_key(cast, discussion):
    GuidingQuestion.objects.filter(key="Q3").update(key="Q4")
    answer = save(signed_in(cast.organiser), discussion, **new_question(discussion))
    assert errors_of(answer) == ["Q4 is taken."]
    assert discussion.questions.count() == 3


def test_keys_are_frozen_by_publication(cast, discussion, draft):
    client = signed_in(cast.organiser)
    save(client, draft, **{"questions-0-key": "Z1"})
    assert draft.questions.get(number=1).key == "Z1"
    actions.publish(draft, user=cast.organiser)
    save(client, draft, **{"questions-0-key": "Z2", "questions-0-text": "Other words?"})
    question = draft.questions.get(number=1)
    assert (question.key, question.text) == ("Z1", "Other words?")


def test_rewording_an_answered_question_is_told(cast, discussion):
    make_contribution(discussion, cast.participant, answers={"Q1": "Yes."})
    save(signed_in(cast.organiser), discussion, **{"questions-0-text": "Really?"})
    question = discussion.questions.get(key="Q1")
    assert (question.text, question.answer_count) == ("Really?", 1)
    assert question.reworded_at
    assert discussion.log.first().act == "question.reword"


FRENCH, ARABIC = "Où\u202f?\net\u00a0: pourquoi\u202f?", "أين؟"


def test_a_question_is_translated_in_one_box(cast, discussion):
    client = signed_in(cast.organiser)
    box = f"ar: {ARABIC}\r\n\r\nfr: {FRENCH}\r\n".replace("\n et", "\net")
    assert save(client, discussion, **{"questions-0-translations": box}).status_code == 302
    question = discussion.questions.get(key="Q1")
    assert question.translations == {"ar": ARABIC, "fr": "Où\u202f?\net\u00a0: pourquoi\u202f?"}
    shown = fields_of(client.get(change_url(discussion)))["questions-0-translations"]
    assert shown == [f"ar: {ARABIC}\r\nfr: {FRENCH}".replace("?\net", "?\r\net")]


def test_a_changed_translation_is_logged_as_an_edit_and_rewords_nothing(cast, discussion):
    make_contribution(discussion, cast.participant, answers={"Q1": "Yes."})
    client = signed_in(cast.organiser)
    save(client, discussion, **{"questions-0-translations": "fr: Où ?"})
    save(client, discussion, **{"questions-0-translations": ""})
    question = discussion.questions.get(key="Q1")
    assert (question.translations, question.reworded_at) == ({}, None)
    acts = discussion.log.exclude(act="contribution.publish").values_list("act", "details")
    assert list(acts) == 2 * [("question.edit", {"question": "Q1"})]


def test_a_line_that_only_looks_like_a_language_comes_back_as_it_was(cast, discussion):
    odd = {"fr": "Trois points\n  a: un\nes: pas une langue\n\nde : non plus", "quz": "a"}
    discussion.questions.filter(key="Q1").update(translations=odd)
    client = signed_in(cast.organiser)
    version = Discussion.objects.get(pk=discussion.pk).version
    save(client, discussion)
    assert Discussion.objects.get(pk=discussion.pk).version == version, "nothing was changed"
    save(client, discussion, **{"questions-0-text": "Other words?"})
    assert discussion.questions.get(key="Q1").translations == odd


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ("Où ?", "Begin each translation with the code of its language, as in “fr: …”."),
        ("français: Où ?", "Begin each translation with the code of its language, as in “fr: …”."),
        ("fr: Où ?\nfr: Où donc ?", "“fr” stands here twice."),
        ("zh: 哪里？\nzh-hans: 哪里？", "“zh-hans” stands here twice."),
        ("fr:  \nes: ¿Dónde?", "There is nothing after “fr:”."),
        ("en: Where?", "“en” is the language of the discussion itself."),
    ],
)
def test_a_translation_that_cannot_be_is_said_and_nothing_typed_is_lost(
    cast, discussion, box, sentence
):
    answer = save(
        signed_in(cast.organiser), discussion, title="New", **{"questions-0-translations": box}
    )
    assert errors_of(answer) == [sentence]
    assert fields_of(answer)["questions-0-translations"] == [box.replace("\n", "\r\n")]
    assert discussion.questions.get(key="Q1").translations == {}


def test_a_discussion_does_not_take_on_the_language_of_its_translations(cast, discussion):
    discussion.questions.filter(key="Q1").update(translations={"fr": "Où ?"})
    answer = save(signed_in(cast.organiser), discussion, language="fr")
    assert errors_of(answer) == ["“fr” is the language of the discussion itself."]


def test_the_rest_of_the_staff_reads_translations(cast, discussion):
    discussion.questions.filter(key="Q1").update(translations={"fr": "Où ?", "ar": ARABIC})
    page = signed_in(cast.moderator).get(change_url(discussion)).content.decode()
    assert '<p lang="ar" dir="rtl">ar: أين؟</p><p lang="fr" dir="ltr">fr: Où ?</p>' in page
    assert 'name="questions-0-translations"' not in page


def test_questions_go_before_publication_and_stay_afterwards(cast, draft):
    client = signed_in(cast.organiser)
    save(client, draft, **{"questions-2-DELETE": "on"})
    assert [question.key for question in draft.questions.all()] == ["Q1", "Q2"]
    actions.publish(draft, user=cast.organiser)
    save(client, draft, **{"questions-1-DELETE": "on"})
    assert [question.key for question in draft.questions.all()] == ["Q1", "Q2"]


def test_a_question_that_somebody_answered_stays_in_any_case(cast, discussion):
    make_contribution(discussion, cast.participant, answers={"Q3": "Yes."})
    Discussion.objects.filter(pk=discussion.pk).update(published=False)
    answer = save(signed_in(cast.organiser), discussion, **{"questions-2-DELETE": "on"})
    assert "would require deleting the following protected" in errors_of(answer)[0]
    assert discussion.questions.count() == 3


def test_a_question_without_words_is_an_error(cast, discussion):
    answer = save(signed_in(cast.organiser), discussion, **{"questions-0-text": "  \r\n "})
    assert errors_of(answer) == ["This field is required."]


# --- the staff ---


def new_member(discussion, **values):
    row = discussion.memberships.staff().count()
    return {f"memberships-{row}-{name}": value for name, value in values.items()}


def row_of(page, membership):
    """Which row of the form is about this membership?"""
    fields = fields_of(page)
    return next(
        name.split("-")[1]
        for name, values in fields.items()
        if name.startswith("memberships-")
        and name.endswith("-id")
        and values == [str(membership.pk)]
    )


def test_somebody_is_given_a_role_by_their_whole_address(cast, discussion):
    typed = new_member(
        discussion, email=cast.stranger.email.upper(), role="moderator", title="Programme Officer"
    )
    save(signed_in(cast.organiser), discussion, **typed)
    membership = discussion.memberships.get(person=cast.stranger.person)
    assert (membership.role, membership.title) == ("moderator", "Programme Officer")
    assert discussion.log.get().act == "membership.give"


def test_a_person_without_an_account_is_found_by_the_address_on_record(cast, discussion):
    person = make_person("Old Hand", email="hand@example.org")
    typed = new_member(discussion, email="hand@example.org", role="facilitator")
    save(signed_in(cast.organiser), discussion, **typed)
    assert discussion.memberships.get(person=person).role == "facilitator"


@pytest.mark.parametrize("email", ["nobody@example.org", "jonas", "@example.org", "%"])
def test_a_part_of_an_address_finds_nobody(cast, discussion, email):
    typed = new_member(discussion, email=email, role="moderator")
    answer = save(signed_in(cast.organiser), discussion, **typed)
    assert len(errors_of(answer)) == 1
    assert "Jonas" not in answer.content.decode()
    assert discussion.memberships.count() == 4


def test_an_address_of_several_persons_is_an_error(cast, discussion):
    for name in ("One", "Two"):
        make_person(name, email="office@example.org")
    typed = new_member(discussion, email="office@example.org", role="moderator")
    answer = save(signed_in(cast.organiser), discussion, **typed)
    assert errors_of(answer) == ["Several persons are recorded with this address."]


def test_the_same_role_twice_is_an_error(cast, discussion):
    typed = new_member(discussion, email=cast.facilitator.email, role="facilitator")
    answer = save(signed_in(cast.organiser), discussion, **typed)
    assert errors_of(answer) == ["This person has this role already."]


def test_a_title_is_changed_and_a_role_taken_away(cast, discussion):
    client = signed_in(cast.organiser)
    facilitator = discussion.memberships.get(role="facilitator")
    moderator = discussion.memberships.get(role="moderator")
    page = client.get(change_url(discussion))
    save(
        client,
        discussion,
        **{
            f"memberships-{row_of(page, facilitator)}-title": "Editor",
            f"memberships-{row_of(page, moderator)}-DELETE": "on",
        },
    )
    facilitator.refresh_from_db()
    assert facilitator.title == "Editor"
    assert not Membership.objects.filter(pk=moderator.pk).exists()
    assert {entry.act for entry in discussion.log.all()} == {"membership.edit", "membership.take"}


def test_a_role_that_is_there_does_not_become_another(cast, discussion):
    client = signed_in(cast.organiser)
    moderator = discussion.memberships.get(role="moderator")
    row = row_of(client.get(change_url(discussion)), moderator)
    forged = {f"memberships-{row}-role": "organiser", f"memberships-{row}-title": "Officer"}
    save(client, discussion, **forged)
    moderator.refresh_from_db()
    assert (moderator.role, moderator.title) == ("moderator", "Officer")


def test_the_last_organiser_stays_and_the_form_says_so(cast, discussion):
    client = signed_in(cast.organiser)
    organiser = discussion.memberships.get(role="organiser")
    row = row_of(client.get(change_url(discussion)), organiser)
    answer = save(client, discussion, **{f"memberships-{row}-DELETE": "on", "title": "Mine"})
    assert errors_of(answer) == ["A discussion never loses its last organiser."]
    assert Membership.objects.filter(pk=organiser.pk).exists()
    discussion.refresh_from_db()
    assert discussion.title == "Connecting the last villages"


def test_an_organiser_hands_over_and_leaves_in_one_go(cast, discussion):
    client = signed_in(cast.organiser)
    organiser = discussion.memberships.get(role="organiser")
    facilitator = discussion.memberships.get(role="facilitator")
    page = client.get(change_url(discussion))
    answer = save(
        client,
        discussion,
        **new_member(discussion, email=cast.stranger.email, role="organiser"),
        **{
            f"memberships-{row_of(page, organiser)}-DELETE": "on",
            f"memberships-{row_of(page, facilitator)}-DELETE": "on",
        },
    )
    assert answer.status_code == 302
    assert [row.person for row in discussion.memberships.filter(role="organiser")] == [
        cast.stranger.person
    ]


def test_an_invited_participant_is_found_in_the_list_of_members(cast, discussion):
    typed = new_member(discussion, email=cast.stranger.email, role="participant")
    client = signed_in(cast.organiser)
    save(client, discussion, **typed)
    page = client.get("/admin/forum/membership/", {"discussion": discussion.pk, "q": "Jonas"})
    assert [row.person for row in page.context["cl"].result_list] == [cast.stranger.person]


def test_addresses_of_others_are_printed_nowhere(cast, discussion):
    Person.objects.update(email="secret@example.org")
    client = signed_in(cast.organiser)
    for address in (change_url(discussion), "/admin/forum/membership/"):
        page = client.get(address).content.decode()
        assert "secret@example.org" not in page
        for user in (cast.moderator, cast.facilitator, cast.participant):
            assert user.email not in page


# --- what stands around the form ---


@pytest.mark.parametrize(
    ("name", "offered"), [("organiser", True), ("facilitator", True), ("moderator", False)]
)
def test_the_full_table_is_offered_to_those_who_may_have_it(cast, discussion, name, offered):
    page = signed_in(getattr(cast, name)).get(change_url(discussion)).content.decode()
    address = reverse("facilitation:contributions_csv", args=[discussion.slug])
    assert (f'href="{address}"' in page) is offered


def test_the_page_of_the_discussion_is_one_step_away(cast, discussion):
    page = signed_in(cast.moderator).get(change_url(discussion)).content.decode()
    assert f'href="{discussion.get_absolute_url()}" class="viewsitelink"' in page


def test_extensions_are_shown(cast, discussion):
    closes_at = discussion.closes_at + timedelta(days=1)
    actions.extend(discussion, user=cast.moderator, closes_at=closes_at, reason="Late mail.")
    assert "Late mail." in signed_in(cast.moderator).get(change_url(discussion)).content.decode()


@pytest.mark.parametrize("forged", [{"name": "Mine"}, {"DELETE": "on"}])
def test_hosts_of_another_discussion_are_out_of_reach(cast, discussion, forged):
    other = make_discussion("other")
    make_member(other, "organiser")
    host = Host.objects.create(discussion=other, name="Theirs")
    row = {"hosts-INITIAL_FORMS": "1", "hosts-0-id": host.pk}
    row |= {f"hosts-0-{name}": value for name, value in forged.items()}
    save(signed_in(cast.organiser), discussion, **row)
    host.refresh_from_db()
    assert (host.name, host.discussion) == ("Theirs", other)
