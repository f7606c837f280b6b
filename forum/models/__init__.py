"""The models of the record: one file a noun."""

from .answers import Answer
from .bulletins import Bulletin
from .bylines import Byline
from .contributions import Contribution
from .discussions import Discussion
from .drafts import Draft
from .frames import Extension, Host
from .log import LogEntry
from .mails import Mail
from .memberships import ArchivePerson, Membership
from .mutes import Mute
from .notifications import Notification
from .pages import Page
from .parking import ParkedForm
from .previews import Preview
from .questions import GuidingQuestion, QuestionGroup
from .readings import Reading
from .reports import Appeal, Report, StaffNote
from .revisions import Revision

__all__ = [
    "Answer",
    "Appeal",
    "ArchivePerson",
    "Bulletin",
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
    "Mute",
    "Notification",
    "Page",
    "ParkedForm",
    "Preview",
    "QuestionGroup",
    "Reading",
    "Report",
    "Revision",
    "StaffNote",
]
