"""From a document to rows. No accounts are made, and no rights beyond the file's memberships."""

from collections import Counter, defaultdict

from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction
from django.db.models.functions import Lower

from accounts.models import Person

from .. import markup
from ..models import (
    Answer,
    ArchivePerson,
    Bulletin,
    Byline,
    Contribution,
    Discussion,
    Extension,
    GuidingQuestion,
    Host,
    LogEntry,
    Membership,
    Page,
    QuestionGroup,
    Redaction,
    Revision,
)
from .bulletins import bulletin_rows
from .bylines import given, usual_bylines
from .kinds import ArchiveError, no_bar, shown
from .reduction import highest_number
from .rendered import rendered

# Rows in one statement.
BATCH = 200

State = Contribution.State


def load(document, *, link_people=False, progress=no_bar):
    """Store what `read` gave and return the discussion; raises ArchiveError and stores nothing.

    With `link_people` whoever has an account with the verified address of an entry is that person:
    their profile stays as it is, the file's values stand in their bylines, and an export names
    them by today's profile. Without it everybody is somebody new.

    In order: render every text, outside of the transaction, into a temporary file; store the frame,
    the people and their roles, what was said, what was done; count; log it. `progress` wraps the
    texts.
    """
    slug = document["discussion"]["slug"]
    if Discussion.objects.filter(slug=slug).exists():
        raise ArchiveError("discussion.slug", f"there is a discussion {shown(slug)} already")
    with rendered(document, progress) as html:
        loading = Loading(document, html)
        try:
            with transaction.atomic():
                return loading.run(link_people=link_people)
        except DatabaseError as error:
            # It is busy, or another discussion was given this address a moment ago.
            raise ArchiveError("", f"the database refused it: {error}") from error


def in_batches(model, rows):
    return model.objects.bulk_create(rows, batch_size=BATCH)


class Loading:
    """One document on its way into the database, and the rows that later ones point to."""

    def __init__(self, document, html):
        self.document, self.html = document, html
        self.frame_html = {
            f"{name}_html": markup.render(document["discussion"][name], top_level=3)
            for name in ("welcome", "background")
        }
        self.usual = usual_bylines(document)
        self.contributions = {}

    def run(self, *, link_people):
        self.discussion = self.store_discussion()
        self.questions = self.store_questions()
        self.people = self.store_people(link_people)
        self.store_memberships()
        self.bylines = self.store_bylines()
        self.store_contributions()
        self.waiting = self.store_waiting()
        self.store_answers_and_revisions()
        in_batches(Bulletin, list(bulletin_rows(self)))
        self.store_log()
        LogEntry.objects.record(
            "discussion.import",
            actor=None,
            discussion=self.discussion,
            contributions=len(self.contributions),
            log=len(self.document["log"]),
        )
        return self.discussion

    def person(self, key):
        return self.people[key] if key is not None else None

    # --- the frame ---

    def store_discussion(self):
        values = dict(self.document["discussion"])
        hosts, extensions = values.pop("hosts"), values.pop("extensions")
        del values["question_groups"]
        if values["last_number"] is None:
            values["last_number"] = highest_number(self.document)
        published = self.published()
        # Anonymous contributions count no author, as in actions.base.count.
        authors = {entry["author"] for entry in published if not entry["anonymous"]}
        discussion = Discussion.objects.create(
            **values,
            **self.frame_html,
            last_bulletin=max((one["number"] for one in self.document["bulletins"]), default=0),
            contribution_count=len(published),
            author_count=len(authors),
        )
        in_batches(
            Host, [Host(discussion=discussion, position=n, **host) for n, host in enumerate(hosts)]
        )
        in_batches(Extension, [Extension(discussion=discussion, **values) for values in extensions])
        return discussion

    def published(self):
        contributions = self.document["contributions"]
        return [one for one in contributions if one["state"] == State.PUBLISHED]

    def store_questions(self):
        """Key -> guiding question. They are numbered through, in the order of the file."""
        counts = Counter(
            answer["question"] for one in self.published() for answer in one["answers"]
        )
        entries = self.document["discussion"]["question_groups"]
        groups = in_batches(
            QuestionGroup,
            [
                QuestionGroup(
                    discussion=self.discussion,
                    position=position,
                    **{key: entry[key] for key in ("title", "opens_at", "closes_at")},
                )
                for position, entry in enumerate(entries)
            ],
        )
        placed = [
            (group, question)
            for group, entry in zip(groups, entries, strict=True)
            for question in entry["questions"]
        ]
        questions = [
            GuidingQuestion(
                discussion=self.discussion,
                group=group,
                number=number,
                answer_count=counts[question["key"]],
                **question,
            )
            for number, (group, question) in enumerate(placed, start=1)
        ]
        return {question.key: question for question in in_batches(GuidingQuestion, questions)}

    # --- people ---

    def store_people(self, link_people):
        """Id in the file -> person."""
        entries = self.document["people"]
        people = self.linked(entries) if link_people else {}
        new = [entry for entry in entries if entry["id"] not in people]
        rows = [
            Person(**{name: value for name, value in entry.items() if name != "id"})
            for entry in new
        ]
        for entry, person in zip(new, in_batches(Person, rows), strict=True):
            people[entry["id"]] = person
        in_batches(
            ArchivePerson,
            [
                ArchivePerson(
                    discussion=self.discussion,
                    person=people[entry["id"]],
                    position=position,
                    key=entry["id"],
                )
                for position, entry in enumerate(entries)
            ],
        )
        return people

    def linked(self, entries):
        """Id in the file -> the person of the account with this verified address."""
        wanted = [entry["email"].lower() for entry in entries if entry["email"]]
        owners = {}
        for start in range(0, len(wanted), BATCH):
            addresses = (
                EmailAddress.objects.filter(verified=True)
                .annotate(small=Lower("email"))
                .filter(small__in=wanted[start : start + BATCH])
                .select_related("user__person")
            )
            owners.update((address.small, address.user.person) for address in addresses)
        people, places = {}, {}
        for index, entry in enumerate(entries):
            person = owners.get(entry["email"].lower())
            if not person:
                continue
            if person.pk in places:
                words = f"this is the account of people[{places[person.pk]}] already"
                raise ArchiveError(f"people[{index}].email", words)
            people[entry["id"]], places[person.pk] = person, index
        return people

    def store_memberships(self):
        pages = self.pages()
        rows = []
        for entry in self.document["memberships"]:
            membership = Membership(
                discussion=self.discussion,
                person=self.people[entry["person"]],
                role=entry["role"],
                title=entry["title"],
            )
            # Nobody is said to have agreed to rules that this site does not have word for word;
            # they are asked again with their next contribution.
            if page := pages.get(entry["terms"]):
                membership.terms = page
                membership.terms_accepted_at = entry["terms_accepted_at"]
                membership.licence = entry["licence"]
            rows.append(membership)
        in_batches(Membership, rows)

    def pages(self):
        """Id of terms in the file -> the same text among the rules of this site."""
        found = {}
        for entry in self.document["terms"]:
            same = Page.objects.filter(
                key=Page.Key.RULES,
                **{key: entry[key] for key in ("language", "title", "body")},
            ).order_by("version")
            if pages := {page.version: page for page in same}:
                found[entry["id"]] = pages.get(entry["version"], pages[max(pages)])
        return found

    def store_bylines(self):
        """(Id of a person, values) -> byline. A linked person may have it already."""
        wanted = {
            (entry["author"], self.byline_values(entry)): None
            for part in ("contributions", "waiting", "bulletins")
            for entry in self.document[part]
        }
        there = {
            (byline.person_id, tuple(getattr(byline, name) for name in Byline.VALUES)): byline
            for byline in self.bylines_before(wanted)
        }
        for key, values in wanted:
            wanted[key, values] = there.get((self.people[key].pk, values))
        missing = {
            key: Byline(person=self.people[key[0]], **dict(zip(Byline.VALUES, key[1], strict=True)))
            for key, byline in wanted.items()
            if byline is None
        }
        in_batches(Byline, list(missing.values()))
        return wanted | missing

    def bylines_before(self, wanted):
        authors = sorted({self.people[key].pk for key, _values in wanted})
        for start in range(0, len(authors), BATCH):
            yield from Byline.objects.filter(person__in=authors[start : start + BATCH])

    def byline_values(self, entry):
        values = self.usual[entry["author"]] | given(entry["byline"])
        return tuple(values[name] for name in Byline.VALUES)

    # --- what was said ---

    def contribution(self, entry):
        """The row of an entry, without its place."""
        reason = entry["reason"]
        if entry["state"] in {State.HIDDEN, State.RETURNED}:
            reason = reason or Contribution.Reason.OTHER
        return Contribution(
            discussion=self.discussion,
            author=self.people[entry["author"]],
            byline=self.bylines[entry["author"], self.byline_values(entry)],
            entered_by=self.person(entry["entered_by"]),
            reason=reason,
            body_html=self.html[entry["body"]],
            **{name: entry[name] for name in self.COPIED},
        )

    COPIED = (
        "anonymous",
        "state",
        "received_via",
        "body",
        "language",
        "capacity",
        "edited_at",
        "version",
    )

    def store_contributions(self):
        """A reply needs the key of what it replies to: one generation after another."""
        for generation in generations(self.document["contributions"]):
            for start in range(0, len(generation), BATCH):
                rows = []
                for entry in generation[start : start + BATCH]:
                    row = self.contribution(entry)
                    row.number = entry["number"]
                    row.created_at = row.published_at = entry["published_at"]
                    row.parent = self.contributions.get(entry["parent"])
                    row.place_below(row.parent)
                    rows.append(row)
                in_batches(Contribution, rows)
                for row in rows:
                    # Whatever points to it needs its key and its place alone.
                    del row.body, row.body_html
                    self.contributions[row.number] = row

    def store_waiting(self):
        rows = []
        for entry in self.document["waiting"]:
            row = self.contribution(entry)
            row.created_at, row.note = entry["created_at"], entry["note"]
            row.parent = self.contributions.get(entry["parent"])
            row.root = row.parent and (row.parent.root or row.parent)
            rows.append(row)
        return in_batches(Contribution, rows)

    def store_answers_and_revisions(self):
        pairs = [
            (self.contributions[entry["number"]], entry) for entry in self.document["contributions"]
        ] + list(zip(self.waiting, self.document["waiting"], strict=True))
        for start in range(0, len(pairs), BATCH):
            batch = pairs[start : start + BATCH]
            in_batches(Answer, [row for pair in batch for row in self.answers(*pair)])
            in_batches(Revision, [row for pair in batch for row in self.revisions(*pair)])
            redactions = (self.redactions(*pair) for pair in batch)
            in_batches(Redaction, [row for rows in redactions for row in rows])

    def answers(self, contribution, entry):
        for answer in entry["answers"]:
            yield Answer(
                contribution=contribution,
                question=self.questions[answer["question"]],
                body=answer["body"],
                body_html=self.html[answer["body"]],
            )

    def revisions(self, contribution, entry):
        for revision in entry["revisions"]:
            values = dict(revision)
            answers = [
                answer | {"body_html": self.html[answer["body"]]}
                for answer in values.pop("answers")
            ]
            yield Revision(
                contribution=contribution,
                answers=answers,
                body_html=self.html[values["body"]],
                replaced_by=self.person(values.pop("replaced_by")),
                **values,
            )

    def redactions(self, contribution, entry):
        return (Redaction(contribution=contribution, **values) for values in entry["redactions"])

    # --- what was done ---

    def store_log(self):
        rows = []
        for entry in self.document["log"]:
            values = dict(entry)
            number, waiting = values.pop("contribution"), values.pop("waiting")
            contribution = self.contributions.get(number)
            if waiting is not None:
                contribution = self.waiting[waiting]
            rows.append(
                LogEntry(
                    discussion=self.discussion,
                    contribution=contribution,
                    actor=self.person(values.pop("actor")),
                    person=self.person(values.pop("person")),
                    **values,
                )
            )
        in_batches(LogEntry, rows)


def generations(entries):
    """The roots, the replies to them, the replies to those, and so on, each by number."""
    level = {None: -1}
    found = defaultdict(list)
    for entry in entries:
        level[entry["number"]] = level[entry["parent"]] + 1
        found[level[entry["number"]]].append(entry)
    return list(found.values())
