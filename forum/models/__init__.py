"""The models of the record: one file a noun."""

from .bylines import Byline
from .contributions import Answer, Contribution
from .discussions import Discussion, Host
from .drafts import Draft
from .extensions import Extension
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
from .revisions import Revision

__all__ = [
    "Answer",
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
    "Mute",
    "Notification",
    "Page",
    "ParkedForm",
    "Preview",
    "QuestionGroup",
    "Reading",
    "Revision",
]
