"""Parse input, explain errors; save() calls an action."""

from .contact import ContactForm
from .contributions import ContributionForm, EditForm
from .drafts import DraftForm
from .fields import Pen
from .reports import AppealForm, ReportForm
from .versions import VersionForm, WithdrawForm
from .ways import WayForm

__all__ = [
    "AppealForm",
    "ContactForm",
    "ContributionForm",
    "DraftForm",
    "EditForm",
    "Pen",
    "ReportForm",
    "VersionForm",
    "WayForm",
    "WithdrawForm",
]
