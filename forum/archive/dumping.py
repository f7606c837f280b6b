"""From rows to a document. Reading a discussion writes nothing."""

from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import Person

from ..actions.base import locked
from ..models import Answer, ArchivePerson, Byline, Revision
from .document import (
    BULLETIN,
    DISCUSSION,
    DOCUMENT,
    EXTENSION,
    FORMAT,
    HOST,
    LOG_ENTRY,
    PERSON_ENTRY,
    QUESTION,
    QUESTION_GROUP,
    REVISION,
    VERSION,
)
from .kinds import no_bar
from .reduction import reduce

# Rows that are in memory at a time.
BATCH = 500

# Loading is an act of this site, not of the discussion: the log of a file is without it.
NOT_EXPORTED = "discussion.import"


@transaction.atomic
def dump(discussion, *, full=False, progress=no_bar):
    """The document of a discussion, as JSON has it; texts that were hidden or withdrawn are in it.

    People keep the ids and the order of the file they came from; the others follow as p1, p2, … in
    the order in which they appear. `full` adds the addresses of accounts, the rules that people
    agreed to, earlier versions, what waits for a moderator, and the log. `progress` wraps the
    contributions. The discussion is locked: nothing changes between two queries.
    """
    discussion = locked(discussion)
    zone = discussion.zone
    document = Dumping(discussion, full).document(progress)
    reduce(document)
    return DOCUMENT.write(document, lambda at: at.astimezone(zone).isoformat())


def values(row, record, **others):
    """What stands under the keys of a record: the columns of the same names, and the others."""
    return {name: getattr(row, name) for name in record.keys if name not in others} | others


class Dumping:
    """One discussion on its way into a document."""

    def __init__(self, discussion, full):
        self.discussion, self.full = discussion, full
        there = ArchivePerson.objects.filter(discussion=discussion).order_by("position")
        self.ids = dict(there.values_list("person", "key"))
        self.taken = set(self.ids.values())
        self.number = 0
        self.questions = dict(discussion.questions.values_list("pk", "key"))
        self.numbers = dict(discussion.contributions.numbered().values_list("pk", "number"))
        self.waiting = {}

    def document(self, progress):
        # Whoever is named by one of these gets an id; so the people come last.
        document = {
            "format": FORMAT,
            "version": VERSION,
            "discussion": self.frame(),
            "memberships": self.memberships(),
            "contributions": self.contributions(progress),
            "bulletins": self.bulletins(),
            "waiting": self.not_numbered() if self.full else [],
            "terms": self.terms() if self.full else [],
            "log": self.log() if self.full else [],
        }
        return document | {"people": self.people()}

    # --- the frame ---

    def frame(self):
        groups = self.discussion.question_groups.prefetch_related(
            Prefetch("questions", self.discussion.questions.order_by("number"))
        )
        return values(
            self.discussion,
            DISCUSSION,
            hosts=[values(host, HOST) for host in self.discussion.hosts.all()],
            extensions=[values(row, EXTENSION) for row in self.discussion.extensions.all()],
            question_groups=[
                values(
                    group,
                    QUESTION_GROUP,
                    questions=[values(question, QUESTION) for question in group.questions.all()],
                )
                for group in groups
            ],
        )

    # --- people ---

    def id_of(self, person):
        """The id of a person (a primary key) in the file; new ones are counted."""
        if person is not None and person not in self.ids:
            self.number += 1
            while f"p{self.number}" in self.taken:
                self.number += 1
            self.ids[person] = f"p{self.number}"
        return self.ids.get(person)

    def people(self):
        found = {}
        keys = list(self.ids)
        for start in range(0, len(keys), BATCH):
            batch = Person.objects.select_related("user").in_bulk(keys[start : start + BATCH])
            found.update(batch)
        return [
            values(
                found[key],
                PERSON_ENTRY,
                id=name,
                email=found[key].address if self.full else found[key].email,
            )
            for key, name in self.ids.items()
        ]

    def memberships(self):
        return [
            {
                "person": self.id_of(membership.person_id),
                "role": membership.role,
                "title": membership.title,
                "terms": self.terms_id(membership.terms) if self.full else None,
                "terms_accepted_at": membership.terms_accepted_at if self.full else None,
                "licence": membership.licence if self.full else "",
            }
            for membership in self.discussion.memberships.select_related("terms").order_by("pk")
        ]

    def terms_id(self, page):
        return page and f"{page.language}/{page.version}"

    def terms(self):
        accepted = self.discussion.memberships.exclude(terms=None).select_related("terms")
        pages = {membership.terms_id: membership.terms for membership in accepted.order_by("pk")}
        return [
            {
                "id": self.terms_id(page),
                "language": page.language,
                "version": page.version,
                "title": page.title,
                "body": page.body,
            }
            for page in pages.values()
        ]

    # --- what was said ---

    def rows(self, queryset):
        """In batches, each with its answers and earlier versions in one query."""
        return (
            queryset.select_related("byline")
            .defer("body_html")
            .prefetch_related(
                Prefetch("answers", Answer.objects.order_by("pk").defer("body_html")),
                Prefetch("revisions", Revision.objects.order_by("version").defer("body_html")),
            )
            .iterator(chunk_size=BATCH)
        )

    def contributions(self, progress):
        numbered = self.discussion.contributions.numbered().order_by("number")
        return [
            self.contribution(row) | {"number": row.number, "published_at": row.published_at}
            for row in progress(self.rows(numbered), total=len(self.numbers))
        ]

    def not_numbered(self):
        waiting = self.discussion.contributions.filter(number=None).order_by("pk")
        entries = []
        for row in self.rows(waiting):
            self.waiting[row.pk] = len(entries)
            own = {"created_at": row.created_at, "note": row.note}
            entries.append(self.contribution(row) | own)
        return entries

    def contribution(self, row):
        return {
            "parent": self.numbers.get(row.parent_id),
            "author": self.id_of(row.author_id),
            "byline": {name: getattr(row.byline, name) for name in Byline.VALUES},
            "anonymous": row.anonymous,
            "entered_by": self.id_of(row.entered_by_id),
            "received_via": row.received_via,
            "state": row.state,
            "edited_at": row.edited_at,
            "language": row.language,
            "capacity": row.capacity,
            "reason": row.reason,
            "body": row.body,
            "answers": [
                {"question": self.questions[answer.question_id], "body": answer.body}
                for answer in row.answers.all()
            ],
            "version": row.version if self.full else 1,
            "revisions": [self.revision(one) for one in row.revisions.all()] if self.full else [],
        }

    def revision(self, row):
        answers = [{key: answer[key] for key in ("question", "body")} for answer in row.answers]
        return values(row, REVISION, answers=answers, replaced_by=self.id_of(row.replaced_by_id))

    def bulletins(self):
        return [
            values(
                row,
                BULLETIN,
                author=self.id_of(row.author_id),
                byline={name: getattr(row.byline, name) for name in Byline.VALUES},
                version=row.version if self.full else 1,
                earlier=self.earlier(row) if self.full else [],
            )
            for row in self.discussion.bulletins.select_related("byline")
        ]

    def earlier(self, row):
        return [
            one | {"replaced_at": datetime.fromisoformat(one["replaced_at"])} for one in row.earlier
        ]

    # --- what was done ---

    def log(self):
        return [
            values(
                entry,
                LOG_ENTRY,
                actor=self.id_of(entry.actor_id),
                person=self.id_of(entry.person_id),
                contribution=self.numbers.get(entry.contribution_id),
                waiting=self.waiting.get(entry.contribution_id),
            )
            for entry in self.discussion.log.exclude(act=NOT_EXPORTED).order_by("pk")
        ]
