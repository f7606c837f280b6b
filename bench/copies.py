"""Many discussions in a minute: one that was imported, and its rows copied by the database itself.

A copy has its own people, accounts, texts and log, under keys of its own; what is counted and what
points to what is as in the first one. One person, the moderator, is the same in all of them.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Min

from accounts.models import Person, User
from bench.document import document
from forum import archive
from forum.models import (
    Answer,
    ArchivePerson,
    Byline,
    Contribution,
    Discussion,
    GuidingQuestion,
    Host,
    LogEntry,
    Membership,
    Page,
    QuestionGroup,
    Reading,
    Revision,
)

# Whose rows come first, so that whatever they point to is there. A frame has nobody in it.
FRAME = (Host, QuestionGroup, GuidingQuestion)
PEOPLE = (Person, User, EmailAddress, Byline, Membership, ArchivePerson)
SAID = (Contribution, Answer, Revision, LogEntry, Reading)
EVERYTHING = (*FRAME, *PEOPLE, *SAID)
# Moved with the dates of the discussion.
MOMENTS = {
    Contribution: ("created_at", "published_at", "edited_at"),
    Revision: ("written_at", "replaced_at"),
    LogEntry: ("at",),
}
UNUSABLE = "!"

# Copies in one transaction.
BATCH = 50

# Each of these has a copy that is open; the others closed one after the other, every three days.
OPEN_EACH = 40
DAYS_BETWEEN = 3

# One contribution of so many was edited, hidden, withdrawn.
EDITED, HIDDEN, WITHDRAWN = 20, 100, 90


def fill(slug, *, copies, contributions, frames, progress):
    """The discussion of this slug, so many copies of it, and so many frames in which nothing is
    said yet; gives the first."""
    first = template(slug, contributions)
    copying = Copying(first)
    copying.run(range(1, copies + 1), EVERYTHING, progress)
    copying.run(range(copies + 1, copies + frames + 1), FRAME, progress)
    copying.finish()
    return first


def template(slug, size):
    """An imported discussion whose people have accounts, took part and follow it."""
    discussion = archive.load(archive.read(with_a_past(document(slug, size))))
    people = list(discussion.archive_people.order_by("position").select_related("person"))
    rules = Page.objects.current("rules")
    users = User.objects.bulk_create(
        User(email=f"{one.key}@example.org", person=one.person, password=UNUSABLE) for one in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    Membership.objects.bulk_create(
        Membership(
            discussion=discussion,
            person=one.person,
            role="participant",
            terms=rules,
            terms_accepted_at=discussion.opens_at,
            licence=settings.LICENCE,
        )
        for one in people
    )
    seen = discussion.last_number // 2
    Reading.objects.bulk_create(
        Reading(discussion=discussion, person=one.person, follows=True, seen=seen, new_after=seen)
        for one in people
    )
    return discussion


def with_a_past(document):
    """With what editing and moderating leave behind, and a log of everything."""
    for entry in document["contributions"]:
        number = entry["number"]
        if number % EDITED == 0:
            earlier = {key: entry[key] for key in ("language", "body", "answers")}
            moments = {"written_at": entry["published_at"], "replaced_at": entry["published_at"]}
            revision = {"version": 1, "replaced_by": entry["author"], **moments, **earlier}
            entry |= {"version": 2, "edited_at": entry["published_at"], "revisions": [revision]}
        if number % HIDDEN == 0:
            entry |= {"state": "hidden", "reason": "other"}
        elif number % WITHDRAWN == 0:
            entry["state"] = "withdrawn"
    log = [
        {
            "at": entry["published_at"],
            "actor": entry["author"],
            "act": "contribution.publish",
            "contribution": entry["number"],
            "label": f"#{entry['number']}",
        }
        for entry in document["contributions"]
    ]
    return document | {"log": log}


class Copying:
    """Copies of one discussion. The n-th has the keys of the first, each n strides further on."""

    def __init__(self, discussion):
        self.discussion = discussion
        self.quote = connection.ops.quote_name
        self.rows, self.strides = {}, {Discussion: 1}
        for model in EVERYTHING:
            found = model.objects.aggregate(first=Min("pk"), last=Max("pk"))
            self.rows[model] = found["first"] or 0, found["last"] or 0
            self.strides[model] = self.rows[model][1] - self.rows[model][0] + 1
        moderator = discussion.memberships.get(role="moderator").person
        self.shared = {
            Person: [moderator.pk],
            User: [moderator.user.pk],
            EmailAddress: list(moderator.user.emailaddress_set.values_list("pk", flat=True)),
            Byline: list(moderator.bylines.values_list("pk", flat=True)),
        }
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE copies (n integer, days integer)")

    def run(self, numbers, models, progress):
        batches = [numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH)]
        for batch in progress(batches):
            with transaction.atomic():
                self.batch(batch, models)

    def batch(self, numbers, models):
        # What has nothing in it yet opens in a week.
        days = {n: days_back(n) if models == EVERYTHING else -21 for n in numbers}
        Discussion.objects.bulk_create(self.frame(n, days[n], models) for n in numbers)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM copies")
            cursor.executemany("INSERT INTO copies VALUES (%s, %s)", list(days.items()))
            for model in models:
                cursor.execute(self.statement(model, is_frame=models == FRAME))

    def frame(self, n, days, models):
        values = {field.attname: getattr(self.discussion, field.attname) for field in FIELDS}
        back = timedelta(days=days)
        values |= {
            "id": self.discussion.pk + n,
            "slug": f"{self.discussion.slug}-{n}",
            "opens_at": self.discussion.opens_at - back,
            "closes_at": self.discussion.closes_at - back,
        }
        if models == FRAME:
            values |= {"last_number": 0, "contribution_count": 0, "author_count": 0}
        return Discussion(**values)

    def statement(self, model, *, is_frame):
        """INSERT … SELECT for every copy that stands in the table of them."""
        written = [field for field in model._meta.concrete_fields if not field.generated]
        columns = {field.column: self.value(model, field) for field in written}
        if is_frame and model is GuidingQuestion:
            columns["answer_count"] = "0"
        first, last = self.rows[model]
        rows = f"t.id BETWEEN {first} AND {last}"
        if shared := self.shared.get(model):
            rows += f" AND t.id NOT IN ({listed(shared)})"
        table = self.quote(model._meta.db_table)
        names, values = ", ".join(map(self.quote, columns)), ", ".join(columns.values())
        return (
            f"INSERT INTO {table} ({names}) "  # noqa: S608 - names and numbers of our own
            f"SELECT {values} FROM {table} t, copies c WHERE {rows} ORDER BY c.n, t.id"
        )

    def value(self, model, field):
        column = f"t.{self.quote(field.column)}"
        target = model if field.primary_key else field.related_model
        if target in self.strides:
            moved = f"{column} + c.n * {self.strides[target]}"
            if shared := self.shared.get(target):
                return f"CASE WHEN {column} IN ({listed(shared)}) THEN {column} ELSE {moved} END"
            return moved
        if field.name in MOMENTS.get(model, ()):
            return DAYS_EARLIER[connection.vendor].format(column)
        if field.name == "email":
            return f"REPLACE({column}, '@', '-' || c.n || '@')"
        return column

    def finish(self):
        """Let keys go on behind the copies, and the planner know what is there."""
        models = (Discussion, *EVERYTHING)
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE copies")
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def listed(keys):
    return ", ".join(map(str, keys))


FIELDS = Discussion._meta.concrete_fields
DAYS_EARLIER = {
    "postgresql": "{} - c.days * interval '1 day'",
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S', {}, -c.days || ' days')",
}


def days_back(n):
    """How many days before the first one a copy took place."""
    return n % 10 if n % OPEN_EACH == 0 else 30 + n * DAYS_BETWEEN
