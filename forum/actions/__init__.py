"""Do it: every write with effects, its effects listed in order. One file a noun."""

from .base import (
    Refused,
    SaidBefore,
    SentBefore,
    Stale,
    TooMany,
    count,
    give_place,
    locked,
    locked_contribution,
    refuse_too_many,
    refuse_unless,
)
from .contact import write_to_staff
from .contributions import byline_of, contribute, has_accepted_terms, log_as_published
from .copying import copy_discussion
from .discussions import (
    close_now,
    create_discussion,
    edit_discussion,
    extend,
    move_question_up,
    open_now,
    publish,
    remove_part,
    remove_question,
    reopen,
    save_part,
    save_question,
)
from .drafts import DraftText, StaleDraft, Turn, discard_draft, keep_draft, keep_draft_of
from .editing import change_state, edit, raise_version, replace_text, withdraw
from .memberships import edit_membership, give_role, take_role
from .notifications import (
    mark_read,
    tell_author,
    tell_moderators,
    tell_of_bulletin,
    tell_of_reply,
    tell_what_the_clock_brings,
)
from .pages import write_page
from .parking import erase_expired, park, release
from .previews import make_preview, revoke_preview
from .readings import follow, look
from .reports import act_to_answer, appeal, report, report_of, settle
from .texts import Text

__all__ = [
    "DraftText",
    "Refused",
    "SaidBefore",
    "SentBefore",
    "Stale",
    "StaleDraft",
    "Text",
    "TooMany",
    "Turn",
    "act_to_answer",
    "appeal",
    "byline_of",
    "change_state",
    "close_now",
    "contribute",
    "copy_discussion",
    "count",
    "create_discussion",
    "discard_draft",
    "edit",
    "edit_discussion",
    "edit_membership",
    "erase_expired",
    "extend",
    "follow",
    "give_place",
    "give_role",
    "has_accepted_terms",
    "keep_draft",
    "keep_draft_of",
    "locked",
    "locked_contribution",
    "log_as_published",
    "look",
    "make_preview",
    "mark_read",
    "move_question_up",
    "open_now",
    "park",
    "publish",
    "raise_version",
    "refuse_too_many",
    "refuse_unless",
    "release",
    "remove_part",
    "remove_question",
    "reopen",
    "replace_text",
    "report",
    "report_of",
    "revoke_preview",
    "save_part",
    "save_question",
    "settle",
    "take_role",
    "tell_author",
    "tell_moderators",
    "tell_of_bulletin",
    "tell_of_reply",
    "tell_what_the_clock_brings",
    "withdraw",
    "write_page",
    "write_to_staff",
]
