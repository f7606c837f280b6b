"""The guiding questions and their groups, in the workbench."""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forum import actions, permissions
from forum.models import GuidingQuestion, QuestionGroup
from forum.views.contributions import status_of
from forum.views.parking import never_loses_text, waiting

from ..forms.workbench import GroupForm, OneQuestionForm
from .workbench import back_to, desk, done_at_once, saved, workbench


@require_safe
@workbench(permissions.can_organise)
def questions(request, discussion):
    """In the order in which readers find them; behind them the groups that have none yet."""
    asked = discussion.questions_in_groups
    used = {group.pk for group, _questions in asked}
    empty = [group for group in discussion.question_groups.all() if group.pk not in used]
    return desk(
        request,
        discussion,
        "questions",
        "questions",
        groups=[*asked, *((group, []) for group in empty)],
        first=next(iter(discussion.questions_by_id), None),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
@workbench(permissions.can_organise)
def add_question(request, discussion):
    return edit(request, discussion, GuidingQuestion(discussion=discussion))


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
@workbench(permissions.can_organise)
def question(request, discussion, question_id):
    return edit(request, discussion, get_object_or_404(discussion.questions, pk=question_id))


def edit(request, discussion, question):
    form = OneQuestionForm(
        request.POST or None,
        instance=question,
        discussion=discussion,
        user=request.user,
        waiting=waiting(request),
    )
    if saved(request, form):
        messages.success(request, _("%(key)s is saved.") % {"key": question.key})
        return back_to("questions", discussion)
    # As it is stored: the form has filled the instance with what was sent.
    stored = discussion.questions.filter(pk=question.pk).first()
    return desk(
        request,
        discussion,
        "question",
        "questions",
        form=form,
        question=stored,
        status=status_of(form),
    )


@require_POST
@workbench(permissions.can_organise)
def move_up(request, discussion, question_id):
    question = get_object_or_404(discussion.questions, pk=question_id)
    done_at_once(request, discussion, partial(actions.move_question_up, question))
    return back_to("questions", discussion)


@require_POST
@workbench(permissions.can_organise)
def remove_question(request, discussion, question_id):
    question = get_object_or_404(discussion.questions, pk=question_id)
    if done_at_once(request, discussion, partial(actions.remove_question, question)):
        messages.success(request, _("%(key)s is removed.") % {"key": question.key})
    return back_to("questions", discussion)


# --- groups ---


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_organise)
def add_group(request, discussion):
    return edit_group(request, discussion, QuestionGroup(discussion=discussion))


@require_http_methods(["GET", "HEAD", "POST"])
@workbench(permissions.can_organise)
def group(request, discussion, group_id):
    group = get_object_or_404(discussion.question_groups, pk=group_id)
    return edit_group(request, discussion, group)


def edit_group(request, discussion, group):
    form = GroupForm(request.POST or None, instance=group, discussion=discussion, user=request.user)
    if saved(request, form):
        messages.success(request, _("The group is saved."))
        return back_to("questions", discussion)
    removable = group.pk and not discussion.published and not group.questions.exists()
    return desk(
        request,
        discussion,
        "group",
        "questions",
        form=form,
        group=group,
        removable=removable,
        status=status_of(form),
    )


@require_POST
@workbench(permissions.can_organise)
def remove_group(request, discussion, group_id):
    group = get_object_or_404(discussion.question_groups, pk=group_id)
    if done_at_once(request, discussion, partial(actions.remove_part, group)):
        messages.success(request, _("The group is removed."))
    return back_to("questions", discussion)
