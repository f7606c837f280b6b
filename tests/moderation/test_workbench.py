"""The workbench: an organiser needs no administration; whoever comes second is told."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from forum import actions, memory
from forum.models import Discussion, Host, LogEntry, Membership
from moderation.waiting import what_waits
from tests.factory import make_contribution, make_discussion, make_user
from tests.moderation.browsing import fields_of, signed_in

EVERY_PAGE = ["manage", "window", "texts", "questions", "hosts", "people", "settings", "preview"]
EVERY_PAGE += ["log", "copy", "add_question", "add_group"]


def address(name, discussion, *parts):
    return reverse(f"moderation:{name}", args=[discussion.slug, *parts])


def send(client, page, to="", **changes):
    """Open a page, fill in its main form and send it."""
    return client.post(to or page, fields_of(client.get(page)) | changes)


def acts_in(discussion):
    return list(discussion.log.order_by("pk").values_list("act", flat=True))


@pytest.fixture
def organiser(cast):
    return signed_in(cast.organiser)


@pytest.fixture
def draft(discussion, cast):
    """The same discussion, not published and still to come."""
    now = timezone.now()
    Discussion.objects.filter(pk=discussion.pk).update(
        published=False, opens_at=now + timedelta(days=7), closes_at=now + timedelta(days=14)
    )
    discussion.refresh_from_db()
    return discussion


# --- who comes second ---


def test_the_second_of_two_is_told_what_the_first_did_and_loses_nothing(
    organiser, cast, discussion
):
    page = address("texts", discussion)
    fields = fields_of(organiser.get(page))
    send(signed_in(cast.organiser), page, welcome="What the first one wrote.")

    answer = organiser.post(page, fields | {"welcome": "What the second one wrote."})

    assert answer.status_code == 422
    words = answer.content.decode()
    assert "Meanwhile somebody else was here" in words
    assert "Now it says: What the first one wrote." in words
    assert fields_of(answer)["welcome"] == ["What the second one wrote."]
    discussion.refresh_from_db()
    assert discussion.welcome == "What the first one wrote."

    # Sent once more, it is meant.
    assert organiser.post(page, fields_of(answer)).status_code == 302
    discussion.refresh_from_db()
    assert discussion.welcome == "What the second one wrote."
    assert acts_in(discussion) == ["discussion.edit"] * 2


def test_contributions_make_no_form_stale(organiser, cast, discussion):
    fields = fields_of(organiser.get(address("settings", discussion)))
    make_contribution(discussion, cast.participant)
    answer = organiser.post(address("settings", discussion), fields | {"edit_minutes": "45"})
    assert answer.status_code == 302
    discussion.refresh_from_db()
    assert discussion.edit_minutes == 45


@pytest.mark.parametrize("name", ["question", "member", "host", "group"])
def test_every_form_of_a_row_tells_who_comes_second(organiser, cast, discussion, name):
    host = Host.objects.create(discussion=discussion, name="Example Institute")
    row = {
        "question": discussion.questions.first(),
        "member": discussion.memberships.get(person=cast.moderator.person),
        "host": host,
        "group": discussion.question_groups.get(),
    }[name]
    page = address(name, discussion, row.pk)
    fields = fields_of(organiser.get(page))
    actions.close_now(discussion, user=cast.moderator)
    changes = {"text": "New?"} if name == "question" else {"title": "New", "name": "New"}
    answer = organiser.post(page, fields | changes)
    assert answer.status_code == 422
    assert "Meanwhile somebody else was here" in answer.content.decode()
    assert acts_in(discussion) == ["discussion.close"]


def test_a_button_that_is_stale_does_nothing_and_says_why(organiser, cast, draft):
    last = draft.questions.last()
    stale = {"seen": "0"}
    actions.edit_membership(
        draft.memberships.get(person=cast.moderator.person), user=cast.organiser, title="Expert"
    )
    answer = organiser.post(address("move_up", draft, last.pk), stale, follow=True)
    assert "Meanwhile somebody else was here" in answer.content.decode()
    assert acts_in(draft) == ["membership.edit"]


# --- texts and settings ---


def test_texts_are_rendered_and_logged(organiser, discussion):
    page = address("texts", discussion)
    assert "slug" not in fields_of(organiser.get(page))
    assert send(organiser, page, title="Another title", welcome="**Welcome**").status_code == 302
    discussion.refresh_from_db()
    assert (discussion.title, discussion.slug) == ("Another title", "open-discussion")
    assert discussion.welcome_html == "<p><strong>Welcome</strong></p>\n"
    assert discussion.log.get().details == {"fields": ["title", "welcome"]}


def test_the_address_can_change_until_publication(organiser, draft):
    assert send(organiser, address("texts", draft), slug="another").status_code == 302
    draft.refresh_from_db()
    assert draft.slug == "another"


def test_saving_without_a_change_writes_nothing(organiser, draft):
    for name in ("texts", "settings", "window"):
        assert send(organiser, address(name, draft)).status_code == 302
    version = Discussion.objects.get(pk=draft.pk).version
    assert (version, acts_in(draft)) == (draft.version, [])


def test_settings(organiser, discussion):
    page = address("settings", discussion)
    ticked = {"anonymous_allowed": "on", "statistics_public": "on"}
    send(organiser, page, visibility="accounts", languages=["en", "es"], **ticked)
    discussion.refresh_from_db()
    assert discussion.visibility == "accounts"
    assert discussion.anonymous_allowed
    assert discussion.statistics_public
    assert discussion.languages == ["en", "es"]


def test_what_was_typed_waits_for_whoever_is_logged_out(organiser, discussion, cast):
    page = address("texts", discussion)
    fields = fields_of(organiser.get(page)) | {"background": "A long text that nobody may lose."}
    organiser.logout()
    answer = organiser.post(page, fields)
    assert "A long text that nobody may lose." in answer.content.decode()
    organiser.force_login(cast.organiser)
    waiting = fields_of(organiser.get(page))
    assert waiting["background"] == ["A long text that nobody may lose."]
    assert organiser.post(page, waiting).status_code == 302
    discussion.refresh_from_db()
    assert discussion.background == "A long text that nobody may lose."


def test_what_waited_is_stale_where_somebody_else_was_quicker(organiser, discussion, cast):
    page = address("texts", discussion)
    fields = fields_of(organiser.get(page)) | {"background": "A long text that nobody may lose."}
    organiser.logout()
    organiser.post(page, fields)
    send(signed_in(cast.organiser), page, background="Another text.")
    organiser.force_login(cast.organiser)
    answer = organiser.post(page, fields_of(organiser.get(page)))
    assert answer.status_code == 422
    assert "Now it says: Another text." in answer.content.decode()


def test_a_page_that_refuses_still_shows_what_is_stored(organiser, draft):
    answer = send(organiser, address("texts", draft), title="", slug="elsewhere")
    assert answer.status_code == 422
    assert f'href="{address("questions", draft)}"' in answer.content.decode()
    answer = send(organiser, address("window", draft), opens_at_0="2031-01-01")
    assert answer.status_code == 422
    assert "<dd><time" in answer.content.decode()
    assert "1 January 2031" not in answer.content.decode()


# --- the window ---


def test_dates_are_times_of_the_zone_that_is_chosen(organiser, draft):
    send(
        organiser,
        address("window", draft),
        time_zone="Africa/Nairobi",
        opens_at_0="2030-01-01",
        opens_at_1="09:00:00",
        closes_at_0="2030-02-01",
        closes_at_1="18:00:00",
    )
    draft.refresh_from_db()
    assert draft.opens_at.isoformat() == "2030-01-01T06:00:00+00:00"
    assert draft.closes_at.isoformat() == "2030-02-01T15:00:00+00:00"


def test_a_closing_before_the_opening_is_refused_in_a_sentence(organiser, draft):
    answer = send(organiser, address("window", draft), closes_at_0="2020-01-01")
    assert answer.status_code == 422
    assert "A discussion must close after it has opened." in answer.content.decode()


def test_a_published_discussion_has_no_form_of_dates(organiser, discussion):
    assert "closes_at_0" not in organiser.get(address("window", discussion)).content.decode()
    moved = {"closes_at_0": "2030-01-01", "closes_at_1": "12:00:00", "seen": "0"}
    organiser.post(address("window", discussion), moved)
    assert acts_in(discussion) == []


def test_acts_ask_first_and_are_done_by_post(organiser, draft):
    for name in ("publish", "open", "close"):
        page = address("act", draft, name)
        assert organiser.get(page).status_code == 200
        assert send(organiser, page).status_code == 302
    later = {"closes_at_0": "2030-01-01", "closes_at_1": "12:00:00", "reason": "More time."}
    send(organiser, address("act", draft, "reopen"), **later)
    assert acts_in(draft) == [
        "discussion.publish",
        "discussion.open",
        "discussion.close",
        "discussion.reopen",
    ]
    assert draft.extensions.get().reason == "More time."


def test_an_act_that_is_not_possible_now_says_why(organiser, discussion):
    page = organiser.get(address("act", discussion, "reopen"))
    assert "Only a closed discussion can be reopened." in page.content.decode()
    answer = organiser.post(address("act", discussion, "publish"), {"seen": page.context["seen"]})
    assert answer.status_code == 422
    assert "This discussion is published already." in answer.content.decode()
    assert organiser.get(address("act", discussion, "destroy")).status_code == 404


def test_two_who_close_it_at_once_close_it_once(organiser, cast, discussion):
    page = address("act", discussion, "close")
    fields = fields_of(organiser.get(page))
    actions.extend(
        discussion,
        user=cast.moderator,
        closes_at=discussion.closes_at + timedelta(days=1),
        reason="More time.",
    )
    answer = organiser.post(page, fields)
    assert "Lucía Fernández extended it" in answer.content.decode()
    assert acts_in(discussion) == ["discussion.extend"]


def test_a_refused_date_stands_at_its_field(organiser, discussion):
    page = address("act", discussion, "extend")
    answer = send(organiser, page, closes_at_0="2020-01-01", reason="More time.")
    assert answer.context["form"].errors == {
        "closes_at": ["The new date must be after the old one."]
    }


# --- questions ---


def keys_and_texts(discussion):
    return list(discussion.questions.order_by("number").values_list("key", "text"))


def test_the_first_question_brings_a_group(organiser, db, cast):
    empty = make_discussion("empty", questions=0)
    empty.question_groups.all().delete()
    Membership.objects.create(discussion=empty, person=cast.organiser.person, role="organiser")
    send(organiser, address("add_question", empty), text="What lasts?", translations="fr: Quoi ?")
    question = empty.questions.get()
    assert (question.key, question.number, question.group.title) == ("Q1", 1, "")
    assert question.translations == {"fr": "Quoi ?"}
    assert acts_in(empty) == ["discussion.edit", "question.add"]


def test_later_questions_continue_the_numbering(organiser, discussion):
    send(organiser, address("add_question", discussion), text="What next?")
    assert keys_and_texts(discussion)[-1] == ("Q4", "What next?")


def test_a_key_that_is_taken_is_refused(organiser, discussion):
    answer = send(organiser, address("add_question", discussion), text="What next?", key="Q1")
    assert answer.context["form"].errors == {"key": ["Q1 is taken."]}
    assert acts_in(discussion) == []


def test_an_answered_question_is_reworded_for_all_to_see(organiser, cast, discussion):
    make_contribution(discussion, cast.participant, "", answers={"Q1": "Yes."})
    question = discussion.questions.get(key="Q1")
    send(organiser, address("question", discussion, question.pk), text="In other words?")
    question.refresh_from_db()
    assert (question.text, question.reworded_at is None) == ("In other words?", False)
    assert acts_in(discussion)[-1] == "question.reword"


def test_moving_up_changes_places_and_the_key_stays_with_the_place(organiser, draft):
    last = draft.questions.get(key="Q3")
    page = address("questions", draft)
    send(organiser, page, to=address("move_up", draft, last.pk))
    assert keys_and_texts(draft) == [
        ("Q1", "Question 1?"),
        ("Q2", "Question 3?"),
        ("Q3", "Question 2?"),
    ]
    assert acts_in(draft) == ["question.edit"]


def test_moving_up_across_a_border_joins_the_group_above(organiser, draft):
    send(organiser, address("add_group", draft), title="Specific questions")
    group = draft.question_groups.get(title="Specific questions")
    last = draft.questions.get(key="Q3")
    send(organiser, address("question", draft, last.pk), group=str(group.pk))
    send(organiser, address("questions", draft), to=address("move_up", draft, last.pk))
    last.refresh_from_db()
    assert (last.key, last.group.title) == ("Q3", "Broad questions")


def test_the_first_question_stays_first(organiser, draft):
    first = draft.questions.get(key="Q1")
    page = send(organiser, address("questions", draft), to=address("move_up", draft, first.pk))
    told = organiser.get(page.url).content.decode()
    assert "This is the first question already." in told
    assert keys_and_texts(draft)[0] == ("Q1", "Question 1?")


def test_published_questions_keep_order_and_place(organiser, discussion):
    last = discussion.questions.get(key="Q3")
    before = keys_and_texts(discussion)
    for name in ("move_up", "remove_question"):
        organiser.post(address(name, discussion, last.pk), {"seen": "0"})
    assert (keys_and_texts(discussion), acts_in(discussion)) == (before, [])


def test_questions_and_empty_groups_are_removed_until_publication(organiser, draft):
    group = draft.question_groups.get()
    page = address("question", draft, draft.questions.last().pk)
    for question in draft.questions.all():
        answer = organiser.get(address("group", draft, group.pk))
        assert not answer.context["removable"]
        page = address("question", draft, question.pk)
        fields = fields_of(organiser.get(page))
        organiser.post(address("remove_question", draft, question.pk), fields)
    fields = fields_of(organiser.get(address("group", draft, group.pk)))
    organiser.post(address("remove_group", draft, group.pk), fields)
    assert (draft.questions.count(), draft.question_groups.count()) == (0, 0)


def test_a_group_has_weeks_of_its_own(organiser, discussion):
    group = discussion.question_groups.get()
    dates = {"opens_at_0": "2030-01-01", "opens_at_1": "00:00:00"}
    dates |= {"closes_at_0": "2030-01-08", "closes_at_1": "00:00:00"}
    send(organiser, address("group", discussion, group.pk), title="Week 1", **dates)
    group.refresh_from_db()
    assert (group.title, (group.closes_at - group.opens_at).days) == ("Week 1", 7)
    page = organiser.get(discussion.get_absolute_url()).content.decode()
    assert "Week 1" in page
    backwards = dates | {"closes_at_0": "2029-01-01"}
    answer = send(organiser, address("group", discussion, group.pk), **backwards)
    assert answer.context["form"].errors == {"closes_at": ["It must end after it has begun."]}


# --- hosts and people ---


def test_hosts_come_and_go(organiser, discussion):
    send(organiser, address("hosts", discussion), name="Example Institute", url="example.org")
    host = discussion.hosts.get()
    assert host.url == "https://example.org"
    send(organiser, address("host", discussion, host.pk), name="Another Institute")
    assert discussion.hosts.get().name == "Another Institute"
    fields = fields_of(organiser.get(address("host", discussion, host.pk)))
    organiser.post(address("remove_host", discussion, host.pk), fields)
    assert discussion.hosts.count() == 0
    assert acts_in(discussion) == ["discussion.edit"] * 3


def test_roles_are_given_by_address_and_taken(organiser, cast, discussion):
    people = address("people", discussion)
    send(organiser, people, email=cast.stranger.email.upper(), role="moderator", title="Expert")
    held = discussion.memberships.get(person=cast.stranger.person)
    assert (held.role, held.title) == ("moderator", "Expert")
    send(organiser, address("member", discussion, held.pk), title="Engineer")
    held.refresh_from_db()
    assert held.title == "Engineer"
    fields = fields_of(organiser.get(address("member", discussion, held.pk)))
    organiser.post(address("take_role", discussion, held.pk), fields)
    assert not discussion.memberships.filter(person=cast.stranger.person).exists()
    assert acts_in(discussion) == ["membership.give", "membership.edit", "membership.take"]


@pytest.mark.parametrize(
    ("email", "role", "field", "sentence"),
    [
        ("nobody@example.com", "moderator", "email", "Nobody here has this address."),
        ("", "moderator", "role", "This person has this role already."),
    ],
)
def test_why_a_role_is_not_given(organiser, cast, discussion, email, role, field, sentence):
    email = email or cast.moderator.email
    answer = send(organiser, address("people", discussion), email=email, role=role)
    assert sentence in str(answer.context["form"].errors[field])
    assert acts_in(discussion) == []


def test_the_last_organiser_stays(organiser, cast, discussion):
    held = discussion.memberships.get(person=cast.organiser.person)
    page = organiser.get(address("member", discussion, held.pk))
    assert "A discussion never loses its last organiser." in page.content.decode()
    organiser.post(address("take_role", discussion, held.pk), {"seen": "0"})
    assert discussion.memberships.filter(pk=held.pk).exists()


def test_whoever_gives_up_their_own_role_is_led_away(organiser, cast, discussion):
    held = discussion.memberships.get(person=cast.organiser.person)
    send(organiser, address("people", discussion), email=cast.stranger.email, role="organiser")
    fields = fields_of(organiser.get(address("member", discussion, held.pk)))
    answer = organiser.post(address("take_role", discussion, held.pk), fields)
    assert answer.url == reverse("forum:home")
    assert organiser.get(address("manage", discussion)).status_code == 403


def test_no_page_shows_an_address(organiser, cast, discussion):
    page = organiser.get(address("people", discussion)).content.decode()
    assert cast.moderator.person.name in page
    assert cast.moderator.email not in page


def test_rows_of_another_discussion_do_not_exist(organiser, cast, discussion):
    other = make_discussion("another")
    host = Host.objects.create(discussion=other, name="Elsewhere")
    membership = Membership.objects.create(
        discussion=other, person=cast.stranger.person, role="organiser"
    )
    for name, row in (
        ("question", other.questions.first()),
        ("group", other.question_groups.get()),
        ("host", host),
        ("member", membership),
    ):
        assert organiser.get(address(name, discussion, row.pk)).status_code == 404
        assert organiser.post(address(name, discussion, row.pk), {"seen": 0}).status_code == 404


# --- who sees what ---


def test_the_menu_has_what_one_may_do(cast, discussion):
    def menu(user):
        page = signed_in(user).get(address("manage", discussion))
        return [str(label) for _address, label, _here in page.context["menu"]]

    taken_away = ["Statistics", "Exports", "Proceedings"]
    assert menu(cast.facilitator) == ["Overview", "Bulletins", *taken_away, "Log"]
    assert menu(cast.moderator) == ["Overview", "Window", "Preview", "Statistics", "Log"]
    assert len(menu(cast.organiser)) == 14


def test_whoever_has_no_role_is_told_why(cast, discussion, client):
    answer = signed_in(cast.participant).get(address("manage", discussion))
    assert answer.status_code == 403
    assert "work here" in answer.content.decode()
    answer = client.get(address("manage", discussion))
    assert answer.url.startswith(reverse("account_login"))
    Discussion.objects.update(published=False)
    assert signed_in(cast.participant).get(address("manage", discussion)).status_code == 404


def test_what_waits_is_counted_by_state(organiser, cast, discussion):
    unnumbered = {"number": None, "path": None, "published_at": None}
    states = {
        "held": unnumbered | {"state": "held"},
        "returned": unnumbered | {"state": "returned", "reason": "other"},
        "published": {},
    }
    for state in ("held", "held", "returned", "published", "published", "published"):
        made = make_contribution(discussion, cast.participant)
        if states[state]:
            discussion.contributions.filter(pk=made.pk).update(**states[state])
    assert [one.count for one in what_waits(discussion, cast.organiser)] == [2, 0, 0, 0, 1]
    page = organiser.get(address("manage", discussion)).content.decode()
    assert f"/moderation/?discussion={discussion.slug}" in page


@pytest.mark.parametrize("name", EVERY_PAGE)
def test_queries_do_not_depend_on_size(organiser, cast, discussion, name):
    def queries():
        memory.forget()
        with CaptureQueriesContext(connection) as asked:
            assert organiser.get(address(name, discussion)).status_code == 200
        return len(asked)

    def grow(times):
        for _time in range(times):
            make_contribution(discussion, make_user("Somebody Else"))
            send(organiser, address("hosts", discussion), name="A host")
            send(organiser, address("add_question", discussion), text="And then?")
            send(organiser, address("add_group", discussion), title="A group")
            for role in ("moderator", "participant"):
                actions.give_role(
                    discussion,
                    user=cast.organiser,
                    person=Person.objects.create(name="A person"),
                    role=role,
                )
            discussion.refresh_from_db()
            actions.extend(
                discussion,
                user=cast.organiser,
                closes_at=discussion.closes_at + timedelta(days=1),
                reason="More time.",
            )

    grow(1)
    small = queries()
    grow(4)
    assert queries() == small
    assert small < 25


def test_the_log_is_written_by_every_act_of_the_workbench(organiser, cast, discussion):
    send(organiser, address("hosts", discussion), name="A host")
    entry = LogEntry.objects.get(discussion=discussion)
    assert (entry.act, entry.actor, entry.as_superuser) == (
        "discussion.edit",
        cast.organiser.person,
        False,
    )
