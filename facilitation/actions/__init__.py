"""What facilitators do to contributions, what they tell everybody, and the documents that they ask
for."""

from .assigning import assign
from .bulletins import Message, edit_bulletin, post_bulletin, withdraw_bulletin
from .documents import (
    delete_document,
    delete_outdated,
    erase_expired_documents,
    look_after_documents,
    make_next_document,
    order_document,
)

__all__ = [
    "Message",
    "assign",
    "delete_document",
    "delete_outdated",
    "edit_bulletin",
    "erase_expired_documents",
    "look_after_documents",
    "make_next_document",
    "order_document",
    "post_bulletin",
    "withdraw_bulletin",
]
