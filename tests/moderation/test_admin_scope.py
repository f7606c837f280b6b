"""A moderator of another discussion neither sees nor changes anything of this one.

Everything of this discussion that could be printed holds a secret word; every address of the admin
is asked, and no answer may hold any of them.
"""

import re

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from forum import actions as forum_actions
from forum.models import (
    Contribution,
    Discussion,
    Extension,
    GuidingQuestion,
    Host,
    LogEntry,
    Membership,
    QuestionGroup,
)
from moderation import actions
from tests.factory import make_contribution, make_discussion, make_member, make_user

from .browsing import act_url, change_url, fields_of, list_url, signed_in

# In titles, addresses, names and texts of the discussion that is none of the intruder's business.
# Tokens are random and may begin with any three letters.
SECRET = re.compile(
    r'(?<!csrfmiddlewaretoken" value=")(?<!token=)(?<!sessionid=)\bzyx', re.IGNORECASE
)
VERBS = {
    Discussion: ["publish", "open", "close", "extend", "reopen"],
    Contribution: ["hide", "restore"],
    Membership: ["take"],
}


@pytest.fixture
def secret(db):
    """A discussion whose every word is a secret."""
    discussion = make_discussion(
        "zyxslug",
        title="Zyxtitle",
        welcome="Zyxwelcome",
        background="Zyxbackground",
        language="zyxx",
        time_zone="Pacific/Chatham",
        anonymous_allowed=True,
    )
    discussion.question_groups.update(title="Zyxgroup")
    discussion.questions.filter(number=1).update(text="Zyxquestion", key="Zyxkey")
    Host.objects.create(discussion=discussion, name="Zyxhost", url="https://zyxhost.example")
    organiser = make_member(
        discussion, "organiser", make_user("Zyxorganiser", "zyxo@example.org"), title="Zyxrole"
    )
    make_member(discussion, "moderator", make_user("Zyxmoderator", "zyxm@example.org"))
    author = make_user("Zyxauthor", "zyxa@example.org")
    discussion.refresh_from_db()
    contribution = make_contribution(
        discussion, author, "Zyxbody", answers={"Zyxkey": "Zyxanswer"}, language="zyxl"
    )
    hidden = make_contribution(discussion, author, "Zyxhidden")
    actions.hide(hidden, user=organiser, version=hidden.version, reason="spam")
    Extension.objects.create(
        discussion=discussion,
        old_closes_at=discussion.opens_at,
        new_closes_at=discussion.closes_at,
        reason="Zyxreason",
    )
    Contribution.objects.filter(pk=contribution.pk).update(anonymous=True)
    return discussion


@pytest.fixture(params=["organiser", "moderator", "facilitator"])
def intruder(request, secret):
    """Somebody who holds this role elsewhere, and is a participant here."""
    other = make_discussion("other", title="Other")
    user = make_member(other, request.param, make_user("Intruder"))
    make_member(other, "organiser", make_user("Their organiser"))
    make_contribution(other, user, "Something else.")
    Membership.objects.create(discussion=secret, person=user.person, role="participant")
    return user


def things_of(discussion):
    """A row of every kind that belongs to it."""
    return {
        "discussion": discussion,
        "contribution": discussion.contributions.first(),
        "logentry": discussion.log.first(),
        "membership": discussion.memberships.get(role="moderator"),
        "person": discussion.contributions.first().author,
        "user": discussion.contributions.first().author.user,
        "page": discussion,
    }


def patterns(resolver, names=()):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = [*names, pattern.namespace] if pattern.namespace else names
            yield from patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield names, pattern


def admin_names():
    return sorted(
        {
            pattern.name
            for names, pattern in patterns(get_resolver())
            if list(names) == ["admin"] and pattern.name
        }
    )


def addresses(secret):
    """Every named address of the admin, for the rows of the secret discussion."""
    for name in admin_names():
        kind = name.split("_")[1] if "_" in name else ""
        thing = things_of(secret).get(kind, secret)
        verbs = [verb for model in VERBS for verb in VERBS[model]]
        candidates = [
            {},
            {"object_id": thing.pk},
            {"app_label": "forum"},
            {"app_label": "accounts"},
            *({"name": verb} for verb in verbs),
        ]
        found = False
        for arguments in candidates:
            try:
                address = reverse(f"admin:{name}", kwargs=arguments)
            except NoReverseMatch:
                continue
            found = True
            yield f"{address}?pk={thing.pk}" if "name" in arguments else address
        assert found, f"This test does not know how to ask for {name}."


def searches(secret):
    """Questions to the lists that could be answered with what is not shown."""
    thing = things_of(secret)
    queries = [
        "q=zyx",
        "q=zyxtitle",
        "q=%231",
        f"discussion={secret.pk}",
        f"discussion__exact={secret.pk}",
        f"discussion__id={secret.pk}",
        f"discussion__id__exact={secret.pk}",
        "discussion__slug=zyxslug",
        "discussion__slug__startswith=z",
        "discussion__title__contains=Zyx",
        "discussion__memberships__person__email__startswith=zyx",
        "memberships__person__name__startswith=Zyx",
        "memberships__person__user__email__startswith=zyx",
        "byline__name__startswith=Zyx",
        "author__user__password__startswith=md5",
        "body__contains=Zyx",
        "title__contains=Zyx",
        "slug=zyxslug",
        "person__name__contains=Zyx",
        "actor__user__email__startswith=zyx",
        "id__in=1,2,3,4,5",
        f"pk={thing['contribution'].pk}",
        "language=zyxx",
        "language=zyxl",
        "status=open",
        "state__exact=hidden",
        "act=contribution.hide",
        "role__exact=organiser",
        "_facets=True",
        "_popup=1",
        "_popup=1&q=zyx",
        "_to_field=id",
        "_to_field=slug",
        "_to_field=submission_key",
        "o=1.2.3.4.5",
        "o=-1",
        "all=",
        "p=99999999999999999999",
        "e=1",
        "_changelist_filters=q%3Dzyx",
    ]
    for model in VERBS | {LogEntry: []}:
        for query in queries:
            yield f"{list_url(model)}?{query}"


def extra_addresses(secret):
    """What Django's admin has elsewhere, and addresses of its own that guess."""
    for thing in things_of(secret).values():
        kind = ContentType.objects.get_for_model(thing).pk
        yield f"/admin/r/{kind}/{thing.pk}/"
        app, model = thing._meta.app_label, thing._meta.model_name
        yield f"/admin/{app}/{model}/{thing.pk}/"
        yield f"/admin/{app}/{model}/{thing.pk}/change/?_to_field=id"
        yield f"/admin/{app}/{model}/zyxslug/change/?_to_field=slug"
        yield f"/admin/{app}/{model}/{thing.pk}/change/?_popup=1"
        yield f"/admin/{app}/{model}/{thing.pk}/password/"
    for field in ("discussion", "author", "byline", "parent", "group", "person"):
        for model in ("contribution", "guidingquestion", "membership", "logentry"):
            yield (
                f"/admin/autocomplete/?app_label=forum&model_name={model}&field_name={field}&term=zyx"
            )
    yield "/admin/auth/group/"
    yield "/admin/nonsense/"


def leaks(response):
    """The secret words in an answer: in its body (without what was asked) and in its headers."""
    body = b"".join(response) if response.streaming else response.content
    asked = response.wsgi_request.get_full_path()
    text = body.decode()
    words = SECRET.findall(" ".join(f"{name}: {value}" for name, value in response.headers.items()))
    if not SECRET.search(asked):
        words += SECRET.findall(text)
    else:
        # The query comes back in the search field and in links; texts and names must not.
        words += re.findall("Zyx(?:title|author|body|answer|group|host|organiser|role)", text)
    return words


def everything(discussion):
    """All rows of a discussion as they are, to compare."""
    models = (Host, QuestionGroup, GuidingQuestion, Membership, Extension, Contribution, LogEntry)
    rows = {model: list(model.objects.filter(discussion=discussion).values()) for model in models}
    return rows | {Discussion: Discussion.objects.filter(pk=discussion.pk).values().get()}


def test_the_fixture_holds_what_could_leak(secret):
    """The organiser of the discussion itself does find the words: the tests below can fail."""
    client = signed_in(Membership.objects.get(discussion=secret, role="organiser").person.user)
    seen = set()
    for model in [*VERBS, LogEntry]:
        seen |= set(re.findall("Zyx[a-z]+", client.get(list_url(model)).content.decode()))
    for name in ("discussion", "contribution", "membership"):
        page = client.get(change_url(things_of(secret)[name])).content.decode()
        seen |= set(re.findall("Zyx[a-z]+", page))
    assert seen >= {
        "Zyxtitle",
        "Zyxwelcome",
        "Zyxbackground",
        "Zyxgroup",
        "Zyxquestion",
        "Zyxkey",
        "Zyxhost",
        "Zyxorganiser",
        "Zyxrole",
        "Zyxmoderator",
        "Zyxauthor",
        "Zyxbody",
        "Zyxanswer",
        "Zyxreason",
    }


def test_no_page_of_the_admin_holds_a_word_of_it(secret, intruder):
    client = signed_in(intruder)
    for address in [*addresses(secret), *extra_addresses(secret)]:
        response = client.get(address)
        assert not leaks(response), address


def test_no_row_of_it_is_found_by_its_address(secret, intruder):
    client = signed_in(intruder)
    for name in ("discussion", "contribution", "logentry", "membership"):
        address = change_url(things_of(secret)[name])
        for page in ("change", "history", "delete"):
            assert client.get(address.replace("change", page)).status_code in {403, 404}, address
        assert client.get(address).status_code == 404


@pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning")
def test_no_list_answers_a_question_about_it(secret, intruder):
    client = signed_in(intruder)
    for address in searches(secret):
        response = client.get(address)
        assert not leaks(response), address
        if response.status_code == 200 and response.context and "cl" in response.context:
            rows = response.context["cl"].result_list
            assert all(discussion_of(row) != secret for row in rows), address


def discussion_of(row):
    return row if isinstance(row, Discussion) else row.discussion


@pytest.mark.parametrize(
    "lookup",
    [
        "discussion__memberships__person__email__startswith",
        "discussion__id__exact",
        "byline__name__startswith",
        "author__user__password__startswith",
        "body__startswith",
        "submission_key__isnull",
    ],
)
def test_a_lookup_that_is_no_filter_is_refused_even_among_ones_own(cast, discussion, lookup):
    client = signed_in(cast.moderator)
    assert client.get(list_url(Contribution), {lookup: "a"}).status_code == 400


def test_counts_of_filters_count_ones_own(secret, intruder):
    client = signed_in(intruder)
    page = client.get(list_url(Contribution), {"_facets": "True"}).content.decode()
    assert "Published (1)" in page
    assert "Hidden by a moderator (0)" in page


def test_filters_offer_ones_own_discussions_and_languages(secret, intruder):
    client = signed_in(intruder)
    for model in (Contribution, LogEntry, Membership, Discussion):
        for spec in client.get(list_url(model)).context["cl"].filter_specs:
            offered = [str(title) for _value, title in getattr(spec, "lookup_choices", [])]
            assert not SECRET.search(" ".join(offered))


# --- changing ---


@pytest.mark.parametrize("model", list(VERBS))
def test_no_act_reaches_it(secret, intruder, model):
    client = signed_in(intruder)
    before = everything(secret)
    rows = {
        Discussion: [secret],
        Contribution: list(secret.contributions.all()),
        Membership: list(secret.memberships.all()),
    }[model]
    marks = [f"{row.pk}:999999" for row in rows]
    values = {"reason": "spam", "closes_at_0": "2050-01-01", "closes_at_1": "00:00"}
    for verb in VERBS[model]:
        response = client.post(act_url(model, verb), values | {"chosen": marks})
        assert response.status_code == 404
        assert not leaks(response)
        chosen = {"action": verb, "_selected_action": [row.pk for row in rows], "index": 0}
        for across in ({}, {"select_across": "1"}):
            response = client.post(list_url(model), chosen | across)
            assert not leaks(response)
            if response.status_code == 200:
                client.post(act_url(model, verb), fields_of(response) | values)
    assert everything(secret) == before


def test_an_act_on_both_reaches_ones_own_alone(secret, cast, discussion):
    before = everything(secret)
    client = signed_in(cast.moderator)
    marks = [f"{secret.pk}:999999", f"{discussion.pk}:0"]
    client.post(act_url(Discussion, "close"), {"chosen": marks})
    assert everything(secret) == before
    assert Discussion.objects.get(pk=discussion.pk).is_closed


def test_no_form_reaches_it(secret, intruder):
    client = signed_in(intruder)
    before = everything(secret)
    values = {"title": "Mine", "body": "Mine", "role": "organiser", "state": "published"}
    for name, thing in things_of(secret).items():
        for page in ("change", "delete"):
            address = change_url(thing).replace("change", page)
            response = client.post(address, values | {"post": "yes"})
            assert response.status_code in {403, 404}, name
            assert not leaks(response), name
    assert everything(secret) == before


def organiser_elsewhere():
    other = make_discussion("other", title="Other")
    return other, make_member(other, "organiser", make_user("Intruder"))


@pytest.mark.parametrize(
    "row",
    [
        {"id": "own", "group": "theirs"},
        {"id": "theirs"},
        {"id": "theirs", "DELETE": "on"},
        {"id": "theirs", "discussion": "theirs"},
        {"id": "", "discussion": "theirs", "group": "theirs"},
    ],
)
def test_questions_with_forged_keys_reach_neither_its_questions_nor_its_groups(secret, row):
    other, user = organiser_elsewhere()
    client = signed_in(user)
    before = everything(secret)
    own, theirs = other.questions.first(), secret.questions.first()
    forged = {
        "id": {"own": own.pk, "theirs": theirs.pk, "": ""}[row["id"]],
        "group": secret.question_groups.get().pk
        if row.get("group") == "theirs"
        else other.question_groups.get().pk,
        "discussion": secret.pk if "discussion" in row else other.pk,
        "key": "Mine",
        "text": "Mine",
    }
    if "DELETE" in row:
        forged["DELETE"] = "on"
    fields = fields_of(client.get(change_url(other)))
    place = "0" if row["id"] else "3"
    fields |= {f"questions-{place}-{name}": value for name, value in forged.items()}
    response = client.post(change_url(other), fields)
    assert not leaks(response)
    assert everything(secret) == before
    assert all(question.group.discussion_id == other.pk for question in other.questions.all())


@pytest.mark.parametrize("prefix", ["hosts", "question_groups", "memberships"])
@pytest.mark.parametrize("delete", [False, True])
def test_other_rows_with_forged_keys_do_not_reach_it(secret, prefix, delete):
    other, user = organiser_elsewhere()
    client = signed_in(user)
    before = everything(secret)
    theirs = getattr(secret, prefix).first()
    fields = fields_of(client.get(change_url(other)))
    forged = {
        "id": theirs.pk,
        "discussion": secret.pk,
        "name": "Mine",
        "title": "Mine",
        "role": "organiser",
        "position": "0",
    }
    if delete:
        forged["DELETE"] = "on"
    fields |= {f"{prefix}-0-{name}": value for name, value in forged.items()}
    fields[f"{prefix}-INITIAL_FORMS"] = "1"
    response = client.post(change_url(other), fields)
    assert not leaks(response)
    assert everything(secret) == before
    assert other.memberships.filter(role="organiser").exists()


def test_the_choice_of_groups_is_of_ones_own(secret):
    other, user = organiser_elsewhere()
    page = signed_in(user).get(change_url(other)).content.decode()
    assert "Broad questions" in page
    assert not SECRET.search(page)


def test_a_role_that_is_taken_away_counts_from_the_next_request_on(cast, discussion):
    client = signed_in(cast.moderator)
    assert client.get(change_url(discussion)).status_code == 200
    forum_actions.take_role(discussion.memberships.get(role="moderator"), user=cast.organiser)
    assert client.get(change_url(discussion)).status_code == 403


def test_every_admin_is_scoped_or_for_superusers():
    """Whoever registers another model decides which of the two it is."""
    scoped, superusers = set(), set()
    for model, own in admin.site._registry.items():
        bases = {base.__name__ for base in type(own).__mro__}
        (scoped if "StaffAdmin" in bases else superusers).add(model._meta.label)
        assert bases.intersection({"StaffAdmin", "SuperuserAdmin"})
    assert superusers == {"accounts.User", "accounts.Person", "forum.Page"}
