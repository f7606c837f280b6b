"""Every output of the site, and what each of its readers must not find in it.

A text that is held, returned, hidden, withdrawn or anonymous has a secret word in it, and its
author a secret name; so have a change that waits and one that was refused, and what stood in a text
before it was sent again. OUTPUTS lists every address, COMMANDS every command: one that is not there
fails, until somebody has thought about who may find what in it.
"""

import re
from datetime import timedelta
from io import BytesIO, StringIO
from types import SimpleNamespace
from zipfile import ZipFile

import pytest
from django.core import mail
from django.core.management import call_command, get_commands
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from facilitation.actions import make_next_document, order_document
from facilitation.kinds import KINDS
from facilitation.models import Document
from forum import actions, archive
from forum.models import Contribution, Discussion, Draft, Host, Revision
from moderation.actions import give_back, hide, mute, publish, refuse_change
from moderation.redacting import redact
from tests.accounts.device import give_app, give_passkey
from tests.accounts.visiting import prove
from tests.factory import (
    make_bulletin,
    make_contribution,
    make_discussion,
    make_held,
    make_member,
    make_user,
)
from tests.forum.test_archive import as_json, copy_of, load
from tests.test_addresses import addresses, filled, provider_missing

# What of each kind is secret: its words, the name of its author, or both.
SECRETS = {
    "held": ("words", "name"),
    "returned": ("words", "name"),
    "hidden": ("words", "name"),
    "withdrawn": ("words", "name"),
    "anonymous": ("name",),
    "change": ("words",),
    "refused": ("words",),
    "unseen": ("words",),
    "redacted": ("words",),
}
# What the words of these kinds may stand in, for whom. Staff know everybody's name.
HIDDEN, WAITING = {"hidden"}, {"held", "returned", "change", "refused"}
FOR_STAFF = {
    # output: (for a moderator, for a facilitator)
    "forum:discussion": (HIDDEN, HIDDEN),
    "forum:whole": (HIDDEN, HIDDEN),
    "forum:contribution": (HIDDEN, HIDDEN),
    "forum:history": (HIDDEN, HIDDEN),
    "facilitation:contributions_csv": (set(), HIDDEN),
    "facilitation:export": (set(), HIDDEN),
    "facilitation:document": (set(), HIDDEN),
    "moderation:decide": (WAITING, set()),
    "moderation:queue": ({"held", "change"}, set()),
    "moderation:dismiss": (HIDDEN, set()),
    "moderation:mute": (HIDDEN, set()),
    "moderation:restore": (HIDDEN, set()),
    "moderation:redact": (HIDDEN | {"redacted"}, set()),
    "moderation:redact_waiting": (HIDDEN | {"held", "redacted"}, set()),
    "moderation:correct_waiting": ({"held"}, set()),
    "admin:forum_contribution_changelist": (HIDDEN, HIDDEN),
}
# Where authors find their own.
FOR_AUTHORS = {
    "forum:me": {"held", "returned", "hidden", "withdrawn"},
    "forum:own": WAITING,
    "forum:appeal": HIDDEN,
    "forum:edit": {"change", "refused"},
    "forum:edit_own": WAITING,
    "forum:withdraw_own": {"held", "returned"},
}
# Where nobody may find anything secret; an address without a name is named by its pattern.
FOR_NOBODY = """
    robots sitemap sitemap_of look forum:home forum:contribute forum:contact forum:follow
    forum:site_feed forum:discussion_feed forum:window forum:text forum:participants forum:reply
    forum:withdraw
    forum:notifications forum:mark_read forum:drafts forum:save_draft forum:discard_draft
    forum:discard_waiting forum:about forum:rules forum:privacy forum:imprint moderation:hide
    forum:following forum:report forum:appeal moderation:correct moderation:erase_redaction
    moderation:hosts moderation:host moderation:remove_host moderation:people moderation:member
    moderation:take_role moderation:texts moderation:settings moderation:questions
    moderation:question moderation:add_question moderation:move_up moderation:remove_question
    moderation:group moderation:add_group moderation:remove_group moderation:window moderation:act
    moderation:manage moderation:log moderation:log_csv moderation:copy moderation:summary
    moderation:preview moderation:make_preview moderation:revoke_preview moderation:read_preview
    moderation:muted moderation:unmute moderation:languages
    facilitation:assign facilitation:public_contributions_csv facilitation:statistics
    facilitation:statistics_csv facilitation:statistics_svg
    forum:bulletins forum:bulletin facilitation:new_bulletin facilitation:edit_bulletin
    facilitation:withdraw_bulletin facilitation:exports facilitation:proceedings
    facilitation:delete_document mail:preferences mail:unsubscribe
    accounts:profile accounts:security accounts:end_sessions accounts:login_again

    account_login account_logout account_inactive account_signup account_reauthenticate
    account_email account_email_verification_sent account_change_password account_set_password
    account_reset_password account_confirm_login_code account_confirm_password_reset_code
    account_complete_password_reset account_password_reset_completed account_request_login_code
    mfa_index mfa_authenticate mfa_reauthenticate mfa_activate_totp mfa_deactivate_totp
    mfa_view_recovery_codes mfa_generate_recovery_codes mfa_download_recovery_codes
    mfa_list_webauthn mfa_add_webauthn mfa_reauthenticate_webauthn mfa_remove_webauthn
    mfa_edit_webauthn mfa_login_webauthn socialaccount_login_cancelled socialaccount_login_error
    socialaccount_signup socialaccount_connections google_login google_callback
    google_login_by_token openid_connect_login openid_connect_callback usersessions_list

    admin:index admin:login admin:logout admin:password_change admin:password_change_done
    admin:jsi18n admin:accounts_user_changelist admin:accounts_user_add
    admin:accounts_user_history admin:accounts_user_delete admin:accounts_user_change
    admin:accounts_person_changelist admin:accounts_person_add admin:accounts_person_history
    admin:accounts_person_delete admin:accounts_person_change admin:forum_contribution_act
    admin:forum_contribution_add admin:forum_contribution_history
    admin:forum_contribution_delete admin:forum_contribution_change admin:forum_discussion_act
    admin:forum_discussion_changelist admin:forum_discussion_add admin:forum_discussion_history
    admin:forum_discussion_delete admin:forum_discussion_change admin:forum_logentry_changelist
    admin:forum_logentry_add admin:forum_logentry_history admin:forum_logentry_delete
    admin:forum_logentry_change admin:forum_membership_act admin:forum_membership_changelist
    admin:forum_membership_add admin:forum_membership_history admin:forum_membership_delete
    admin:forum_membership_change admin:forum_page_changelist admin:forum_page_add
    admin:forum_page_history admin:forum_page_delete admin:forum_page_change admin:app_list
    admin:accounts_user_act

    /accounts/2fa/ /accounts/2fa/webauthn/ /accounts/sessions/ /accounts/2fa/webauthn/login/
    /accounts/2fa/webauthn/reauthenticate/ /accounts/password/set/ /accounts/2fa/totp/activate/
    /accounts/2fa/recovery-codes/ /accounts/social/login/cancelled/
    /accounts/social/login/error/ /accounts/social/signup/ /accounts/social/connections/
    /admin/accounts/user/<path:object_id>/ /admin/accounts/person/<path:object_id>/
    /admin/forum/contribution/<path:object_id>/ /admin/forum/discussion/<path:object_id>/
    /admin/forum/logentry/<path:object_id>/ /admin/forum/membership/<path:object_id>/
    /admin/forum/page/<path:object_id>/ /admin/(?P<url>.*)
"""
FOR_NOBODY = set(FOR_NOBODY.split())
# What words a command prints. An archive is for those who run the site, and names everybody.
COMMANDS = {
    "export_discussion": {"hidden", "withdrawn"},
    "export_discussion --full": {"hidden", "withdrawn", "change", "unseen"} | WAITING,
    "export --format csv": {"hidden"},
    "export --rows answers --anonymised": {"hidden"},
    "export --format json": {"hidden"},
    "export --format json --state held --state returned": {"held", "returned"},
    "proceedings": set(),
    "demo": set(),
    "erase_expired": set(),
    "import_discussion": set(),
    "serve": set(),
    "worker": set(),
}


def word(kind):
    return f"quokka{kind}"


def bait(kind):
    """What a search is for: it stands beside the secret word."""
    return f"wombat{kind}"


def text(kind):
    return f"Some {bait(kind)} and a {word(kind)}."


def name(kind):
    """Of its author, who has written nothing else."""
    return f"Author{kind}"


def found_in(shown, *, names=True, own=None):
    """The kinds of which something secret stands in an output.

    names: are names secrets too? own: of this kind the reader is the author
    """
    found = {kind for kind in SECRETS if word(kind) in shown and "words" in SECRETS[kind]}
    if names:
        secret = {kind for kind in SECRETS if "name" in SECRETS[kind]} - {own}
        found |= {kind for kind in secret if name(kind) in shown}
    return found


@pytest.fixture
def place(db):
    """A discussion with something of each kind, in reply to what was said openly."""
    discussion = make_discussion("secretive", anonymous_allowed=True, statistics_public=True)
    people = {role: make_member(discussion, role) for role in ("moderator", "facilitator")}
    people["participant"] = make_user("Ana Souza")
    place = SimpleNamespace(discussion=discussion, people=people, of={})
    place.open = make_contribution(discussion, people["participant"], "Said openly")
    for kind in SECRETS:
        author = people[kind] = make_user(name(kind))
        author.person.country = "IS"
        author.person.save()
        place.of[kind] = MAKERS[kind](place, kind)
    Draft.objects.create(discussion=discussion, person=people["participant"].person, body="…")
    give_app(people["participant"])
    give_passkey(people["participant"])
    muted = make_contribution(discussion, make_user("Muted Example"), "Said too")
    in_a_week = timezone.now() + timedelta(days=7)
    mute(muted, user=people["moderator"], until=in_a_week, reason="spam")
    make_bulletin(discussion, people["facilitator"])
    Host.objects.create(discussion=discussion, name="Example Institute")
    make_documents(place)
    discussion.held = place.of["held"]
    discussion.refresh_from_db()
    return place


def say(place, kind, make=make_contribution, body=None, **more):
    body = body or text(kind)
    return make(
        place.discussion,
        place.people[kind],
        body,
        parent=place.open,
        answers={"Q1": body},
        **more,
    )


def held(place, kind):
    return say(place, kind, make_held)


def returned(place, kind):
    one = say(place, kind, make_held)
    why = {"reason": "spam", "note": text(kind)}
    return give_back(one, user=place.people["moderator"], version=1, **why)


def hidden(place, kind):
    return hide(say(place, kind), user=place.people["moderator"], version=1, reason="spam")


def withdrawn(place, kind):
    return actions.withdraw(say(place, kind), user=place.people[kind], version=1)


def anonymous(place, kind):
    return say(place, kind, anonymous=True)


def change(place, kind):
    """A change that waits."""
    one = say(place, kind, body="Said openly too")
    return change_to(place, one, kind)


def change_to(place, one, kind):
    """The author wants secret words to stand there."""
    discussion = place.discussion
    Discussion.objects.filter(pk=discussion.pk).update(moderation="all_held")
    answers = {discussion.questions.get(key="Q2"): text(kind)}
    new = actions.Text(body=text(kind), language="en", answers=answers)
    one = actions.edit(one, user=place.people[kind], text=new, version=one.version)
    Discussion.objects.filter(pk=discussion.pk).update(moderation="after")
    return one


def refused(place, kind):
    one = change(place, kind)
    why = {"reason": "spam", "note": text(kind)}
    return refuse_change(one, user=place.people["moderator"], version=one.version, **why)


def unseen(place, kind):
    """Returned, then sent with other words and published."""
    one = returned(place, kind)
    new = actions.Text(body="Said better", language="en")
    one = actions.edit(one, user=place.people[kind], text=new, version=one.version)
    return publish(one, user=place.people["moderator"], version=one.version)


def redacted(place, kind):
    """In the text, an answer, an earlier version, and a quotation."""
    one = say(place, kind)
    words = {question: text(kind) for question in place.discussion.questions.all()}
    new = actions.Text(body=f"Again: {text(kind)}", language="en", answers=words)
    one = actions.edit(one, user=place.people[kind], text=new, version=1)
    make_contribution(place.discussion, place.people["participant"], f"> {text(kind)}\n\nYes")
    words = {"words": f"{bait(kind)} and a {word(kind)}", "reason": "spam"}
    redact(one, user=place.people["moderator"], version=2, **words)
    return one


MAKERS = {
    maker.__name__: maker
    for maker in (held, returned, hidden, withdrawn, anonymous, change, refused, unseen, redacted)
}


def readers(place):
    """(who, the kind of which they are the author or None, their browser)."""
    yield "visitor", None, Client()
    for who in ("participant", "moderator", "facilitator"):
        yield who, None, browser_of(place.people[who])
    for kind in SECRETS:
        yield "author", kind, browser_of(place.people[kind])


def browser_of(user):
    client = Client()
    client.force_login(user)
    prove(client)
    return client


def variants(address, pattern):
    """Other ways to ask the same address."""
    yield address
    if pattern.endswith("<slug:slug>/"):
        for kind in SECRETS:
            yield f"{address}?q={bait(kind)}"
        for choice in ("choose=yes", "question=Q1", "question=Q2", "country=IS", "order=newest"):
            yield f"{address}?{choice}"

    if pattern.endswith("<slug:kind>/"):
        yield f"{address}?rows=answers&anonymised=on"
        yield f"{address}?rows=questions"
        for state in Contribution.State.values:
            yield f"{address}?states={state}"


def make_documents(place):
    """In every format, of what its orderer may see: an organiser sees what waits."""
    organiser = make_member(place.discussion, "organiser", make_user("Amina Odhiambo"))
    states = list(Contribution.State.values)
    # Proceedings in one format: a test below looks into all of them.
    for kind in KINDS.keys() - {"pdf", "docx", "odt", "epub"}:
        order_document(place.discussion, kind, {}, user=place.people["facilitator"])
        order_document(place.discussion, kind, {"states": states}, user=organiser)
    while Document.objects.unfinished().exists():
        make_next_document()
    assert set(Document.objects.values_list("state", flat=True)) == {"done"}


def everything_there(place):
    """Every number and key of a contribution, beside those of other rows."""
    last = Discussion.objects.get(pk=place.discussion.pk).last_number
    keys = Contribution.objects.values_list("pk", flat=True)
    return {"number": range(1, last + 1), "pk": [Draft.objects.get().pk, *keys]}


def shown_by(client, address):
    with provider_missing():
        response = client.get(address)
        return text_in(b"".join(response))
    return ""


def text_in(body):
    """The words of an answer, whatever it is packed in."""
    if body.startswith(b"PK\x03\x04"):
        return unzipped(body)
    if body.startswith(b"%PDF"):
        return "".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    return body.decode("utf-8", "replace")


def unzipped(body):
    with ZipFile(BytesIO(body)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def outputs():
    """(name, pattern) of every address; one without a name has its pattern for one."""
    for output, pattern in addresses():
        yield (pattern if output.endswith("None") else output), pattern


def allowed(output, who, own):
    """The kinds that may be found there."""
    if who in ("moderator", "facilitator"):
        for_moderator, for_facilitator = FOR_STAFF.get(output, (set(), set()))
        return for_moderator if who == "moderator" else for_facilitator
    return FOR_AUTHORS.get(output, set()) & {own}


def leaks(place, wanted=lambda output: True):
    """A line for whatever is found where it may not be, and {output: the kinds that were found}."""
    lines, found = [], {}
    there = everything_there(place)
    clients = list(readers(place))
    for output, pattern in outputs():
        if output in NOT_VISITED or not wanted(output):
            continue
        for path in filled(pattern, place.discussion, **there):
            for address in variants(path, pattern):
                for who, own, client in clients:
                    if who == "author" and output.startswith(LIKE_ANYBODY):
                        continue
                    names = who not in ("moderator", "facilitator")
                    kinds = found_in(shown_by(client, address), names=names, own=own)
                    found.setdefault(output, set()).update(kinds)
                    for kind in kinds - allowed(output, who, own):
                        lines.append(f"{address} ({output}) shows a {who} what is {kind}")
    return lines, found


# It ends the session of whoever looks.
NOT_VISITED = {"account_logout", "admin:logout"}
# What an author sees there any participant sees, who looks.
LIKE_ANYBODY = ("admin", "account_", "mfa_", "socialaccount_", "google_", "openid_", "/")


def test_every_output_is_on_the_list():
    listed = set(FOR_STAFF) | set(FOR_AUTHORS) | FOR_NOBODY
    assert {output for output, _pattern in outputs()} == listed


def test_no_address_shows_what_is_secret(place):
    lines, found = leaks(place)
    assert lines == []
    # They do show it where they may: the walk has looked.
    expected = {output: kinds.union(*more) for output, (kinds, *more) in FOR_STAFF.items()}
    for output, kinds in FOR_AUTHORS.items():
        expected[output] = expected.get(output, set()) | kinds
    assert {output: found[output] for output in expected} == expected


def test_the_walk_would_see_it(place):
    Contribution.objects.filter(pk=place.of["hidden"].pk).update(state="published", reason="")
    Contribution.objects.filter(pk=place.of["anonymous"].pk).update(anonymous=False)
    lines, _found = leaks(place, wanted=lambda output: output == "forum:participants")
    told = {line.rpartition(" shows ")[2] for line in lines}
    assert {"a visitor what is hidden", "a participant what is anonymous"} <= told


# What every answer has for itself: the keys of its forms, how long they can be sent, when it is.
KEYS = re.compile(r'<input type="hidden"[^>]*>|[?]send=\d+|data-ends="\d+"|DTSTAMP:\w+')


def test_what_waits_changes_nothing_that_others_are_shown(place):
    """Not a number, not a place, not a version: byte for byte."""
    others = [Client(), browser_of(place.people["participant"])]
    there = everything_there(place)
    seen = [
        (client, address)
        for output, pattern in outputs()
        if output.startswith(("forum:", "facilitation:", "robots", "sitemap"))
        for path in filled(pattern, place.discussion, **there)
        for address in variants(path, pattern)
        for client in others
    ]
    for client, address in seen:
        # What somebody has seen is noted at their first look.
        shown_by(client, address)
    before = [KEYS.sub("", shown_by(client, address)) for client, address in seen]
    newcomer = place.people["newcomer"] = make_user("Newcomer")
    more = make_held(place.discussion, newcomer, "More", parent=place.open, answers={"Q1": "Yes"})
    give_back(more, user=place.people["moderator"], version=1, reason="spam")
    make_held(place.discussion, newcomer, "Yet more")
    change_to(place, place.of["change"], "change")
    for (client, address), page in zip(seen, before, strict=True):
        assert KEYS.sub("", shown_by(client, address)) == page, address


def test_no_mail_tells_what_is_secret(place, send_all):
    send_all()
    of_kind = {place.people[kind].email: kind for kind in SECRETS}
    staff = {place.people[role].email for role in ("moderator", "facilitator")}
    assert {message.to[0] for message in mail.outbox} >= {
        place.people["participant"].email,
        place.people["moderator"].email,
        place.people["returned"].email,
    }
    for message in mail.outbox:
        [recipient] = message.to
        written = [message.subject, message.body, *(html for html, _kind in message.alternatives)]
        own = of_kind.get(recipient)
        assert not found_in("".join(written), names=recipient not in staff, own=own), recipient


@pytest.mark.parametrize("kind", ["pdf", "docx", "odt", "epub", "html"])
@pytest.mark.parametrize("order", ["date", "question"])
def test_proceedings_show_nothing_secret_to_whomever_they_are_given(place, kind, order, tmp_path):
    path = tmp_path / f"proceedings.{kind}"
    call_command(
        "proceedings", place.discussion.slug, f"--format={kind}", f"--by={order}", output=path
    )
    words = text_in(path.read_bytes())
    assert found_in(words) == set()
    assert "Said openly" in words


def test_every_command_is_on_the_list():
    ours = {"accounts", "forum", "moderation", "facilitation", "mail", "worker"}
    there = {command for command, app in get_commands().items() if app in ours}
    assert there == {line.split()[0] for line in COMMANDS}


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("export --")])
def test_an_export_has_what_waits_only_when_it_is_asked_for_and_no_name_of_the_anonymous(
    place, line
):
    command, *options = line.split()
    printed = StringIO()
    call_command(command, place.discussion.slug, *options, stdout=printed)
    assert found_in(printed.getvalue()) == COMMANDS[line]


@pytest.mark.parametrize("line", ["export_discussion", "export_discussion --full"])
def test_the_archive_has_what_waits_only_when_everything_is_asked_for(place, line):
    command, *options = line.split()
    printed = StringIO()
    call_command(command, place.discussion.slug, *options, stdout=printed)
    assert found_in(printed.getvalue(), names=False) == COMMANDS[line]


def test_a_full_archive_brings_back_whatever_waits(place):
    full = archive.dump(place.discussion, full=True)
    copied = load(as_json(copy_of(full)))
    assert archive.dump(copied, full=True) == copy_of(full)
    states = copied.contributions.filter(number=None).order_by("pk").values_list("state", "note")
    assert list(states) == [("held", ""), ("returned", text("returned"))]
    assert Revision.objects.pending().filter(contribution__discussion=copied).count() == 1
