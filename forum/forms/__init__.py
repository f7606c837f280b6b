"""Parse input, explain errors; save() calls an action."""

from .contact import ContactForm
from .contributions import ContributionForm, EditForm
from .drafts import DraftForm
from .fields import Pen
from .versions import VersionForm, WithdrawForm

__all__ = [
    "ContactForm",
    "ContributionForm",
    "DraftForm",
    "EditForm",
    "Pen",
    "VersionForm",
    "WithdrawForm",
]
