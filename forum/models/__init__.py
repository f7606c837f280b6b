"""The models of the record: one file a noun."""

from .bylines import Byline
from .contributions import Answer, Contribution
from .discussions import Discussion, Extension, Host
from .drafts import Draft
from .log import LogEntry
from .mails import Mail
from .memberships import ArchivePerson, Membership
from .notifications import Notification
from .pages import Page
from .parking import ParkedForm
from .questions import GuidingQuestion, QuestionGroup
from .readings import Reading
from .reports import Appeal, Report, StaffNote
from .revisions import Revision

__all__ = [
    "Answer",
    "Appeal",
    "ArchivePerson",
    "Byline",
    "Contribution",
    "Discussion",
    "Draft",
    "Extension",
    "GuidingQuestion",
    "Host",
    "LogEntry",
    "Mail",
    "Membership",
    "Notification",
    "Page",
    "ParkedForm",
    "QuestionGroup",
    "Reading",
    "Report",
    "Revision",
    "StaffNote",
]
