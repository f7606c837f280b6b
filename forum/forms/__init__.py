"""Parse input, explain errors; save() calls an action."""

from .contact import ContactForm
from .contributions import ContributionForm, EditForm
from .versions import VersionForm, WithdrawForm

__all__ = ["ContactForm", "ContributionForm", "EditForm", "VersionForm", "WithdrawForm"]
