"""Parse input, explain errors; save() calls an action."""

from .contact import ContactForm
from .contributions import ContributionForm, EditForm
from .drafts import DraftForm
from .fields import Pen
from .versions import VersionForm, WithdrawForm
from .ways import WayForm

__all__ = [
    "ContactForm",
    "ContributionForm",
    "DraftForm",
    "EditForm",
    "Pen",
    "VersionForm",
    "WayForm",
    "WithdrawForm",
]
