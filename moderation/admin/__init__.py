"""The admin of the staff: one file a noun. Importing them registers them."""

from . import contributions, discussions, log, memberships, pages, users

__all__ = ["contributions", "discussions", "log", "memberships", "pages", "users"]
