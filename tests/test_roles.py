"""Who may do what: role × window × verb, through the pages, compared with a table written by hand.

What the pages do must also be what permissions.py says, since that hides the buttons.
"""

import copy
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from facilitation.forms.assigning import names_of
from facilitation.passages import passages_of
from forum import permissions
from forum.actions import appeal, make_preview, report, withdraw
from forum.models import Appeal, Discussion, LogEntry, Membership, Mute, Page, Redaction, Report
from moderation.actions import hide, mute
from moderation.changes import last_act
from moderation.redacting import redact
from tests.factory import (
    make_bulletin,
    make_contribution,
    make_discussion,
    make_factor,
    make_held,
    make_member,
    make_user,
)
from tests.moderation.browsing import act_url, change_url, fields_of

NOBODY = frozenset()
SUPERUSER = {"superuser"}
ORGANISING = {"organiser"} | SUPERUSER
STEERING = {"moderator"} | ORGANISING
FACILITATING = {"facilitator"} | ORGANISING
STAFF = STEERING | FACILITATING
TAKING_PART = {"participant"} | STAFF
# "stranger" has an account and no part in the discussion; "elsewhere" is an organiser of another.
SIGNED_IN = {"stranger", "elsewhere"} | TAKING_PART
EVERYONE = {"visitor"} | SIGNED_IN

NEXT_WEEK = timezone.now() + timedelta(days=7)
WINDOWS = ("unpublished", "upcoming", "open", "closed")
TABLE = {
    #                     unpublished  upcoming    open        closed
    "read":              (STAFF,       EVERYONE,   EVERYONE,   EVERYONE),
    "take the table":    (STAFF,       EVERYONE,   EVERYONE,   EVERYONE),
    "contribute":        (NOBODY,      STAFF,      SIGNED_IN,  STAFF),
    "reply":             (NOBODY,      STAFF,      SIGNED_IN,  STAFF),
    "edit one’s own":    (NOBODY,      SIGNED_IN,  SIGNED_IN,  SIGNED_IN),
    "edit another’s":    (NOBODY,      NOBODY,     NOBODY,     NOBODY),
    "edit too late":     (NOBODY,      NOBODY,     NOBODY,     NOBODY),
    "withdraw one’s own": (NOBODY,     SIGNED_IN,  SIGNED_IN,  SIGNED_IN),
    "withdraw another’s": (NOBODY,     NOBODY,     NOBODY,     NOBODY),
    "withdraw one’s own that is hidden": (NOBODY, SIGNED_IN, SIGNED_IN, SIGNED_IN),
    "read the history":  (NOBODY,      EVERYONE,   EVERYONE,   EVERYONE),
    "… of a hidden one": (NOBODY,      STAFF,      STAFF,      STAFF),
    "… of a withdrawn one": (NOBODY,   NOBODY,     NOBODY,     NOBODY),
    "write to staff":    (STAFF,       SIGNED_IN,  SIGNED_IN,  SIGNED_IN),
    "report":            (NOBODY,      SIGNED_IN,  SIGNED_IN,  SIGNED_IN),
    "report one’s own":  (NOBODY,      NOBODY,     NOBODY,     NOBODY),
    "report what is hidden": (NOBODY,  NOBODY,     NOBODY,     NOBODY),
    "answer a hiding":   (NOBODY,      SIGNED_IN,  SIGNED_IN,  SIGNED_IN),
    "answer another’s":  (NOBODY,      NOBODY,     NOBODY,     NOBODY),
    "answer nothing":    (NOBODY,      NOBODY,     NOBODY,     NOBODY),
    "publish":           (STEERING,    NOBODY,     NOBODY,     NOBODY),
    "open now":          (NOBODY,      STEERING,   NOBODY,     NOBODY),
    "close now":         (NOBODY,      NOBODY,     STEERING,   NOBODY),
    "extend":            (NOBODY,      STEERING,   STEERING,   NOBODY),
    "reopen":            (NOBODY,      NOBODY,     NOBODY,     STEERING),
    "hide":              (NOBODY,      STEERING,   STEERING,   STEERING),
    "restore":           (NOBODY,      STEERING,   STEERING,   STEERING),
    "correct":           (NOBODY,      STEERING,   STEERING,   STEERING),
    "correct what is hidden": (NOBODY, NOBODY,     NOBODY,     NOBODY),
    "correct what waits": (NOBODY,     STEERING,   STEERING,   STEERING),
    "redact":            (NOBODY,      STEERING,   STEERING,   STEERING),
    "redact what is hidden": (NOBODY,  STEERING,   STEERING,   STEERING),
    "redact what is withdrawn": (NOBODY, NOBODY,   NOBODY,     NOBODY),
    "redact what waits": (NOBODY,      STEERING,   STEERING,   STEERING),
    "read what was redacted": (NOBODY, STEERING,   STEERING,   STEERING),
    "erase what was redacted": (NOBODY, ORGANISING, ORGANISING, ORGANISING),
    "mute":              (NOBODY,      STEERING,   STEERING,   STEERING),
    "mute one of the staff": (NOBODY,  NOBODY,     NOBODY,     NOBODY),
    "let contribute again": (NOBODY,   STEERING,   STEERING,   STEERING),
    "contribute while muted": (NOBODY, STAFF,      STAFF,      STAFF),
    "edit while muted":  (NOBODY,      STAFF,      STAFF,      STAFF),
    "see who is muted":  (STEERING,    STEERING,   STEERING,   STEERING),
    "see what waits":    (STEERING,    STEERING,   STEERING,   STEERING),
    "dismiss a report":  (NOBODY,      STEERING,   STEERING,   STEERING),
    "dismiss an answer": (NOBODY,      STEERING,   STEERING,   STEERING),
    "dismiss nothing":   (NOBODY,      NOBODY,     NOBODY,     NOBODY),
    "read what waits":   (NOBODY,      STEERING,   STEERING,   STEERING),
    "publish what waits": (NOBODY,     STEERING,   STEERING,   STEERING),
    "return what waits": (NOBODY,      STEERING,   STEERING,   STEERING),
    "edit what waits":   (NOBODY,      {"stranger"}, {"stranger"}, {"stranger"}),
    "withdraw what waits": (NOBODY,    {"stranger"}, {"stranger"}, {"stranger"}),
    "assign passages":   (NOBODY,      FACILITATING, FACILITATING, FACILITATING),
    "assign what is hidden": (NOBODY,  NOBODY,     NOBODY,     NOBODY),
    "post a bulletin":   (NOBODY,      FACILITATING, FACILITATING, FACILITATING),
    "edit a bulletin":   (NOBODY,      FACILITATING, FACILITATING, FACILITATING),
    "withdraw a bulletin": (NOBODY,    FACILITATING, FACILITATING, FACILITATING),
    "take everything":   (FACILITATING, FACILITATING, FACILITATING, FACILITATING),
    "take an export":    (FACILITATING, FACILITATING, FACILITATING, FACILITATING),
    "have a document made": (FACILITATING, FACILITATING, FACILITATING, FACILITATING),
    "edit the texts":    (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "give a role":       (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    # in the workbench
    "see the workbench": (STAFF,       STAFF,      STAFF,      STAFF),
    "read the log":      (STAFF,       STAFF,      STAFF,      STAFF),
    "take the log":      (STAFF,       STAFF,      STAFF,      STAFF),
    "read how it was moderated": (STAFF, EVERYONE, EVERYONE,   EVERYONE),
    "read the statistics": (STAFF,     STAFF,      STAFF,      STAFF),
    "read public statistics": (STAFF,  EVERYONE,   EVERYONE,   EVERYONE),
    "publish it there":  (STEERING,    NOBODY,     NOBODY,     NOBODY),
    "open it there":     (NOBODY,      STEERING,   NOBODY,     NOBODY),
    "close it there":    (NOBODY,      NOBODY,     STEERING,   NOBODY),
    "extend it there":   (NOBODY,      STEERING,   STEERING,   NOBODY),
    "reopen it there":   (NOBODY,      NOBODY,     NOBODY,     STEERING),
    "set the dates":     (ORGANISING,  ORGANISING, NOBODY,     NOBODY),
    "write the texts":   (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "settle how it works": (ORGANISING, ORGANISING, ORGANISING, ORGANISING),
    "add a question":    (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "reword a question": (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "move a question":   (ORGANISING,  NOBODY,     NOBODY,     NOBODY),
    "remove a question": (ORGANISING,  NOBODY,     NOBODY,     NOBODY),
    "add a group":       (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "add a host":        (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "invite somebody":   (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "change a title":    (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "take a role":       (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "copy it":           (ORGANISING,  ORGANISING, ORGANISING, ORGANISING),
    "make a preview":    (STEERING,    NOBODY,     NOBODY,     NOBODY),
    "revoke a preview":  (STEERING,    NOBODY,     NOBODY,     NOBODY),
    "read a preview":    (EVERYONE,    NOBODY,     NOBODY,     NOBODY),
}  # fmt: skip

# What may only be read leaves no entry in the log.
READING = {"read", "take the table", "read the history", "take everything"}
READING |= {"see the workbench", "read the log", "take the log", "read how it was moderated"}
READING |= {"see what waits", "read what waits", "read what was redacted"}
READING |= {"take an export", "read the statistics", "read public statistics"}
READING |= {"read a preview", "see who is muted", "… of a hidden one", "… of a withdrawn one"}


# In the log of the earlier one, and in that of the copy.
LOGGED = {"copy it": 2}


@pytest.fixture
def world(db, world_of_all):
    """That of all tests in this window: what one of them does is taken back."""
    world = copy.deepcopy(world_of_all)
    world.forms = world_of_all.forms
    return world


@pytest.fixture(scope="module")
def world_of_all(django_db_setup, django_db_blocker, window):
    """Made once for each window, in a transaction around those of the tests."""
    awake = {
        "STAFF_SECOND_FACTOR": False,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    }
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(**awake):
        yield make_world(window)
        transaction.set_rollback(True)


def make_world(window):
    """A discussion in that window, somebody of each role, and something that each has written."""
    published = window != "unpublished"
    discussion = make_discussion("tested", window=window if published else "upcoming")
    roles = ("participant", "moderator", "facilitator", "organiser")
    people = {role: make_member(discussion, role) for role in roles}
    people["stranger"] = make_user("Stranger Example")
    people["elsewhere"] = make_member(make_discussion("another"), "organiser")
    people["superuser"] = make_user("Super Example", is_superuser=True)
    # Sees every form and does what has to be so before, awake in every test.
    onlooker = make_factor(make_user("Onlooker Example", is_superuser=True))
    world = SimpleNamespace(
        discussion=discussion, people=people, own={}, forms={}, window=window, onlooker=onlooker
    )
    if published:
        author = make_user("Author Example")
        world.first = make_contribution(discussion, author, "First")
        world.hidden = make_contribution(discussion, author, "Hidden")
        hide(world.hidden, user=people["moderator"], version=1, reason="spam")
        world.withdrawn = make_contribution(discussion, author, "Withdrawn")
        withdraw(world.withdrawn, user=author, version=1)
        world.held = make_held(discussion, people["stranger"], "Held")
        for role, user in people.items():
            world.own[role] = make_contribution(discussion, user, f"Of the {role}")
        world.of_staff = world.own["facilitator"]
        # Writing made participants of them.
        without_part = [people[role].person for role in ("stranger", "elsewhere", "superuser")]
        discussion.memberships.filter(person__in=without_part).delete()
    Discussion.objects.filter(pk=discussion.pk).update(published=published)
    discussion.refresh_from_db()
    return world


@pytest.mark.parametrize("window", WINDOWS, scope="module")
@pytest.mark.parametrize("verb", TABLE)
def test_the_table(world, verb, window):
    expected = {
        role: "done" if role in TABLE[verb][WINDOWS.index(window)] else "refused"
        for role in EVERYONE
    }
    assert {role: attempt(world, verb, role) for role in EVERYONE} == expected


@pytest.mark.parametrize("window", WINDOWS, scope="module")
@pytest.mark.parametrize("verb", TABLE)
def test_a_role_that_sleeps_is_a_participants_at_most(world, settings, verb, window):
    settings.STAFF_SECOND_FACTOR = True
    allowed = TABLE[verb][WINDOWS.index(window)]
    expected = dict.fromkeys(STAFF, "done" if "participant" in allowed else "refused")
    assert {role: attempt(world, verb, role) for role in STAFF} == expected


# Each of the three sets of roles, and each kind of page.
@pytest.mark.parametrize("verb", ["contribute", "hide", "extend", "take everything", "give a role"])
@pytest.mark.parametrize("window", ["upcoming"], scope="module")
def test_a_second_factor_wakes_it(world, settings, verb, window):
    settings.STAFF_SECOND_FACTOR = True
    for role in STAFF:
        make_factor(world.people[role])
    allowed = TABLE[verb][WINDOWS.index(window)]
    assert {role for role in STAFF if attempt(world, verb, role) == "done"} == STAFF & allowed


@pytest.mark.parametrize(
    ("visibility", "readers", "writers"),
    [
        ("public", EVERYONE, SIGNED_IN),
        ("accounts", SIGNED_IN, SIGNED_IN),
        ("invited", TAKING_PART, TAKING_PART),
    ],
)
@pytest.mark.parametrize("window", ["open"], scope="module")
def test_the_table_of_visibility(world, visibility, readers, writers):
    Discussion.objects.filter(pk=world.discussion.pk).update(visibility=visibility)
    for verb, allowed in (("read", readers), ("take the table", readers), ("contribute", writers)):
        done = {role for role in EVERYONE if attempt(world, verb, role) == "done"}
        assert (verb, done) == (verb, allowed)


def attempt(world, verb, role):
    """Try it through the pages and take it back: "done" or "refused".

    Nothing may happen where it is refused, and the buttons must know.
    """
    user = world.people.get(role)
    client = Client()
    if user:
        client.force_login(user)
    with transaction.atomic():
        if verb in PREPARED:
            PREPARED[verb](world, role)
        before = LogEntry.objects.count()
        response = VERBS[verb](client, world, role)
        logged = LogEntry.objects.count() - before
        transaction.set_rollback(True)
    done = response.status_code == 200 if verb in READING else logged == LOGGED.get(verb, 1)
    if not done:
        assert response.status_code in {302, 403, 404, 422}, response.status_code
        assert logged == 0
    if verb in SAID_BY and world.window != "unpublished":
        assert bool(said_by_permissions(world, verb, role)) == done, (role, response.status_code)
    return "done" if done else "refused"


def said_by_permissions(world, verb, role):
    answer, target = SAID_BY[verb]
    discussion = Discussion.objects.get(pk=world.discussion.pk)
    user = world.people.get(role) or AnonymousUser()
    if target == "discussion":
        visible = Discussion.objects.visible_to(user).filter(pk=discussion.pk).exists()
        return visible and answer(user, discussion)
    contribution = getattr(world, target) if target != "own" else world.own.get(role, world.first)
    return answer(user, discussion.contributions.get(pk=contribution.pk))


SAID_BY = {
    "contribute": (permissions.can_contribute, "discussion"),
    "reply": (permissions.can_reply, "first"),
    "edit one’s own": (permissions.can_edit, "own"),
    "edit another’s": (permissions.can_edit, "first"),
    "withdraw one’s own": (permissions.can_withdraw, "own"),
    "withdraw another’s": (permissions.can_withdraw, "first"),
    "read the history": (permissions.can_read_history, "first"),
    "write to staff": (permissions.can_write_to_staff, "discussion"),
    "report": (permissions.can_report, "first"),
    "report one’s own": (permissions.can_report, "own"),
    "report what is hidden": (permissions.can_report, "hidden"),
    "answer another’s": (permissions.can_appeal, "hidden"),
    "answer nothing": (permissions.can_appeal, "own"),
    "dismiss a report": (permissions.can_dismiss, "first"),
    "dismiss an answer": (permissions.can_dismiss, "hidden"),
    "publish": (permissions.can_publish, "discussion"),
    "open now": (permissions.can_open_now, "discussion"),
    "close now": (permissions.can_close_now, "discussion"),
    "extend": (permissions.can_extend, "discussion"),
    "reopen": (permissions.can_reopen, "discussion"),
    "hide": (permissions.can_hide, "first"),
    "restore": (permissions.can_restore, "hidden"),
    "correct": (permissions.can_correct, "first"),
    "correct what is hidden": (permissions.can_correct, "hidden"),
    "correct what waits": (permissions.can_correct, "held"),
    "redact": (permissions.can_redact, "first"),
    "redact what is hidden": (permissions.can_redact, "hidden"),
    "redact what is withdrawn": (permissions.can_redact, "withdrawn"),
    "redact what waits": (permissions.can_redact, "held"),
    "mute": (permissions.can_mute, "first"),
    "mute one of the staff": (permissions.can_mute, "of_staff"),
    "see who is muted": (permissions.can_unmute, "discussion"),
    "publish what waits": (permissions.can_approve, "held"),
    "return what waits": (permissions.can_approve, "held"),
    "edit what waits": (permissions.can_edit, "held"),
    "withdraw what waits": (permissions.can_withdraw, "held"),
    "assign passages": (permissions.can_assign, "first"),
    "assign what is hidden": (permissions.can_assign, "hidden"),
    "post a bulletin": (permissions.can_post_bulletin, "discussion"),
    "take everything": (permissions.can_export_everything, "discussion"),
    "edit the texts": (permissions.can_organise, "discussion"),
    "see the workbench": (permissions.can_see_workbench, "discussion"),
    "close it there": (permissions.can_close_now, "discussion"),
    "write the texts": (permissions.can_organise, "discussion"),
    "copy it": (permissions.can_copy, "discussion"),
    "make a preview": (permissions.can_make_preview, "discussion"),
    "revoke a preview": (permissions.can_revoke_preview, "discussion"),
}


# --- the verbs ---


def page(world, *parts):
    return world.discussion.get_absolute_url() + "".join(f"{part}/" for part in parts)


def number(world, name):
    """Of something that was written; an unpublished discussion has nothing yet."""
    return getattr(world, name).number if hasattr(world, name) else 1


def own(world, role):
    return world.own[role].number if role in world.own else 1


def text(**more):
    return {"body": "Words", "language": "en", "capacity": "personal", "terms": "on"} | more


def send(*parts_of, **fields):
    """A verb that sends a form to a page below the discussion's."""

    def verb(client, world, role):
        parts = [part(world, role) if callable(part) else part for part in parts_of]
        writing = {"submission_key": uuid.uuid4(), "rules": Page.objects.current("rules").pk}
        fresh = writing if "body" in fields else {"version": version_of(world, parts[0])}
        return client.post(page(world, *parts), fields | fresh)

    return verb


def version_of(world, number):
    """What a form about a contribution carries: the version that its page showed."""
    shown = world.discussion.contributions.filter(number=number).first()
    return shown.version if shown else 1


def get(*parts_of):
    def verb(client, world, role):
        parts = [part(world, role) if callable(part) else part for part in parts_of]
        return client.get(page(world, *parts))

    return verb


def table(name):
    return lambda client, world, role: client.get(
        reverse(f"facilitation:{name}", args=[world.discussion.slug])
    )


def act(name, **fields):
    """A verb that steers the discussion in the administration."""

    def verb(client, world, role):
        discussion = world.discussion
        later = discussion.closes_at + timedelta(days=30)
        dates = {"closes_at_0": f"{later:%Y-%m-%d}", "closes_at_1": "12:00:00"} if fields else {}
        chosen = {"chosen": f"{discussion.pk}:{last_act(discussion.pk)}"}
        return client.post(act_url(Discussion, name), chosen | dates | fields)

    return verb


def save(change):
    """A verb that saves the discussion's form in the administration, as a superuser sees it."""

    def verb(client, world, role):
        address = change_url(world.discussion)
        fields = form_of(world, address)
        return client.post(address, fields | change(fields, world))

    return verb


def contact(client, world, role):
    moderator = world.discussion.memberships.get(role="moderator")
    words = {"subject": "A question", "message": "Words"}
    return client.post(page(world, "contact", moderator.pk), words)


def first(world, role):
    return number(world, "first")


def hidden(world, role):
    return number(world, "hidden")


def withdrawn(world, role):
    return number(world, "withdrawn")


def waiting(address, **fields):
    """A verb about what has no number yet; nothing waits in an unpublished discussion."""

    def verb(client, world, role):
        path = reverse(address, args=[world.held.pk if hasattr(world, "held") else 1])
        return client.post(path, fields | {"version": 1}) if fields else client.get(path)

    return verb


def redact_words(words, *, of=None):
    """A verb that looks at what would go, and then does it. of: something with a number"""

    def verb(client, world, role):
        wanted = of and of(world, role)
        held = world.held.pk if hasattr(world, "held") else 1
        path = page(world, wanted, "redact") if of else f"/moderation/{held}/redact/"
        fields = {"version": version_of(world, wanted), "words": words, "reason": "spam"}
        answer = client.post(path, fields)
        if answer.status_code != 200:
            return answer
        return client.post(path, fields | {"found": answer.context["form"].digest})

    return verb


def redact_first(world, role):
    if hasattr(world, "first"):
        redact(world.first, user=world.onlooker, version=1, words="First", reason="spam")


def erase(client, world, role):
    there = Redaction.objects.first()
    return client.post(reverse("moderation:erase_redaction", args=[there.pk if there else 1]))


def assign_passages(part):
    """A verb that puts the whole general text under a question."""

    def verb(client, world, role):
        wanted = part(world, role)
        contribution = world.discussion.contributions.filter(number=wanted).first()
        names = names_of(passages_of(contribution.body, [])) if contribution else []
        fields = {"version": version_of(world, wanted)} | dict.fromkeys(names, "Q1")
        return client.post(page(world, wanted, "assign"), fields)

    return verb


def bulletin(*parts):
    """A verb that sends the form of a bulletin."""
    words = {"kind": "weekly", "title": "News", "body": "Words", "language": "en", "version": 1}

    def verb(client, world, role):
        fresh = {"submission_key": uuid.uuid4()}
        return client.post(page(world, "bulletins", *parts), words | fresh)

    return verb


def told(world, role):
    """There is a bulletin, in what is published."""
    if world.window != "unpublished":
        make_bulletin(world.discussion, world.onlooker)


def edit_too_late(client, world, role):
    long_ago = timezone.now() - timedelta(minutes=world.discussion.edit_minutes)
    world.discussion.contributions.numbered().update(published_at=long_ago)
    return VERBS["edit one’s own"](client, world, role)


def hide_own(world, role):
    if role in world.own:
        hide(world.own[role], user=world.onlooker, version=1, reason="spam")


def preview(world, role):
    """A link is out; where the discussion is published, from before."""
    Discussion.objects.filter(pk=world.discussion.pk).update(published=False)
    world.token = make_preview(world.discussion, user=world.onlooker)
    published = world.window != "unpublished"
    Discussion.objects.filter(pk=world.discussion.pk).update(published=published)


def of_staff(world, role):
    return number(world, "of_staff")


def mute_first(world, role):
    if hasattr(world, "first"):
        world.mute = mute(world.first, user=world.onlooker, until=NEXT_WEEK, reason="spam")


def mute_oneself(world, role):
    """Whoever it is: as if they had been given their role afterwards."""
    if role in world.own:
        Mute.objects.create(
            discussion=world.discussion,
            person=world.people[role].person,
            contribution=world.own[role],
            until=NEXT_WEEK,
            reason="spam",
            entry=LogEntry.objects.latest("pk"),
        )
        Membership.objects.get_or_create(
            discussion=world.discussion, person=world.people[role].person, role="participant"
        )


def unmute(client, world, role):
    pk = world.mute.pk if hasattr(world, "mute") else 1
    return client.post(page(world, "muted", pk, "unmute"))


def report_first(world, role):
    if hasattr(world, "first"):
        reporter = make_user("Reporter Example")
        report(world.first, user=reporter, version=1, reason="spam")


def answer_hiding(world, role):
    if hasattr(world, "hidden"):
        author = world.hidden.author.user
        appeal(world.hidden, user=author, version=2, note="Why?")


# What has to be so before the verb is tried.
PREPARED = {
    "edit a bulletin": told,
    "withdraw a bulletin": told,
    "withdraw one’s own that is hidden": hide_own,
    "revoke a preview": preview,
    "read a preview": preview,
    "let contribute again": mute_first,
    "read what was redacted": redact_first,
    "erase what was redacted": redact_first,
    "contribute while muted": mute_oneself,
    "edit while muted": mute_oneself,
    "answer a hiding": hide_own,
    "dismiss a report": report_first,
    "dismiss an answer": answer_hiding,
}


def work(page_of, *row_of, **changes):
    """A verb that sends the main form of a page of the workbench, as a superuser sees it.

    row_of: how the row is found that the page is about
    """

    def verb(client, world, role):
        address = bench(world, page_of, *(row(world) for row in row_of))
        return client.post(address, form_of(world, address) | changes)

    return verb


def form_of(world, address):
    """The fields of a page's form, as a superuser sees it."""
    if address not in world.forms:
        onlooker = Client()
        onlooker.force_login(world.onlooker)
        world.forms[address] = fields_of(onlooker.get(address))
    return world.forms[address]


def bench(world, name, *rows):
    return reverse(f"moderation:{name}", args=[world.discussion.slug, *rows])


def look(name):
    return lambda client, world, role: client.get(bench(world, name))


def read_statistics(*, public):
    def verb(client, world, role):
        Discussion.objects.filter(pk=world.discussion.pk).update(statistics_public=public)
        return client.get(reverse("facilitation:statistics", args=[world.discussion.slug]))

    return verb


def read_preview(client, world, role):
    return client.get(bench(world, "read_preview", world.token))


def press(name, *row_of):
    """A verb that is a button."""

    def verb(client, world, role):
        rows = [row(world) for row in row_of]
        return client.post(bench(world, name, *rows), {"seen": last_act(world.discussion.pk)})

    return verb


def act_there(name, **fields):
    """The same acts as in the administration, in the workbench."""

    def verb(client, world, role):
        later = world.discussion.closes_at + timedelta(days=30)
        dates = {"closes_at_0": f"{later:%Y-%m-%d}", "closes_at_1": "12:00:00"} if fields else {}
        seen = {"seen": last_act(world.discussion.pk)}
        return client.post(bench(world, "act", name), seen | dates | fields)

    return verb


def set_dates(client, world, role):
    """The opening is the last date to freeze."""
    opens_at = world.discussion.opens_at + timedelta(hours=1)
    sent = {"opens_at_0": f"{opens_at:%Y-%m-%d}", "opens_at_1": f"{opens_at:%H:%M:%S}"}
    closes_at = world.discussion.closes_at
    sent |= {"closes_at_0": f"{closes_at:%Y-%m-%d}", "closes_at_1": f"{closes_at:%H:%M:%S}"}
    sent |= {"time_zone": "UTC", "seen": last_act(world.discussion.pk)}
    return client.post(bench(world, "window"), sent)


def last_question(world):
    return world.discussion.questions.last().pk


def facilitator(world):
    return world.discussion.memberships.get(role="facilitator").pk


COPIED = {"title": "Again", "slug": "again", "opens_at_0": "2030-01-01", "opens_at_1": "00:00"}
COPIED |= {"closes_at_0": "2030-02-01", "closes_at_1": "00:00"}


def invite(client, world, role):
    address = {"email": world.people["stranger"].email, "role": "participant"}
    return work("people", **address)(client, world, role)


def take_a_role(client, world, role):
    """A second facilitator's, so that everybody else keeps theirs."""
    held = make_member(world.discussion, "facilitator")
    membership = world.discussion.memberships.get(person=held.person)
    seen = {"seen": last_act(world.discussion.pk)}
    return client.post(bench(world, "take_role", membership.pk), seen)


def see_what_waits(client, world, role):
    return client.get(reverse("moderation:queue"), {"discussion": world.discussion.slug})


def last_plea():
    """What a form about what waits carries: the last thing that its page showed."""
    pleas = [*Report.objects.order_by("pk"), *Appeal.objects.order_by("pk")]
    return pleas[-1].pk if pleas else 1


def dismiss(part):
    def verb(client, world, role):
        wanted = part(world, role)
        fields = {"version": version_of(world, wanted), "up_to": last_plea()}
        return client.post(page(world, wanted, "dismiss"), fields)

    return verb


def take_export(client, world, role):
    address = reverse("facilitation:export", args=[world.discussion.slug, "csv"])
    return client.get(address)


def have_document_made(client, world, role):
    address = reverse("facilitation:proceedings", args=[world.discussion.slug])
    return client.post(address, {"kind": "html", "order": "date", "language": "en"})


def new_title(fields, world):
    return {"title": "Another title"}


def new_role(fields, world):
    """The empty row that waits below the staff."""
    row = int(fields["memberships-TOTAL_FORMS"][0]) - 1
    return {
        f"memberships-{row}-email": world.people["stranger"].email,
        f"memberships-{row}-role": "moderator",
    }


VERBS = {
    "read": get(),
    "take the table": table("public_contributions_csv"),
    "contribute": send("contribute", **text()),
    "reply": send(first, "reply", **text()),
    "edit one’s own": send(own, "edit", **text(version=1)),
    "edit another’s": send(first, "edit", **text(version=1)),
    "edit too late": edit_too_late,
    "withdraw one’s own": send(own, "withdraw"),
    "withdraw another’s": send(first, "withdraw"),
    "withdraw one’s own that is hidden": send(own, "withdraw"),
    "read the history": get(first, "history"),
    "… of a hidden one": get(hidden, "history"),
    "… of a withdrawn one": get(withdrawn, "history"),
    "write to staff": contact,
    "report": send(first, "report", reason="spam"),
    "report one’s own": send(own, "report", reason="spam"),
    "report what is hidden": send(hidden, "report", reason="spam"),
    "answer a hiding": send(own, "appeal", note="Why?"),
    "answer another’s": send(hidden, "appeal", note="Why?"),
    "answer nothing": send(own, "appeal", note="Why?"),
    "see what waits": see_what_waits,
    "dismiss a report": dismiss(first),
    "dismiss an answer": dismiss(hidden),
    "dismiss nothing": dismiss(first),
    "publish": act("publish"),
    "open now": act("open"),
    "close now": act("close"),
    "extend": act("extend", reason="More time."),
    "reopen": act("reopen", reason="More time."),
    "hide": send(first, "hide", reason="spam"),
    "restore": send(hidden, "restore"),
    "correct": send(first, "correct", language="fr", capacity="official"),
    "correct what is hidden": send(hidden, "correct", language="fr", capacity="official"),
    "correct what waits": waiting("moderation:correct_waiting", language="fr", capacity="official"),
    "redact": redact_words("First", of=first),
    "redact what is hidden": redact_words("Hidden", of=hidden),
    "redact what is withdrawn": redact_words("Withdrawn", of=withdrawn),
    "redact what waits": redact_words("Held"),
    "read what was redacted": get(first, "redact"),
    "erase what was redacted": erase,
    "mute": send(first, "mute", reason="spam", until=NEXT_WEEK.date()),
    "mute one of the staff": send(of_staff, "mute", reason="spam", until=NEXT_WEEK.date()),
    "let contribute again": unmute,
    "contribute while muted": send("contribute", **text()),
    "edit while muted": send(own, "edit", **text(version=1)),
    "see who is muted": get("muted"),
    "read what waits": waiting("moderation:decide"),
    "publish what waits": waiting("moderation:decide", act="publish"),
    "return what waits": waiting("moderation:decide", act="return", reason="spam"),
    "edit what waits": waiting("forum:edit_own", **text()),
    "withdraw what waits": waiting("forum:withdraw_own", sure="yes"),
    "assign passages": assign_passages(first),
    "assign what is hidden": assign_passages(hidden),
    "post a bulletin": bulletin("new"),
    "edit a bulletin": bulletin("1", "edit"),
    "withdraw a bulletin": bulletin("1", "withdraw"),
    "take everything": table("contributions_csv"),
    "take an export": take_export,
    "have a document made": have_document_made,
    "edit the texts": save(new_title),
    "give a role": save(new_role),
    "see the workbench": look("manage"),
    "read the log": look("log"),
    "take the log": look("log_csv"),
    "read how it was moderated": look("summary"),
    "read the statistics": read_statistics(public=False),
    "read public statistics": read_statistics(public=True),
    "publish it there": act_there("publish"),
    "open it there": act_there("open"),
    "close it there": act_there("close"),
    "extend it there": act_there("extend", reason="More time."),
    "reopen it there": act_there("reopen", reason="More time."),
    "set the dates": set_dates,
    "write the texts": work("texts", welcome="Welcome"),
    "settle how it works": work("settings", edit_minutes="45"),
    "add a question": work("add_question", text="What next?"),
    "reword a question": work("question", last_question, text="In other words?"),
    "move a question": press("move_up", last_question),
    "remove a question": press("remove_question", last_question),
    "add a group": work("add_group", title="Week 2"),
    "add a host": work("hosts", name="Example Institute"),
    "invite somebody": invite,
    "change a title": work("member", facilitator, title="Expert"),
    "take a role": take_a_role,
    "copy it": work("copy", **COPIED),
    "make a preview": press("make_preview"),
    "revoke a preview": press("revoke_preview"),
    "read a preview": read_preview,
}
