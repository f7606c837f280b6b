"""What those who make a document need to know of it."""

from collections.abc import Callable
from dataclasses import dataclass

from forum import permissions


class CannotMakeError(Exception):
    """Why a document cannot be made, as a sentence to show; trying again would not help."""


@dataclass(frozen=True)
class Kind:
    # What people call it.
    label: str
    extension: str
    content_type: str
    # produce(discussion, options, file, progress): write the whole document into the binary file.
    #   options: what was chosen, as JSON has it
    #   progress(done, total): to be called now and then; it ends a document that was cancelled
    produce: Callable
    # may(user, discussion, options): ALLOWED or Denied; asked at the order and at every download.
    may: Callable = lambda user, discussion, options: permissions.can_export_everything(
        user, discussion
    )
    # about(options): what was chosen, in a line beneath its name.
    about: Callable = lambda options: ""
