"""What is done to a discussion as a whole: publish it, open, close, extend, reopen it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from forum import actions, permissions

from .forms import ConfirmForm, ExtendForm, ReopenForm


@dataclass(frozen=True)
class Act:
    name: str
    # On the button and in the list's menu: "Close now".
    label: str
    # What the page asks: "Close now?"
    question: str
    # What it means, in a sentence.
    meaning: str
    # What is said afterwards: "Closed: %(names)s."
    done: str
    # May this user do it to this row? can_…(user, row)
    may: Callable
    # do(row, user=…, **values of the form)
    do: Callable
    form: type = ConfirmForm


ACTS = (
    Act(
        name="publish",
        label=gettext_lazy("Publish"),
        question=gettext_lazy("Publish?"),
        meaning=gettext_lazy(
            "Readers will see it. Its address and the keys of its questions stay as they are from "
            "then on, and its dates change by opening, closing and extending alone."
        ),
        done=gettext_lazy("Published: %(names)s"),
        may=permissions.can_publish,
        do=actions.publish,
    ),
    Act(
        name="open",
        label=gettext_lazy("Open now"),
        question=gettext_lazy("Open now?"),
        meaning=gettext_lazy("Everyone who may take part can contribute at once."),
        done=gettext_lazy("Opened: %(names)s"),
        may=permissions.can_open_now,
        do=actions.open_now,
    ),
    Act(
        name="close",
        label=gettext_lazy("Close now"),
        question=gettext_lazy("Close now?"),
        meaning=gettext_lazy("No more contributions are accepted. It can be reopened later."),
        done=gettext_lazy("Closed: %(names)s"),
        may=permissions.can_close_now,
        do=actions.close_now,
    ),
    Act(
        name="extend",
        label=gettext_lazy("Extend"),
        question=gettext_lazy("Extend?"),
        meaning=gettext_lazy("The new date and the reason will stand on the discussion’s page."),
        done=gettext_lazy("Extended: %(names)s"),
        may=permissions.can_extend,
        do=actions.extend,
        form=ExtendForm,
    ),
    Act(
        name="reopen",
        label=gettext_lazy("Reopen"),
        question=gettext_lazy("Reopen?"),
        meaning=gettext_lazy("Contributions are accepted again at once, until the new date."),
        done=gettext_lazy("Reopened: %(names)s"),
        may=permissions.can_reopen,
        do=actions.reopen,
        form=ReopenForm,
    ),
)
