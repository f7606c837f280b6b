"""What superusers alone have in the admin: the site's own pages, accounts and persons."""

import pytest

from accounts.models import Person, User
from forum import actions
from forum.models import LogEntry, Page
from tests.factory import make_user

from .browsing import change_url, fields_of, list_url, save, signed_in


@pytest.fixture
def root(db):
    return make_user("Root Admin", is_superuser=True)


@pytest.fixture
def page(root):
    Page.objects.filter(key="about").delete()
    page = actions.write_page(
        user=root, key="about", language="en", title="About us", body="First words."
    )
    page.version = 1
    page.save()
    return page


# --- pages ---


def test_saving_a_page_makes_a_new_version_and_keeps_the_old_one(root, page):
    save(signed_in(root), page, body="Second **words**.")
    versions = Page.objects.filter(key="about").order_by("version")
    assert [row.body for row in versions] == ["First words.", "Second **words**."]
    assert "<strong>words</strong>" in versions[1].body_html
    assert LogEntry.objects.first().details == {"page": "about/en/2"}


def test_saving_and_going_on_leads_to_the_new_version(root, page):
    client = signed_in(root)
    fields = fields_of(client.get(change_url(page))) | {"body": "Second.", "_continue": "1"}
    answer = client.post(change_url(page), fields)
    assert answer.url == change_url(Page.objects.get(key="about", version=2))


def test_the_list_has_current_versions_and_the_earlier_ones_on_demand(root, page):
    save(signed_in(root), page, body="Second.")
    client = signed_in(root)
    address = list_url(Page)
    current = client.get(address, {"key__exact": "about"}).context["cl"].result_list
    assert [row.version for row in current] == [2]
    everything = {"key__exact": "about", "versions": "all"}
    assert [row.version for row in client.get(address, everything).context["cl"].result_list] == [
        2,
        1,
    ]


def test_earlier_versions_are_read_from_the_history(root, page):
    client = signed_in(root)
    save(client, page, body="Second.")
    newest = Page.objects.get(key="about", version=2)
    history = client.get(change_url(newest).replace("change", "history")).content.decode()
    assert f'href="{change_url(page)}"' in history
    old = client.get(change_url(page))
    assert "First words." in old.content.decode()
    assert "body" not in fields_of(old)


def test_an_old_version_never_takes_the_place_of_a_newer_one(root, page):
    client = signed_in(root)
    fields = fields_of(client.get(change_url(page))) | {"body": "My words."}
    save(signed_in(make_user("Other", is_superuser=True)), page, body="Their words.")
    answer = client.post(change_url(page), fields)
    assert "there is a newer version (2)" in answer.content.decode()
    assert fields_of(answer)["body"] == ["My words."]
    assert Page.objects.filter(key="about").count() == 2


def test_a_page_in_another_language_is_added(root, page):
    client = signed_in(root)
    typed = {"key": "about", "language": "fr", "title": "À propos", "body": "Nous."}
    client.post(list_url(Page) + "add/", typed)
    assert Page.objects.get(key="about", language="fr").version == 2


# --- accounts and persons ---


def test_addresses_groups_and_passwords_are_no_fields(root, cast):
    fields = fields_of(signed_in(root).get(change_url(cast.participant)))
    assert set(fields) == {"csrfmiddlewaretoken"}
    save(signed_in(root), cast.participant, email="evil@example.org", password="x", groups=["1"])
    user = User.objects.get(pk=cast.participant.pk)
    assert user.email == cast.participant.email
    assert user.password == cast.participant.password


def test_superusers_do_not_lock_themselves_out(root):
    answer = signed_in(root).post(change_url(root), {})
    assert list(answer.context["adminform"].form.errors) == ["is_superuser"]
    root.refresh_from_db()
    assert (root.is_active, root.is_superuser) == (True, True)


def test_a_person_is_corrected(root, cast):
    save(signed_in(root), cast.participant.person, organisation="Another institute")
    assert Person.objects.get(pk=cast.participant.person_id).organisation == "Another institute"


def test_accounts_and_persons_are_found(root, cast):
    for model, words in ((User, "souza"), (Person, cast.participant.email)):
        found = signed_in(root).get(list_url(model), {"q": words}).context["cl"].result_list
        assert len(found) == 1


@pytest.mark.parametrize("model", [User, Person, Page])
@pytest.mark.parametrize("name", ["organiser", "facilitator", "moderator"])
def test_the_rest_of_the_staff_has_none_of_it(cast, page, model, name):
    client = signed_in(getattr(cast, name))
    thing = model.objects.first()
    address = change_url(thing)
    assert client.get(list_url(model)).status_code == 403
    assert client.get(list_url(model) + "add/").status_code == 403
    assert client.get(address).status_code == 403
    assert client.post(address, {"is_superuser": "on"}).status_code == 403
    assert client.get(address.replace("change", "history")).status_code == 403
    assert list_url(model) not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("model", [User, Person, Page])
def test_nothing_of_it_is_deleted(root, page, model):
    address = change_url(model.objects.first()).replace("change", "delete")
    assert signed_in(root).post(address, {"post": "yes"}).status_code == 403
