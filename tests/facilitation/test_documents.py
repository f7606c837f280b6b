"""Documents: made by the worker's slow queue, whole or not at all, and taken by whoever may."""

from datetime import timedelta
from itertools import count
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from facilitation import actions, kinds
from facilitation.making import CannotMakeError, Kind
from facilitation.models import LEASE, Document
from forum.actions import withdraw
from forum.models import LogEntry, Membership
from tests.factory import make_contribution, make_discussion, make_member
from tests.worker.test_queue import work


def page(discussion):
    return reverse("facilitation:exports", args=[discussion.slug])


def address(document):
    return reverse("facilitation:document", args=[document.discussion.slug, document.pk])


def order(discussion, user, kind="csv", **options):
    return actions.order_document(discussion, kind, options, user=user)


def made(document):
    actions.make_next_document()
    document.refresh_from_db()
    return document


def add_kind(monkeypatch, produce):
    kind = Kind("Odd", "odd", "text/plain", produce)
    monkeypatch.setitem(kinds.KINDS, "odd", kind)


def files(settings):
    return sorted(path.name for path in settings.DOCUMENTS_DIR.iterdir())


def test_the_worker_makes_what_was_asked_for(client, cast, discussion, settings):
    make_contribution(discussion, cast.participant, "Words to take away")
    document = order(discussion, cast.facilitator)
    client.force_login(cast.facilitator)
    waiting = client.get(page(discussion))
    assert "Waits for its turn" in waiting.content.decode()
    assert waiting["Refresh"]
    assert client.get(address(document)).status_code == 404
    document = made(document)
    assert (document.state, files(settings)) == ("done", [document.file])
    answer = client.get(address(document))
    body = b"".join(answer)
    assert "Words to take away" in body.decode()
    assert len(body) == document.size == int(answer["Content-Length"])
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{discussion.slug}-')
    assert answer["Cache-Control"] == "private, no-store"
    ready = client.get(page(discussion))
    assert "Karim Benali" in ready.content.decode()
    assert "Refresh" not in ready


def test_who_asks_twice_waits_for_the_same(cast, discussion):
    first = order(discussion, cast.facilitator, rows="answers")
    assert order(discussion, cast.facilitator, rows="answers") == first
    assert order(discussion, cast.facilitator, rows="contributions") != first
    assert order(discussion, cast.organiser, rows="answers") != first
    acts = LogEntry.objects.filter(act="discussion.export")
    assert acts.count() == DBTaskResult.objects.count() == 3


def test_a_role_that_was_taken_takes_the_files_with_it(client, cast, discussion):
    document, other = order(discussion, cast.facilitator), make_discussion("other")
    waiting = order(discussion, cast.facilitator, rows="answers")
    made(document)
    make_member(other, "facilitator", cast.facilitator)
    client.force_login(cast.facilitator)
    elsewhere = reverse("facilitation:document", args=["other", document.pk])
    assert client.get(elsewhere).status_code == 404
    Membership.objects.filter(discussion=discussion, person=cast.facilitator.person).delete()
    assert client.get(address(document)).status_code == 403
    assert made(waiting).state == "failed"


@pytest.mark.parametrize("who", ["moderator", "participant", "stranger"])
def test_nobody_else_asks_or_takes(client, cast, discussion, who):
    document = made(order(discussion, cast.facilitator))
    client.force_login(getattr(cast, who))
    assert client.get(page(discussion)).status_code == 403
    assert client.post(page(discussion), {"kind": "csv"}).status_code == 403
    assert client.get(address(document)).status_code == 403
    assert client.post(f"{address(document)}delete/").status_code == 403
    assert Document.objects.count() == 1


def test_its_own_reader_deletes_it_and_nobody_else(client, cast, discussion, settings):
    document = made(order(discussion, cast.facilitator))
    client.force_login(make_member(discussion, "facilitator"))
    assert client.post(f"{address(document)}delete/").status_code == 404
    client.force_login(cast.facilitator)
    client.post(f"{address(document)}delete/")
    assert not Document.objects.exists()
    assert files(settings) == []


def test_what_cannot_be_made_says_why_and_is_not_tried_again(
    client, cast, discussion, settings, monkeypatch
):
    def cannot(discussion, options, file, progress):
        file.write(b"half of it")
        raise CannotMakeError("Install the fonts first.")

    add_kind(monkeypatch, cannot)
    document = made(order(discussion, cast.facilitator, "odd"))
    assert (document.state, document.error) == ("failed", "Install the fonts first.")
    client.force_login(cast.facilitator)
    assert "Install the fonts first." in client.get(page(discussion)).content.decode()
    assert files(settings) == []


def test_a_mistake_is_tried_again_and_given_up(cast, discussion, settings, monkeypatch):
    def mistaken(discussion, options, file, progress):
        raise ValueError("a mistake of ours")

    add_kind(monkeypatch, mistaken)
    document = order(discussion, cast.facilitator, "odd")
    for runs in (1, 2):
        document = made(document)
        assert (document.state, document.runs) == ("running", runs)
    document = made(document)
    assert document.state == "failed"
    assert "mistake" not in document.error
    assert files(settings) == []


def test_what_a_dead_process_has_begun_is_made_by_another(committed, settings):
    discussion = make_discussion()
    document = order(discussion, make_member(discussion, "facilitator"))
    begun = timezone.now() - LEASE
    Document.objects.update(state="running", runs=1, alive_at=begun + timedelta(seconds=10))
    DBTaskResult.objects.all().delete()
    actions.look_after_documents()
    assert not DBTaskResult.objects.exists()
    Document.objects.update(alive_at=begun - timedelta(seconds=1))
    actions.look_after_documents()
    actions.look_after_documents()
    assert DBTaskResult.objects.count() == 1
    work()
    document.refresh_from_db()
    assert (document.state, document.runs) == ("done", 2)
    assert files(settings) == [document.file]


def test_of_two_who_make_it_one_finishes_it(cast, discussion, settings, monkeypatch):
    def slow(discussion, options, file, progress):
        if "begun" not in options:
            options["begun"] = True
            # It looks dead to somebody else, who is quicker.
            Document.objects.update(alive_at=timezone.now() - 2 * LEASE)
            actions.make_next_document()
        file.write(b"whole")

    def quick(discussion, options, file, progress):
        file.write(b"whole and first")

    def produce(discussion, options, file, progress):
        (quick if Document.objects.get().runs == 2 else slow)(discussion, options, file, progress)

    add_kind(monkeypatch, produce)
    document = made(order(discussion, cast.facilitator, "odd"))
    assert (document.state, files(settings)) == ("done", [document.file])
    assert document.path.read_bytes() == b"whole and first"


def test_cancelling_ends_the_making(committed, settings, monkeypatch):
    begun = []

    def cancel():
        actions.delete_document(Document.objects.get())
        connection.close()

    def endless(discussion, options, file, progress):
        # On a connection of their own, as whoever cancels it.
        other = Thread(target=cancel)
        other.start()
        other.join()
        begun.append(file)
        for step in count():
            progress(step, step)

    add_kind(monkeypatch, endless)
    discussion = make_discussion()
    order(discussion, make_member(discussion, "facilitator"), "odd")
    actions.make_next_document()
    assert begun
    assert files(settings) == []


def test_progress_is_told_while_it_is_made(committed, monkeypatch):
    told = []

    def look():
        told.append(Document.objects.values_list("done", "total").get())
        connection.close()

    def watched(discussion, options, file, progress):
        deadline = timezone.now() + timedelta(seconds=20)
        while not told or told[-1] != (7, 9):
            progress(7, 9)
            # Whoever makes it sees everything as it was at the beginning.
            other = Thread(target=look)
            other.start()
            other.join()
            assert timezone.now() < deadline

    add_kind(monkeypatch, watched)
    discussion = make_discussion()
    order(discussion, make_member(discussion, "facilitator"), "odd")
    actions.make_next_document()
    assert told[0] == (0, 0)
    assert Document.objects.get().state == "done"


def test_files_go_after_their_days(cast, discussion, settings, client):
    document = made(order(discussion, cast.facilitator))
    assert document.expires_at - document.finished_at == timedelta(days=7)
    call_command("erase_expired")
    assert files(settings) == [document.file]
    Document.objects.update(expires_at=timezone.now())
    client.force_login(cast.facilitator)
    assert client.get(address(document)).status_code == 404
    call_command("erase_expired")
    assert files(settings) == []
    assert not Document.objects.exists()


def test_the_page_takes_the_same_queries_however_many_there_are(client, cast, discussion):
    client.force_login(cast.facilitator)
    order(discussion, cast.facilitator)
    client.get(page(discussion))
    with CaptureQueriesContext(connection) as first:
        client.get(page(discussion))
    for number in range(10):
        order(discussion, cast.facilitator, since=f"2030-01-{number + 10}")
    with CaptureQueriesContext(connection) as later:
        client.get(page(discussion))
    assert len(first) == len(later)


def test_the_administration_has_spreadsheets_made_of_several(client, cast, discussion):
    other = make_discussion("other")
    make_member(other, "facilitator", cast.facilitator)
    make_member(make_discussion("elsewhere"), "moderator", cast.moderator)
    listed = reverse("admin:forum_discussion_changelist")
    chosen = {"action": "export", "_selected_action": [discussion.pk, other.pk]}
    client.force_login(cast.moderator)
    client.post(listed, chosen)
    assert not Document.objects.exists()
    client.force_login(cast.facilitator)
    assert "Have spreadsheets made" in client.get(listed).content.decode()
    client.post(listed, chosen)
    assert set(Document.objects.values_list("discussion", "kind")) == {
        (discussion.pk, "xlsx"),
        (other.pk, "xlsx"),
    }
    assert client.post(listed, chosen | {"_selected_action": [other.pk]}).url == page(other)


def test_what_was_made_before_something_was_withdrawn_is_gone(client, cast, discussion, settings):
    one = make_contribution(discussion, cast.participant, "Taken back")
    document = made(order(discussion, cast.facilitator))
    client.force_login(cast.facilitator)
    assert b"Taken back" in b"".join(client.get(address(document)))
    withdraw(one, user=cast.participant, version=1)
    answer = client.get(address(document), follow=True)
    assert "was withdrawn, hidden or redacted since" in answer.content.decode()
    assert not Document.objects.exists()
    assert files(settings) == []


def test_an_organiser_deletes_what_a_facilitator_has_asked_for(client, cast, discussion):
    document = made(order(discussion, cast.facilitator))
    delete = reverse("facilitation:delete_document", args=[discussion.slug, document.pk])
    for user, status in ((cast.moderator, 403), (cast.organiser, 302)):
        client.force_login(user)
        assert client.post(delete).status_code == status
    assert not Document.objects.exists()
