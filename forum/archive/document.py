"""What an archive file may carry: its keys in their order, their kinds, their defaults."""

from accounts.models import Person

from ..models import (
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
    Revision,
)
from ..models.contributions import MAX_NUMBER
from ..models.discussions import MOST_EDIT_MINUTES
from ..models.memberships import Role
from .kinds import (
    Address,
    ByLanguage,
    Choice,
    Column,
    Country,
    Details,
    Flag,
    Key,
    List,
    Moment,
    Record,
    Text,
    Whole,
)

FORMAT = "indaba-discussion"
VERSION = 1

# Hosts, groups, questions, extensions: more than anybody has, and what their columns hold.
MOST = 1000
# What a column for whole numbers holds.
LARGEST = 2**31 - 1

State = Contribution.State

# An id of a person, as the file names them.
PERSON = Column(ArchivePerson, "key", line=True)

HOST = Record({"name": Key(Column(Host, "name", line=True)), "url": Key(Column(Host, "url"), "")})

EXTENSION = Record(
    {
        "old_closes_at": Key(Moment()),
        "new_closes_at": Key(Moment()),
        "reason": Key(Column(Extension, "reason")),
        "at": Key(Moment()),
    }
)

QUESTION = Record(
    {
        "key": Key(Column(GuidingQuestion, "key", line=True)),
        "text": Key(Column(GuidingQuestion, "text")),
        "translations": Key(
            ByLanguage(Column(Discussion, "language"), Column(GuidingQuestion, "text")), {}
        ),
        "reworded_at": Key(Moment(), None),
    }
)

QUESTION_GROUP = Record(
    {
        "title": Key(Column(QuestionGroup, "title", line=True), ""),
        "opens_at": Key(Moment(), None),
        "closes_at": Key(Moment(), None),
        "questions": Key(List(QUESTION, most=MOST), []),
    }
)

DISCUSSION = Record(
    {
        "slug": Key(Column(Discussion, "slug")),
        "title": Key(Column(Discussion, "title", line=True)),
        "language": Key(Column(Discussion, "language")),
        "languages": Key(List(Column(Discussion, "language"), most=MOST), []),
        "hosts": Key(List(HOST, most=MOST), []),
        "time_zone": Key(Column(Discussion, "time_zone")),
        "opens_at": Key(Moment()),
        "closes_at": Key(Moment()),
        "extensions": Key(List(EXTENSION, most=MOST), []),
        "welcome": Key(Text(), ""),
        "background": Key(Text(), ""),
        "question_groups": Key(List(QUESTION_GROUP, most=MOST), []),
        # Left out when the last contribution has it: numbers are never given twice.
        "last_number": Key(Whole(0, MAX_NUMBER), None),
        "visibility": Key(Choice(Discussion.Visibility), Discussion.Visibility.PUBLIC),
        "moderation": Key(Choice(Discussion.Moderation), Discussion.Moderation.AFTER),
        "edit_minutes": Key(Whole(0, MOST_EDIT_MINUTES), 30),
        "anonymous_allowed": Key(Flag(), False),
        "statistics_public": Key(Flag(), False),
        "published": Key(Flag(), True),
        "closed_early_at": Key(Moment(), None),
    }
)

# The rules of participation that somebody agreed to.
TERMS = Record(
    {
        "id": Key(Text(required=True)),
        "language": Key(Column(Discussion, "language")),
        "version": Key(Whole(1, LARGEST)),
        "title": Key(Column(Page, "title")),
        "body": Key(Column(Page, "body")),
    }
)

PERSON_ENTRY = Record(
    {
        "id": Key(PERSON),
        "name": Key(Column(Person, "name")),
        "email": Key(Address(Person, "email"), ""),
        "organisation": Key(Column(Person, "organisation"), ""),
        "country": Key(Country(Person, "country"), ""),
        "stakeholder_group": Key(Column(Person, "stakeholder_group"), ""),
        "function": Key(Column(Person, "function"), ""),
        "language": Key(Column(Person, "language"), ""),
        "time_zone": Key(Column(Person, "time_zone"), ""),
    }
)

MEMBERSHIP = Record(
    {
        "person": Key(PERSON),
        "role": Key(Choice(Role.values)),
        "title": Key(Column(Membership, "title"), ""),
        "terms": Key(Text(required=True), None),
        "terms_accepted_at": Key(Moment(), None),
        "licence": Key(Column(Membership, "licence"), ""),
    }
)

# Only the values that do not follow from the person's entry and memberships.
BYLINE = Record(
    {
        "name": Key(Column(Person, "name"), None),
        "organisation": Key(Column(Person, "organisation"), None),
        "country": Key(Country(Person, "country"), None),
        "stakeholder_group": Key(Column(Person, "stakeholder_group"), None),
        "role": Key(Choice(Role.values), None),
        "title": Key(Column(Byline, "title"), None),
    }
)

ANSWER = Record({"question": Key(Text()), "body": Key(Text(required=True))})

REVISION = Record(
    {
        "version": Key(Whole(1, LARGEST)),
        "state": Key(Choice(Revision.State), Revision.State.SHOWN),
        # Of a change that was refused, as of a contribution that was returned.
        "reason": Key(Choice(Contribution.Reason), ""),
        "note": Key(Text(), ""),
        "written_at": Key(Moment()),
        "replaced_at": Key(Moment()),
        "replaced_by": Key(PERSON, None),
        "language": Key(Column(Contribution, "language")),
        "capacity": Key(Choice(Contribution.Capacity), Contribution.Capacity.PERSONAL),
        "anonymous": Key(Flag(), False),
        "body": Key(Text(), ""),
        "answers": Key(List(ANSWER), []),
    }
)

# Only what was published once has a number; the rest waits for a moderator, or did.
NUMBERED_STATES = [State.PUBLISHED, State.HIDDEN, State.WITHDRAWN]
WAITING_STATES = [State.HELD, State.RETURNED, State.HIDDEN, State.WITHDRAWN]

WORDS = {
    # Always written: whether something is a reply is the first thing to know about it.
    "parent": Key(Whole(1, MAX_NUMBER), None, always=True),
    "author": Key(PERSON),
    "published_at": Key(Moment()),
    "language": Key(Column(Contribution, "language")),
    "capacity": Key(Choice(Contribution.Capacity), Contribution.Capacity.PERSONAL),
    "state": Key(Choice(NUMBERED_STATES), State.PUBLISHED),
    # Of a hidden one; left out it is "other".
    "reason": Key(Choice(Contribution.Reason), ""),
    "edited_at": Key(Moment(), None),
    "received_via": Key(Choice(Contribution.ReceivedVia), Contribution.ReceivedVia.WEB),
    "anonymous": Key(Flag(), False),
    "entered_by": Key(PERSON, None),
    "byline": Key(BYLINE, None),
    "body": Key(Text(), ""),
    "answers": Key(List(ANSWER), []),
    "version": Key(Whole(1, LARGEST), 1),
    "revisions": Key(List(REVISION), []),
}
CONTRIBUTION = Record({"number": Key(Whole(1, MAX_NUMBER)), **WORDS})
WAITING = Record(
    {
        "created_at": Key(Moment()),
        **{name: key for name, key in WORDS.items() if name != "published_at"},
        "state": Key(Choice(WAITING_STATES)),
        "note": Key(Text(), ""),
    }
)

# What a bulletin said before; with the file's log.
EARLIER = Record(
    {
        "version": Key(Whole(1, LARGEST)),
        "title": Key(Column(Bulletin, "title", line=True)),
        "body": Key(Column(Bulletin, "body")),
        "replaced_at": Key(Moment()),
    }
)

BULLETIN = Record(
    {
        "number": Key(Whole(1, MAX_NUMBER)),
        "kind": Key(Choice(Bulletin.Kind)),
        "state": Key(Choice(Bulletin.State), Bulletin.State.PUBLISHED),
        "author": Key(PERSON),
        "byline": Key(BYLINE, None),
        "published_at": Key(Moment()),
        "edited_at": Key(Moment(), None),
        # Left out when it follows from the dates.
        "behind": Key(Whole(0, MAX_NUMBER), None),
        "first": Key(Whole(1, MAX_NUMBER), None),
        "last": Key(Whole(1, MAX_NUMBER), None),
        "pinned": Key(Flag(), False),
        "language": Key(Column(Bulletin, "language")),
        "title": Key(Column(Bulletin, "title", line=True)),
        "body": Key(Column(Bulletin, "body")),
        "version": Key(Whole(1, LARGEST), 1),
        "earlier": Key(List(EARLIER), []),
    }
)

LOG_ENTRY = Record(
    {
        "at": Key(Moment()),
        "actor": Key(PERSON, None),
        "as_superuser": Key(Flag(), False),
        "act": Key(Column(LogEntry, "act", line=True)),
        # The number of a contribution, or a place in the list of those that wait.
        "contribution": Key(Whole(1, MAX_NUMBER), None),
        "waiting": Key(Whole(0, MAX_NUMBER), None),
        "person": Key(PERSON, None),
        "label": Key(Column(LogEntry, "label"), ""),
        "reason": Key(Column(LogEntry, "reason"), ""),
        "details": Key(Details(), {}),
    }
)

DOCUMENT = Record(
    {
        "format": Key(Text(), always=True),
        "version": Key(Whole(1, LARGEST), always=True),
        "discussion": Key(DISCUSSION, always=True),
        "people": Key(List(PERSON_ENTRY), [], always=True),
        "memberships": Key(List(MEMBERSHIP), [], always=True),
        "contributions": Key(List(CONTRIBUTION), [], always=True),
        "bulletins": Key(List(BULLETIN, most=MOST), []),
        "waiting": Key(List(WAITING), []),
        "terms": Key(List(TERMS), []),
        "log": Key(List(LOG_ENTRY), []),
    }
)
