"""Parse input, explain errors; save() calls an action. The admin has the same forms."""

from .acts import (
    ConfirmForm,
    DecideForm,
    DismissForm,
    ExtendForm,
    HideForm,
    HideOneForm,
    MuteForm,
    ReopenForm,
    RestoreOneForm,
    ShownForm,
    SuspendForm,
)
from .discussions import DiscussionForm
from .queue import LanguagesForm, QueueForm

__all__ = [
    "ConfirmForm",
    "DecideForm",
    "DiscussionForm",
    "DismissForm",
    "ExtendForm",
    "HideForm",
    "HideOneForm",
    "LanguagesForm",
    "MuteForm",
    "QueueForm",
    "ReopenForm",
    "RestoreOneForm",
    "ShownForm",
    "SuspendForm",
]
