"""Every constraint of the database, violated where nothing but the database can refuse it."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.utils import timezone

from forum.models import (
    Appeal,
    ArchivePerson,
    Draft,
    Extension,
    LogEntry,
    Mail,
    Membership,
    Mute,
    Notification,
    Page,
    ParkedForm,
    Preview,
    Reading,
    Redaction,
    Report,
    Revision,
    StaffNote,
)
from tests.factory import make_bulletin, make_contribution, make_discussion, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def the(discussion, cast):
    """A row of each table that has a constraint, all of them in order."""
    contribution = make_contribution(discussion, cast.participant, answers={"Q1": "Yes"})
    reply = make_contribution(discussion, cast.participant, parent=contribution)
    return SimpleNamespace(
        bulletin=make_bulletin(discussion, cast.facilitator),
        person=cast.stranger.person,
        somebody=make_person(),
        user=cast.stranger,
        discussion=discussion,
        other_discussion=make_discussion(),
        extension=Extension.objects.create(
            discussion=discussion,
            old_closes_at=discussion.opens_at,
            new_closes_at=discussion.closes_at,
            reason="Many asked for it.",
        ),
        group=discussion.question_groups.get(),
        question=discussion.questions.first(),
        membership=Membership.objects.get(person=cast.participant.person),
        archive_person=ArchivePerson.objects.create(
            discussion=discussion, person=cast.stranger.person, position=1, key="p1"
        ),
        byline=contribution.byline,
        contribution=contribution,
        reply=reply,
        answer=contribution.answers.get(),
        report=Report.objects.create(
            contribution=contribution, reporter=cast.stranger.person, reason="spam"
        ),
        appeal=Appeal.objects.create(
            contribution=contribution, entry=contribution.log.first(), note="Why?"
        ),
        staff_note=StaffNote.objects.create(entry=contribution.log.first(), text="Seen before"),
        redaction=Redaction.objects.create(
            contribution=contribution, reason="personal_data", words="Her address"
        ),
        revision=Revision.objects.create(
            contribution=contribution,
            version=1,
            language="en",
            capacity="personal",
            written_at=NOW,
        ),
        page=Page.objects.current("rules"),
        draft=Draft.objects.create(discussion=discussion, person=cast.participant.person),
        reply_draft=Draft.objects.create(
            discussion=discussion, person=cast.participant.person, parent=contribution
        ),
        reading=Reading.objects.create(discussion=discussion, person=cast.stranger.person),
        preview=Preview.objects.create(
            discussion=discussion, made_by=cast.organiser.person, digest="0" * 64
        ),
        parked=ParkedForm.objects.create(path="/discussions/x/contribute/"),
        told=Notification.objects.create(
            recipient=cast.stranger.person,
            occasion="reply",
            discussion=discussion,
            contribution=reply,
            entry=LogEntry.objects.first(),
        ),
        dated=Notification.objects.create(
            recipient=cast.stranger.person,
            occasion="opens",
            discussion=discussion,
            moment=discussion.opens_at,
        ),
        mail=Mail.objects.create(person=cast.participant.person),
        mute=Mute.objects.create(
            discussion=discussion,
            person=cast.participant.person,
            contribution=contribution,
            reason="spam",
            until=NOW + DAY,
            entry=LogEntry.objects.first(),
        ),
    )


def change(row, **values):
    """UPDATE this row alone, without clean()."""
    type(row).objects.filter(pk=row.pk).update(**values)


def copy(row, **values):
    """INSERT the row once more, without clean()."""
    fields = [field.attname for field in row._meta.concrete_fields if not field.primary_key]
    same = {name: getattr(row, name) for name in fields}
    type(row).objects.bulk_create([type(row)(**same | values)])


def copy_contribution(row, **values):
    """The row again as #9, so that only what `values` say is the same."""
    nine = {"number": 9, "path": "000009", "submission_key": uuid.uuid4()}
    copy(row, **nine | values)


NOW = timezone.now()
DAY = timedelta(days=1)
LONG_AGO = datetime(1899, 12, 31, tzinfo=UTC)
FAR_OFF = datetime(2200, 1, 1, tzinfo=UTC)
UNSENT = {"submission_key": None}
WAITING = {"state": "held", "number": None, "path": None, "published_at": None}

# The name of a constraint, and a function of the rows above that violates it and no other.
VIOLATIONS = [
    # accounts
    ("person_has_a_name", lambda the: change(the.person, name="")),
    (
        "user_email_ignoring_case",
        lambda the: copy(the.user, email=the.user.email.upper(), person_id=the.somebody.pk),
    ),
    ("person_mail_frequency_is_known", lambda the: change(the.person, mail_frequency="hourly")),
    # discussions
    (
        "discussion_closes_after_it_opens",
        lambda the: change(the.discussion, closes_at=F("opens_at")),
    ),
    (
        "discussion_closed_early_inside_its_window",
        lambda the: change(the.discussion, closed_early_at=F("opens_at") - DAY),
    ),
    (
        "discussion_closed_early_inside_its_window",
        lambda the: change(the.discussion, closed_early_at=F("closes_at") + DAY),
    ),
    ("discussion_has_title_and_slug", lambda the: change(the.discussion, title="")),
    ("discussion_has_title_and_slug", lambda the: change(the.discussion, slug="")),
    (
        "discussion_counts_no_more_than_numbered",
        lambda the: change(the.discussion, contribution_count=F("last_number") + 1),
    ),
    (
        "extension_gives_more_time",
        lambda the: change(the.extension, new_closes_at=F("old_closes_at")),
    ),
    ("extension_has_a_reason", lambda the: change(the.extension, reason="")),
    (
        "question_group_ends_after_it_begins",
        lambda the: change(the.group, opens_at=NOW, closes_at=NOW),
    ),
    ("preview_one_for_each_discussion", lambda the: copy(the.preview, digest="1" * 64)),
    ("question_key_is_unique", lambda the: copy(the.question, number=9)),
    ("question_number_is_unique", lambda the: copy(the.question, key="Q9")),
    ("question_has_words", lambda the: change(the.question, text="")),
    # people in them
    ("membership_once_for_each_role", lambda the: copy(the.membership)),
    ("membership_role_is_known", lambda the: change(the.membership, role="director")),
    ("membership_terms_are_complete", lambda the: change(the.membership, licence="")),
    ("membership_terms_are_complete", lambda the: change(the.membership, terms=None)),
    ("membership_terms_are_complete", lambda the: change(the.membership, terms_accepted_at=None)),
    (
        "archive_person_key_is_unique",
        lambda the: copy(the.archive_person, person_id=the.somebody.pk),
    ),
    ("archive_person_has_one_key", lambda the: copy(the.archive_person, key="p2")),
    ("mute_once_at_a_time", lambda the: copy(the.mute)),
    ("mute_reason_is_known", lambda the: change(the.mute, reason="dislike")),
    ("byline_is_made_once", lambda the: copy(the.byline)),
    # drafts
    ("draft_once_for_each_discussion", lambda the: copy(the.draft)),
    ("draft_once_for_each_parent", lambda the: copy(the.reply_draft)),
    ("draft_sequence_begins_with_one", lambda the: change(the.draft, sequence=0)),
    ("parked_once_for_each_form", lambda the: copy(the.parked)),
    ("reading_once_for_each_discussion", lambda the: copy(the.reading)),
    ("reading_new_begins_with_what_was_seen", lambda the: change(the.reading, new_after=9)),
    # contributions
    ("contribution_number_is_unique", lambda the: copy_contribution(the.contribution, number=1)),
    (
        "contribution_path_is_unique",
        lambda the: copy_contribution(the.contribution, path=the.contribution.path),
    ),
    (
        "contribution_submitted_once",
        lambda the: copy_contribution(
            the.contribution, submission_key=the.contribution.submission_key
        ),
    ),
    (
        "contribution_submitted_once",
        lambda the: copy_contribution(
            the.contribution,
            submission_key=the.contribution.submission_key,
            discussion_id=the.other_discussion.pk,
        ),
    ),
    *(
        ("contribution_number_path_and_date_come_together", lambda the, v=v: change(the.reply, **v))
        for v in (
            {"path": None},
            {"published_at": None},
            {"number": 0},
            {"number": 1_000_000},
        )
    ),
    (
        "contribution_published_has_a_number",
        lambda the: change(the.reply, **WAITING | {"state": "published"}),
    ),
    *(
        (
            "contribution_waiting_has_no_number",
            lambda the, values=values: change(the.reply, **values),
        )
        for values in (
            {"state": "held"},
            {"state": "returned", "reason": "other"},
            {"state": "deleted"},
        )
    ),
    *(
        (
            "contribution_reason_goes_with_hidden_or_returned",
            lambda the, values=values: change(the.reply, **values),
        )
        for values in (
            {"state": "hidden"},
            {"state": "withdrawn", "reason": "spam"},
            {"reason": "spam"},
        )
    ),
    *(
        ("contribution_reason_is_known", lambda the, v=v: change(the.reply, **v))
        for v in (
            {"state": "hidden", "reason": "boring"},
            {"state": "returned", "reason": "reported", "number": None, "path": None}
            | {"published_at": None},
        )
    ),
    ("contribution_capacity_is_known", lambda the: change(the.reply, capacity="royal")),
    ("contribution_received_via_is_known", lambda the: change(the.reply, received_via="pigeon")),
    ("byline_role_is_known", lambda the: change(the.byline, role="director")),
    ("page_key_is_known", lambda the: change(the.page, key="weather")),
    ("discussion_moderation_is_known", lambda the: change(the.discussion, moderation="perhaps")),
    ("contribution_note_goes_before_publication", lambda the: change(the.reply, note="See §3.")),
    ("revision_state_is_known", lambda the: change(the.revision, state="lost")),
    *(
        ("revision_reason_goes_with_refused", lambda the, v=v: change(the.revision, **v))
        for v in (
            {"state": "refused"},
            {"state": "refused", "reason": "boring"},
            {"reason": "spam"},
            {"state": "pending", "note": "See §3."},
        )
    ),
    (
        "revision_one_proposal_at_a_time",
        lambda the: (
            change(the.revision, state="pending"),
            copy(the.revision, version=9, state="refused", reason="spam"),
        ),
    ),
    ("discussion_visibility_is_known", lambda the: change(the.discussion, visibility="hardly")),
    (
        "discussion_edit_minutes_are_bounded",
        lambda the: change(the.discussion, edit_minutes=525_601),
    ),
    *(
        (
            "discussion_covers_after_some_reports",
            lambda the, n=n: change(the.discussion, cover_after=n),
        )
        for n in (1, 1_001)
    ),
    *(
        ("discussion_dates_are_of_our_time", lambda the, v=v: change(the.discussion, **v))
        for v in ({"opens_at": LONG_AGO}, {"closes_at": FAR_OFF})
    ),
    *(
        ("extension_dates_are_of_our_time", lambda the, v=v: change(the.extension, **v))
        for v in ({"old_closes_at": LONG_AGO}, {"new_closes_at": FAR_OFF})
    ),
    *(
        ("question_group_dates_are_of_our_time", lambda the, v=v: change(the.group, **v))
        for v in ({"opens_at": LONG_AGO}, {"closes_at": FAR_OFF})
    ),
    ("contribution_reply_has_a_root", lambda the: change(the.reply, root=None)),
    ("contribution_reply_has_a_root", lambda the: change(the.reply, parent=None)),
    *(
        (
            "contribution_depth_is_bounded",
            lambda the, depth=depth: change(the.reply, **WAITING, depth=depth),
        )
        for depth in (0, 13)
    ),
    *(
        ("contribution_path_is_as_long_as_it_is_deep", lambda the, v=v: change(the.reply, **v))
        for v in ({"depth": 1}, {"path": "000002"}, {"path": "000001000001000001"})
    ),
    ("answer_once_for_each_question", lambda the: copy(the.answer)),
    ("answer_has_words", lambda the: change(the.answer, body="")),
    ("revision_once_for_each_version", lambda the: copy(the.revision)),
    # what people ask of moderators
    ("report_once_for_each_person", lambda the: copy(the.report)),
    ("report_reason_is_known", lambda the: change(the.report, reason="rain")),
    ("report_outcome_comes_of_an_act", lambda the: change(the.report, outcome="agreed")),
    ("appeal_outcome_comes_of_an_act", lambda the: change(the.appeal, outcome="agreed")),
    ("appeal_says_something", lambda the: change(the.appeal, note="")),
    ("staff_note_says_something", lambda the: change(the.staff_note, text="")),
    # what moderators took out
    ("redaction_reason_is_known", lambda the: change(the.redaction, reason="rain")),
    ("redaction_words_stand_once_until_erased", lambda the: change(the.redaction, erased_at=NOW)),
    (
        "redaction_words_stand_once_until_erased",
        lambda the: change(the.redaction, of=the.redaction),
    ),
    # what facilitators tell everybody
    ("bulletin_number_is_given_once", lambda the: copy(the.bulletin, **UNSENT, pinned=False)),
    ("bulletin_pinned_is_one", lambda the: copy(the.bulletin, **UNSENT, number=9)),
    ("bulletin_submitted_once", lambda the: copy(the.bulletin, number=9, pinned=False)),
    ("bulletin_kind_is_known", lambda the: change(the.bulletin, kind="rain")),
    ("bulletin_state_is_known", lambda the: change(the.bulletin, state="rain", pinned=False)),
    ("bulletin_withdrawn_is_not_pinned", lambda the: change(the.bulletin, state="withdrawn")),
    ("bulletin_says_something", lambda the: change(the.bulletin, body="")),
    ("bulletin_covers_from_first_to_last", lambda the: change(the.bulletin, first=2, last=1)),
    ("notification_of_a_bulletin_names_it", lambda the: change(the.told, bulletin=the.bulletin)),
    # what people are told
    ("notification_once_for_each_act", lambda the: copy(the.told)),
    ("notification_once_for_each_date", lambda the: copy(the.dated)),
    (
        "notification_occasion_is_known",
        lambda the: change(the.told, occasion="rain", contribution=None),
    ),
    ("notification_tells_of_an_act_or_a_date", lambda the: change(the.told, entry=None)),
    ("notification_tells_of_an_act_or_a_date", lambda the: change(the.dated, moment=None)),
    ("notification_of_a_text_names_it", lambda the: change(the.told, contribution=None)),
    ("notification_of_a_text_names_it", lambda the: change(the.dated, contribution=the.reply)),
    ("notification_in_a_mail_was_asked", lambda the: change(the.told, mail=the.mail)),
    ("mail_state_is_known", lambda the: change(the.mail, state="lost", settled_at=NOW)),
    ("mail_waiting_is_not_settled", lambda the: change(the.mail, settled_at=NOW)),
    ("mail_waiting_is_not_settled", lambda the: change(the.mail, state="sent")),
    ("mail_doubts_are_bounded", lambda the: change(the.mail, doubts=3)),
    # the site
    ("page_version_is_unique", lambda the: copy(the.page)),
]


def constraints():
    """Every constraint of accounts and forum by its name, with its model."""
    return {
        constraint.name: (model, constraint)
        for app in ("accounts", "forum")
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
    }


def names_it(error, name):
    """Does the database's refusal name this constraint? SQLite names a unique one's columns."""
    if connection.vendor == "postgresql":
        return error.__cause__.diag.constraint_name == name
    model, constraint = constraints()[name]
    if isinstance(constraint, models.CheckConstraint):
        expected = f"CHECK constraint failed: {name}"
    elif constraint.expressions:
        expected = f"UNIQUE constraint failed: index '{name}'"
    else:
        columns = (model._meta.get_field(field).column for field in constraint.fields)
        table = model._meta.db_table
        expected = "UNIQUE constraint failed: " + ", ".join(f"{table}.{name}" for name in columns)
    return str(error) == expected


@pytest.mark.parametrize(("name", "violate"), VIOLATIONS, ids=[name for name, _ in VIOLATIONS])
def test_the_database_refuses_a_row_that_violates(the, name, violate):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        violate(the)
    assert names_it(refusal.value, name), refusal.value


def test_the_database_refuses_a_path_and_a_date_without_a_number(the):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(the.reply, state="withdrawn", number=None)


def test_every_constraint_is_violated_here():
    assert {name for name, _violate in VIOLATIONS} == set(constraints())


def test_every_constraint_stands_in_the_database():
    """Under its own name, in the catalogue."""
    with connection.cursor() as cursor:
        for name, (model, _constraint) in constraints().items():
            assert name in connection.introspection.get_constraints(cursor, model._meta.db_table)


def test_what_has_no_number_yet_may_stand_there_more_than_once(the):
    """The unique constraints leave rows alone that have no number, no path and no key."""
    for _time in range(2):
        copy(the.contribution, **WAITING, submission_key=None)
    assert the.discussion.contributions.filter(number=None).count() == 2
