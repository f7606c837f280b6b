"""The profile: what a byline will say, in which language and zone somebody lives."""

import pytest
from django.db import IntegrityError, transaction

from accounts.forms import ProfileForm, time_zone_choices
from accounts.models import Person
from tests.factory import make_person, make_user

from .visiting import LOGIN, sign_in, text_of

pytestmark = pytest.mark.django_db

PROFILE = "/me/profile/"
FULL = {
    "name": "Ana Souza",
    "organisation": "Rural Institute",
    "function": "Agronomist",
    "stakeholder_group": "academia",
    "country": "BR",
    "language": "pt",
    "time_zone": "America/Sao_Paulo",
}


@pytest.fixture
def ana(client):
    user = make_user("Ana Souza")
    sign_in(client, user)
    return user.person


def test_a_visitor_signs_in_first(client):
    assert client.get(PROFILE).url == f"{LOGIN}?next={PROFILE}"


def test_everything_that_is_told_is_kept(client, ana):
    response = client.post(PROFILE, FULL, follow=True)
    assert "Your profile is saved." in text_of(response)
    ana.refresh_from_db()
    assert {name: getattr(ana, name) for name in FULL} == FULL
    for value in ("Rural Institute", "Agronomist"):
        assert f'value="{value}"' in text_of(response)
    for chosen in ("academia", "BR", "pt", "America/Sao_Paulo"):
        assert f'<option value="{chosen}" selected>' in text_of(response)


def test_the_name_alone_is_required(client, ana):
    client.post(PROFILE, dict.fromkeys(FULL, "") | {"name": "Ana"})
    ana.refresh_from_db()
    assert {name: getattr(ana, name) for name in FULL} == dict.fromkeys(FULL, "") | {"name": "Ana"}


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("name", "", "This field is required."),
        ("name", "\u200b\n", "Please give a name."),
        ("name", "a" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        ("name", "Ana\x00", "Null characters are not allowed."),
        ("organisation", "a" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("function", "a" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        ("country", "XX", "Select a valid choice. XX is not one of the available choices."),
        ("language", "xx", "Select a valid choice. xx is not one of the available choices."),
        ("time_zone", "Mars", "Select a valid choice. Mars is not one of the available choices."),
        ("stakeholder_group", "x", "Select a valid choice. x is not one of the available choices."),
    ],
)
def test_what_cannot_be_taken_is_told_and_the_rest_stays_in_the_form(
    client, ana, field, value, error
):
    page = client.post(PROFILE, FULL | {field: value})
    assert page.status_code == 422
    assert page.context["form"].errors == {field: [error]}
    assert f'<a href="#id_{field}">' in text_of(page)
    for name in ("name", "organisation", "function"):
        if name != field:
            assert f'value="{FULL[name]}"' in text_of(page)
    ana.refresh_from_db()
    assert ana.organisation == "Example Institute"


def test_lines_become_one_line(client, ana):
    client.post(PROFILE, FULL | {"organisation": "Rural\r\nInstitute", "function": "a\tb"})
    ana.refresh_from_db()
    assert (ana.organisation, ana.function) == ("Rural Institute", "a b")


def test_nothing_but_the_profile_is_changed_by_its_form(client, ana):
    address = ana.user.email
    client.post(PROFILE, FULL | {"email": "x@example.org", "is_superuser": "on", "user": "1"})
    ana.refresh_from_db()
    assert (ana.email, ana.user.email, ana.user.is_superuser) == ("", address, False)


def test_what_an_imported_record_says_stays_choosable():
    person = make_person("Imported", stakeholder_group="Water users", language="sw")
    form = ProfileForm(instance=person)
    assert ("Water users", "Water users") in form.fields["stakeholder_group"].choices
    assert "sw" in dict(form.fields["language"].choices)


def test_somebody_without_a_language_is_not_given_one():
    assert ProfileForm(instance=make_person("Ana")).fields["language"].choices[0] == ("", "—")


def test_zones_stand_under_their_region():
    groups = {str(label): zones for label, zones in time_zone_choices()}
    assert ("Africa/Nairobi", "Nairobi") in groups["Africa"]
    assert ("America/Argentina/Buenos_Aires", "Argentina/Buenos Aires") in groups["America"]
    assert ("UTC", "UTC") in groups["Other"]


def test_a_person_needs_a_name_in_the_database_too():
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(name="")
