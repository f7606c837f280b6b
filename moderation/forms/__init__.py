"""Parse input, explain errors; save() calls an action. The admin has the same forms."""

from .acts import (
    ConfirmForm,
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

__all__ = [
    "ConfirmForm",
    "DiscussionForm",
    "ExtendForm",
    "HideForm",
    "HideOneForm",
    "MuteForm",
    "ReopenForm",
    "RestoreOneForm",
    "ShownForm",
    "SuspendForm",
]
