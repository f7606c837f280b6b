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
from .corrections import CorrectForm, RedactForm
from .discussions import DiscussionForm
from .queue import LanguagesForm, QueueForm

__all__ = [
    "ConfirmForm",
    "CorrectForm",
    "DecideForm",
    "DiscussionForm",
    "DismissForm",
    "ExtendForm",
    "HideForm",
    "HideOneForm",
    "LanguagesForm",
    "MuteForm",
    "QueueForm",
    "RedactForm",
    "ReopenForm",
    "RestoreOneForm",
    "ShownForm",
    "SuspendForm",
]
