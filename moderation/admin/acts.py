"""Acts: what staff do to chosen rows, from the list or from a row's own page.

Every act has one page that asks, by GET or after the choice in the list, and acts by POST. The page
carries a mark of each row as it was shown; a row that changed meanwhile is refused, with what
changed, and stays on the page to be looked at again.
"""

from functools import partial

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from forum.views.lookup import number_of

from ..site import is_own_address

# What one page asks about: as many as a page of the list shows.
MOST_AT_ONCE = 100


class ActsMixin:
    """Adds the acts to an admin: bulk actions, buttons, and the page between them and the deed."""

    acts = ()
    # Django's own actions that other apps add to the list's menu: a name -> the function, and
    # whether a request may use it somewhere.
    more_actions = {}

    def may_act(self, user, thing):
        """Whether this user has the right to any act on this row, whatever its state."""
        raise NotImplementedError

    def acts_somewhere(self, request):
        """Whether the list offers acts at all."""
        raise NotImplementedError

    def mark_of(self, thing):
        """A number that tells whether a row is still as it was shown."""
        raise NotImplementedError

    def lock_unchanged(self, thing, mark):
        """Lock the row; a ValidationError says what changed since the mark was taken."""
        raise NotImplementedError

    def line_of(self, thing):
        """What the page that asks says of a row."""
        return thing

    # --- ways to the page ---

    def get_urls(self):
        view = self.admin_site.admin_view(self.act_view)
        return [path("act/<slug:name>/", view, name=self.act_url_name), *super().get_urls()]

    @property
    def act_url_name(self):
        return f"{self.opts.app_label}_{self.opts.model_name}_act"

    def act_url(self, act):
        return reverse(f"admin:{self.act_url_name}", args=[act.name])

    def get_actions(self, request):
        if IS_POPUP_VAR in request.GET:
            return {}
        offered = self.acts if self.acts_somewhere(request) else ()
        return {
            act.name: (partial(type(self).ask_about_chosen, act=act), act.name, act.label)
            for act in offered
        } | {
            name: (action, name, action.short_description)
            for name, (action, may) in self.more_actions.items()
            if may(request)
        }

    def ask_about_chosen(self, request, queryset, *, act):
        """What the list's menu leads to. The rows are of the list, so they are one's own."""
        things = list(queryset[: MOST_AT_ONCE + 1])
        if len(things) > MOST_AT_ONCE:
            words = _("Please choose at most %(most)s at once.") % {"most": MOST_AT_ONCE}
            self.message_user(request, words, messages.ERROR)
            return None
        return self.ask(request, act, things, back=request.get_full_path())

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        if obj is not None:
            where = urlencode({"pk": obj.pk, "next": request.path})
            context["acts"] = [
                (act.label, f"{self.act_url(act)}?{where}")
                for act in self.acts
                if act.may(request.user, obj)
            ]
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    # --- the page ---

    def act_view(self, request, name):
        act = next((act for act in self.acts if act.name == name), None)
        if act is None:
            raise Http404
        if request.method == "POST":
            return self.perform(request, act)
        numbers = {number_of(value) for value in request.GET.getlist("pk")[:MOST_AT_ONCE]}
        return self.ask(request, act, self.own(request, numbers), back=request.GET.get("next"))

    def own(self, request, keys):
        """Those of these rows that are one's own and that one may act on."""
        things = self.with_shared_discussions(
            self.get_queryset(request).filter(pk__in=keys - {None})
        )
        if not things:
            raise Http404
        answers = [self.may_act(request.user, thing) for thing in things]
        if not any(answers):
            raise PermissionDenied(answers[0].reason)
        return things

    def with_shared_discussions(self, rows):
        """A list of the rows; those of one discussion share its instance, which asks only once for
        somebody's roles."""
        things, discussions = list(rows), {}
        for thing in things:
            discussion = self.discussion_of(thing)
            if discussion is not thing:
                thing.discussion = discussions.setdefault(discussion.pk, discussion)
        return things

    def ask(self, request, act, things, *, back, form=None):
        """The page that asks. What cannot be done to a row is said beside it."""
        # The marks first: a row that changes right now is taken for stale, never for fresh.
        marks = {thing.pk: self.mark_of(thing) for thing in things}
        things = self.with_shared_discussions(self.get_queryset(request).filter(pk__in=marks))
        answers = [(thing, self.line_of(thing), act.may(request.user, thing)) for thing in things]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": act.question,
            "act": act,
            "action": self.act_url(act),
            "answers": answers,
            "marks": [f"{thing.pk}:{marks[thing.pk]}" for thing in things],
            "possible": any(answer for _thing, _line, answer in answers),
            "form": form or act.form(things=things),
            "back": self.way_back(request, back),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/act.html", context)

    def way_back(self, request, address):
        """Where the act was begun: the list with its filters, or the page of a row."""
        if address and is_own_address(request, address):
            return address
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def perform(self, request, act):
        """Do it to each row by itself; what is refused for one row does not stop the others."""
        marks = dict(parsed_mark(value) for value in request.POST.getlist("chosen")[:MOST_AT_ONCE])
        things = self.own(request, marks.keys())
        form = act.form(request.POST, things=things)
        back = self.way_back(request, request.POST.get("next"))
        if not form.is_valid():
            return self.ask(request, act, things, back=back, form=form)
        done, left = [], []
        for thing in things:
            try:
                with transaction.atomic():
                    self.lock_unchanged(thing, marks[thing.pk])
                    act.do(thing, user=request.user, **form.values_for(thing))
            except ValidationError as error:
                left.append(thing)
                explain(form, error, thing if len(things) > 1 else None)
            except PermissionDenied as refusal:
                words = _("%(name)s: %(reason)s") % {"name": thing, "reason": refusal}
                self.message_user(request, words, messages.ERROR)
            else:
                done.append(str(thing))
        if done:
            self.message_user(request, act.done % {"names": ", ".join(done)}, messages.SUCCESS)
        return self.ask(request, act, left, back=back, form=form) if left else redirect(back)


def explain(form, error, thing):
    """Put a refusal into the form: at its field for a single row, with the row's name for many."""
    if thing is None:
        form.add_error(None, error)
        return
    for message in error.messages:
        form.add_error(None, _("%(name)s: %(reason)s") % {"name": thing, "reason": message})


def parsed_mark(value):
    """The key and the mark of a row from "12:345"; a mark that is none is older than all others."""
    key, _colon, mark = value.partition(":")
    return number_of(key), number_of(mark) or 0
