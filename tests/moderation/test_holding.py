"""Before or after publication: what is held, by whom it is published or returned, who is told."""

import pytest
from django.test import Client
from django.urls import reverse

from forum import actions
from forum.holding import why_held
from forum.models import Contribution, Discussion, LogEntry, Notification, Page
from forum.models.states import Hold
from forum.telling import Told
from moderation.actions import approve_change, give_back, hide, publish, refuse_change
from tests.factory import make_contribution, make_discussion, make_held, make_user

from .browsing import fields_of, signed_in

SECRET = "quokka"


@pytest.fixture
def held(discussion, cast):
    """What a new person has written where everything is held."""
    moderate(discussion, "all_held")
    return make_contribution(discussion, cast.participant, f"A {SECRET}", answers={"Q1": "Yes"})


def moderate(discussion, how):
    Discussion.objects.filter(pk=discussion.pk).update(moderation=how)
    discussion.refresh_from_db()


def acts(discussion):
    return list(discussion.log.order_by("pk").values_list("act", flat=True))


def told(user):
    rows = Notification.objects.of(user.person_id).for_list()
    return [(one.headline, str(one.reason)) for one in map(Told, rows)]


def numbers(discussion):
    discussion.refresh_from_db()
    answers = list(discussion.questions.order_by("number").values_list("answer_count", flat=True))
    return (
        discussion.last_number,
        discussion.contribution_count,
        discussion.author_count,
        answers,
    )


def text(body, **answers):
    return actions.Text(body=body, language="en", answers=answers)


def decide(user, contribution, act, **fields):
    client = signed_in(user)
    address = reverse("moderation:decide", args=[contribution.pk])
    return client.post(address, {"version": contribution.version, "act": act} | fields)


# --- what is held ---

PLAIN = [("Words", "<p>Words</p>")]
LINKED = [("[x](https://x.org)", '<p><a href="https://x.org">x</a></p>')]
BARE = [("See www.x.org", "<p>See www.x.org</p>")]


@pytest.mark.parametrize(
    ("moderation", "texts", "new", "known"),
    [
        ("after", PLAIN, None, None),
        ("after", LINKED, Hold.LINK, None),
        ("after", BARE, Hold.LINK, None),
        ("first_held", PLAIN, Hold.FIRST, None),
        ("first_held", LINKED, Hold.FIRST, None),
        ("all_held", PLAIN, Hold.ALL, Hold.ALL),
    ],
)
def test_what_is_held_and_why(discussion, cast, moderation, texts, new, known):
    make_contribution(discussion, cast.participant, "Said before")
    moderate(discussion, moderation)
    assert why_held(cast.stranger, discussion, texts) == new
    assert why_held(cast.participant, discussion, texts) == known
    for role in ("organiser", "facilitator", "moderator"):
        assert why_held(getattr(cast, role), discussion, texts) is None


def test_a_role_that_sleeps_is_held_like_a_participants(discussion, cast, settings):
    settings.STAFF_SECOND_FACTOR = True
    moderate(discussion, "all_held")
    assert why_held(cast.moderator, discussion, PLAIN) == Hold.ALL


def test_what_was_hidden_makes_nobody_known(discussion, cast):
    first = make_contribution(discussion, cast.participant, "Said before")
    hide(first, user=cast.moderator, version=1, reason="spam")
    moderate(discussion, "first_held")
    assert why_held(cast.participant, discussion, PLAIN) == Hold.FIRST


def test_what_was_published_elsewhere_makes_nobody_known(discussion, cast):
    make_contribution(make_discussion(), cast.participant, "Said elsewhere")
    assert why_held(cast.participant, discussion, LINKED) == Hold.LINK


# --- holding ---


def test_what_is_held_has_no_number_and_changes_nothing_that_readers_see(discussion, cast):
    moderate(discussion, "all_held")
    version, before = discussion.version, numbers(discussion)
    held = make_contribution(discussion, cast.participant, "Words", answers={"Q1": "Yes"})
    assert (held.state, held.number, held.path, held.published_at) == ("held", None, None, None)
    assert numbers(discussion) == before
    assert discussion.version == version
    assert acts(discussion) == ["contribution.hold"]
    assert held.why_held == Hold.ALL.label
    assert list(Contribution.objects.waiting()) == [held]
    waits = ("Something waits for a moderator in “Connecting the last villages”", "")
    assert told(cast.moderator) == told(cast.organiser) == [waits]
    assert told(cast.facilitator) == told(cast.participant) == []


def test_the_same_form_sent_twice_is_held_once(discussion, cast):
    moderate(discussion, "all_held")
    sent = {
        "discussion": discussion,
        "user": cast.moderator,
        "text": text("Words"),
        "submission_key": "00000000-0000-0000-0000-000000000001",
        "accepted": make_contribution(discussion, cast.moderator, "Hello")
        .discussion.memberships.exclude(terms=None)
        .get()
        .terms,
    }
    sent["user"] = cast.stranger
    first = actions.contribute(**sent)
    assert actions.contribute(**sent) == first
    with pytest.raises(actions.SentBefore, match="which is not published"):
        actions.contribute(**sent | {"text": text("Other words")})
    with pytest.raises(actions.SaidBefore, match="it waits for a moderator"):
        actions.contribute(**sent | {"submission_key": "00000000-0000-0000-0000-000000000002"})
    assert first.discussion.contributions.waiting().count() == 1


def test_the_author_is_told_on_the_page_that_it_waits(discussion, cast):
    moderate(discussion, "all_held")
    client = signed_in(cast.participant)
    address = f"{discussion.get_absolute_url()}contribute/"
    page = client.get(address).content.decode()
    assert "A moderator reads every contribution to this discussion first." in page
    assert ">Send to the moderators</button>" in page
    form = {"body": f"A {SECRET}", "language": "en", "capacity": "personal", "terms": "on"}
    form["rules"] = Page.objects.current("rules").pk
    answer = client.post(address, form, follow=True)
    held = Contribution.objects.waiting().get()
    assert answer.redirect_chain == [(f"/me/contributions/{held.pk}/", 302)]
    page = answer.content.decode()
    assert "It waits for a moderator; no reader sees it yet." in page
    assert SECRET in page
    assert SECRET in client.get("/me/").content.decode()


def test_only_its_author_has_the_page(held, cast):
    address = held.get_absolute_url()
    assert signed_in(cast.participant).get(address).status_code == 200
    for other in (cast.stranger, cast.moderator, cast.organiser):
        for path in (address, f"{address}edit/", f"{address}withdraw/"):
            assert signed_in(other).get(path).status_code == 404


# --- publishing ---


def test_publishing_gives_the_number_and_tells(discussion, cast):
    first = make_contribution(discussion, cast.stranger, "First")
    moderate(discussion, "all_held")
    held = make_contribution(
        discussion, cast.participant, "Words", parent=first, answers={"Q1": "Yes"}
    )
    assert told(cast.stranger) == []
    version = discussion.version
    published = publish(held, user=cast.moderator, version=1)
    assert (published.number, published.parent, published.depth) == (2, first, 2)
    assert published.path == "000001000002"
    assert numbers(discussion) == (2, 2, 2, [1, 0, 0])
    assert discussion.version > version
    entry = discussion.log.latest("pk")
    assert (entry.act, entry.actor, entry.label) == (
        "contribution.publish",
        cast.moderator.person,
        "#2",
    )
    assert told(cast.participant) == [("Your contribution is published as #2", "")]
    assert told(cast.stranger) == [("Ana Souza has replied to your contribution #1", "")]
    assert Contribution.objects.waiting().count() == 0


def test_what_was_sent_in_time_is_published_after_the_closing(held, discussion, cast):
    actions.close_now(discussion, user=cast.moderator)
    assert publish(held, user=cast.moderator, version=1).number == 1


@pytest.mark.parametrize("who", ["participant", "stranger", "facilitator"])
def test_only_who_steers_may_publish_or_return(held, cast, who):
    user = getattr(cast, who)
    with pytest.raises(actions.Refused):
        publish(held, user=user, version=1)
    with pytest.raises(actions.Refused):
        give_back(held, user=user, version=1, reason="spam")
    assert decide(user, held, "publish").status_code == 404
    held.refresh_from_db()
    assert held.is_held


def test_a_superuser_without_a_role_publishes_as_such(held, discussion):
    superuser = make_user("Super Example", is_superuser=True)
    publish(held, user=superuser, version=1)
    assert discussion.log.latest("pk").as_superuser


# --- returning, and sending again ---


def test_a_returned_text_is_edited_and_sent_again(held, discussion, cast):
    version = discussion.version
    answer = decide(cast.moderator, held, "return", reason="off_topic", note="Please *shorten* it.")
    assert answer.status_code == 302
    held.refresh_from_db()
    assert (held.state, held.reason, held.note) == ("returned", "off_topic", "Please *shorten* it.")
    [(headline, reason)] = told(cast.participant)
    assert "was returned to you" in headline
    assert reason == "It is not about the topic of this discussion."
    author = signed_in(cast.participant)
    page = author.get(held.get_absolute_url()).content.decode()
    assert "Please *shorten* it." in page
    answer = author.post(
        f"{held.get_absolute_url()}edit/",
        {"version": 2, "body": "Shorter", "language": "en", "capacity": "personal"},
    )
    assert answer.status_code == 302
    held.refresh_from_db()
    assert (held.state, held.reason, held.body, held.version) == ("held", "", "Shorter", 3)
    assert acts(discussion) == ["contribution.hold", "contribution.return", "contribution.hold"]
    assert held.why_held == Hold.AGAIN.label
    discussion.refresh_from_db()
    assert discussion.version == version
    page = signed_in(cast.moderator).get(reverse("moderation:decide", args=[held.pk]))
    assert "Please *shorten* it." in page.content.decode()
    publish(held, user=cast.organiser, version=3)
    history = signed_in(cast.stranger).get(f"{discussion.get_absolute_url()}1/history/")
    assert SECRET not in history.content.decode()
    held.refresh_from_db()
    assert held.note == ""
    assert held.edited_at is None


def test_what_waits_can_be_edited_and_withdrawn(held, discussion, cast):
    actions.edit(held, user=cast.participant, text=text("Other words"), version=1)
    held.refresh_from_db()
    assert (held.state, held.body, held.version) == ("held", "Other words", 2)
    with pytest.raises(actions.Stale):
        publish(held, user=cast.moderator, version=1)
    author = signed_in(cast.participant)
    author.post(f"{held.get_absolute_url()}withdraw/", {"version": 2})
    held.refresh_from_db()
    assert (held.state, held.number) == ("withdrawn", None)
    assert numbers(discussion) == (0, 0, 0, [0, 0, 0])
    with pytest.raises(actions.Refused):
        publish(held, user=cast.moderator, version=3)
    page = signed_in(cast.moderator).get(reverse("moderation:decide", args=[held.pk]))
    assert "Other words" not in page.content.decode()
    assert "Other words" not in author.get(held.get_absolute_url()).content.decode()


# --- the page of the staff ---


def test_the_page_shows_it_in_its_context(discussion, cast):
    first = make_contribution(discussion, cast.stranger, "What it replies to")
    moderate(discussion, "all_held")
    held = make_contribution(
        discussion, cast.participant, f"A {SECRET}", parent=first, answers={"Q1": "Indeed"}
    )
    page = signed_in(cast.moderator).get(reverse("moderation:decide", args=[held.pk]))
    page = page.content.decode()
    for words in (SECRET, "Indeed", "What it replies to", "Ana Souza", "sent a contribution"):
        assert words in page


def test_the_second_moderator_is_shown_what_the_first_did(held, discussion, cast):
    assert decide(cast.moderator, held, "publish").status_code == 302
    answer = decide(cast.organiser, held, "return", reason="spam", note="My words")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This was changed by somebody else meanwhile." in page
    assert "Lucía Fernández" in page
    assert "published a contribution" in page
    assert "My words" in page
    assert numbers(discussion)[1] == 1


def test_returning_needs_a_reason_and_publishing_takes_no_note(held, cast):
    answer = decide(cast.moderator, held, "return")
    assert (answer.status_code, "Please give a reason." in answer.content.decode()) == (422, True)
    answer = decide(cast.moderator, held, "publish", note="My words")
    assert (answer.status_code, "My words" in answer.content.decode()) == (422, True)
    held.refresh_from_db()
    assert held.is_held


def test_a_note_of_a_moderator_who_was_logged_out_waits(held, cast):
    client = Client()
    address = reverse("moderation:decide", args=[held.pk])
    answer = client.post(address, {"version": 1, "act": "return", "note": "My own words"})
    assert answer.status_code == 403
    client.force_login(cast.moderator)
    assert "My own words" in client.get(address).content.decode()


# --- changes of what is published ---


@pytest.fixture
def changed(discussion, cast):
    """Published at once; then everything is held, and its author changes it."""
    said = make_contribution(discussion, cast.participant, "As it was", answers={"Q1": "Yes"})
    moderate(discussion, "all_held")
    question = discussion.questions.get(key="Q2")
    new = actions.Text(body=f"A {SECRET}", language="en", answers={question: "No"})
    actions.edit(said, user=cast.participant, text=new, version=1)
    said.refresh_from_db()
    return said


def test_a_change_waits_and_the_old_text_stands(changed, discussion, cast):
    version = discussion.version
    assert (changed.body, changed.version, changed.edited_at) == ("As it was", 2, None)
    assert numbers(discussion) == (1, 1, 1, [1, 0, 0])
    assert discussion.version == version
    [pending] = changed.revisions.pending()
    assert (pending.body, pending.answers[0]["question"]) == (f"A {SECRET}", "Q2")
    assert acts(discussion)[-1] == "contribution.propose"
    for page in ("", "1/", "1/history/", "all/"):
        address = f"{discussion.get_absolute_url()}{page}"
        shown = b"".join(signed_in(cast.stranger).get(address)).decode()
        assert SECRET not in shown
    author = signed_in(cast.participant)
    assert SECRET in author.get(f"/me/contributions/{changed.pk}/").content.decode()
    assert SECRET in author.get(f"{changed.get_absolute_url()}edit/").content.decode()


def test_an_approved_change_stands_and_the_old_text_is_its_history(changed, discussion, cast):
    decide(cast.moderator, changed, "publish")
    changed.refresh_from_db()
    assert (changed.body, changed.version) == (f"A {SECRET}", 3)
    assert list(changed.answers.values_list("question__key", "body")) == [("Q2", "No")]
    assert numbers(discussion) == (1, 1, 1, [0, 1, 0])
    [earlier] = changed.revisions.all()
    assert (earlier.body, earlier.state, earlier.was_assigned) == ("As it was", "shown", False)
    assert acts(discussion)[-1] == "contribution.approve"
    assert told(cast.participant) == [("Your change of #1 is published", "")]
    history = signed_in(cast.stranger).get(f"{discussion.get_absolute_url()}1/history/")
    assert "As it was" in history.content.decode()


def test_a_refused_change_is_told_and_kept_for_its_author(changed, discussion, cast):
    decide(cast.moderator, changed, "return", reason="offensive", note="Calm down.")
    changed.refresh_from_db()
    assert (changed.body, changed.version) == ("As it was", 3)
    assert acts(discussion)[-1] == "contribution.refuse"
    [(headline, reason)] = told(cast.participant)
    assert headline == "Your change of #1 was returned to you; the text stands as it was"
    assert reason == "It offends or attacks others."
    page = signed_in(cast.participant).get(f"/me/contributions/{changed.pk}/").content.decode()
    assert SECRET in page
    assert "Calm down." in page
    assert list(changed.revisions.pending()) == []


def test_a_later_change_takes_the_place_of_the_one_that_waits(changed, cast):
    actions.edit(changed, user=cast.participant, text=text("Another"), version=2)
    changed = Contribution.objects.get(pk=changed.pk)
    assert [one.body for one in changed.revisions.pending()] == ["Another"]
    with pytest.raises(actions.Stale):
        approve_change(changed, user=cast.moderator, version=2)
    refuse_change(changed, user=cast.moderator, version=3, reason="spam")
    actions.edit(changed, user=cast.participant, text=text("A third"), version=4)
    assert [one.body for one in changed.revisions.pending()] == ["A third"]


def test_a_change_back_to_what_stands_waits_no_more(changed, discussion, cast):
    question = discussion.questions.get(key="Q1")
    same = actions.Text(body="As it was", language="en", answers={question: "Yes"})
    after = actions.edit(changed, user=cast.participant, text=same, version=2)
    assert not after.has_pending_change
    assert list(changed.revisions.pending()) == []


def test_a_change_of_what_was_hidden_meanwhile_waits_no_more(changed, cast):
    hide(changed, user=cast.moderator, version=2, reason="spam")
    changed = Contribution.objects.get(pk=changed.pk)
    assert list(changed.revisions.pending()) == []
    with pytest.raises(actions.Refused):
        approve_change(changed, user=cast.moderator, version=3)


def test_staff_change_their_own_at_once(discussion, cast):
    moderate(discussion, "all_held")
    said = make_contribution(discussion, cast.moderator, "As it was")
    after = actions.edit(said, user=cast.moderator, text=text("As it is"), version=1)
    assert (after.body, after.has_pending_change) == ("As it is", False)


def test_a_link_waits_also_in_a_first_text_that_answers_alone(discussion, cast):
    held = make_contribution(
        discussion, cast.stranger, "", answers={"Q1": "See https://example.org/"}
    )
    assert held.is_held
    assert held.why_held == Hold.LINK.label


# --- what authors say when they send again what was returned ---


def sent_again(client, address, answer):
    """The form with the same text and an answer."""
    fields = fields_of(client.get(address))
    assert client.post(address, fields | {"answer": answer}).status_code == 302


def test_an_author_may_answer_while_sending_again_and_moderators_alone_read_it(discussion, cast):
    held = make_held(discussion, cast.participant, "What was returned.")
    own = f"/me/contributions/{held.pk}/"
    author, moderator = signed_in(cast.participant), signed_in(cast.moderator)
    assert 'name="answer"' not in author.get(f"{own}edit/").content.decode()
    give_back(held, user=cast.moderator, version=1, reason="off_topic")
    sent_again(author, f"{own}edit/", "It is the topic of Q2.")
    held.refresh_from_db()
    assert held.is_held
    for page in ("/moderation/", f"/moderation/{held.pk}/"):
        assert "It is the topic of Q2." in moderator.get(page).content.decode()
    assert "topic of Q2" not in str(list(LogEntry.objects.values()))
    publish(held, user=cast.moderator, version=held.version)
    assert held.appeals.get().outcome == "agreed"
    page = Client().get(discussion.get_absolute_url()).content.decode()
    assert "What was returned." in page
    assert "It is the topic of Q2." not in page


def test_what_is_returned_a_second_time_can_be_answered_once_more(discussion, cast):
    held = make_held(discussion, cast.participant, "What was returned.")
    author, edit = signed_in(cast.participant), f"/me/contributions/{held.pk}/edit/"
    for answer in ("Once", "Twice"):
        held.refresh_from_db()
        give_back(held, user=cast.moderator, version=held.version, reason="off_topic")
        sent_again(author, edit, answer)
    told = held.appeals.order_by("pk").values_list("note", "outcome")
    assert list(told) == [("Once", "dismissed"), ("Twice", "")]
    page = signed_in(cast.moderator).get("/moderation/").content.decode()
    assert "Twice" in page
    assert "Once" not in page


def test_so_may_the_author_of_a_change_that_was_returned(discussion, cast):
    said = make_contribution(discussion, cast.participant, "As it stands.")
    discussion.touch(moderation="all_held")
    text = actions.Text(body="As it should stand.", language="en")
    actions.edit(said, user=cast.participant, version=said.version, text=text)
    said = type(said).objects.get(pk=said.pk)
    refuse_change(said, user=cast.moderator, version=said.version, reason="other")
    sent_again(signed_in(cast.participant), f"{said.get_absolute_url()}edit/", "It was a mistake.")
    client = signed_in(cast.moderator)
    assert "It was a mistake." in client.get("/moderation/").content.decode()
    said = type(said).objects.get(pk=said.pk)
    approve_change(said, user=cast.moderator, version=said.version)
    assert said.appeals.get().outcome == "agreed"
