"""Parse input, explain errors; save() calls an action."""

from .contact import ContactForm
from .contributions import ContributionForm, EditForm

__all__ = ["ContactForm", "ContributionForm", "EditForm"]
