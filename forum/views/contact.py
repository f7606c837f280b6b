from smtplib import SMTPException

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import rates

from .. import actions, permissions
from ..forms import ContactForm
from .contributions import refuse, status_of
from .lookup import visible_discussion
from .parking import never_loses_text, waiting


@require_http_methods(["GET", "HEAD", "POST"])
@never_loses_text
def contact(request, slug, membership_id):
    """A form to a member of the staff; no address is ever shown."""
    discussion = visible_discussion(request, slug)
    membership = discussion.memberships.staff().filter(pk=membership_id).first()
    if membership is None:
        raise Http404
    answer = permissions.can_write_to_staff(request.user, discussion)
    if not answer:
        return refuse(request, answer)
    form = ContactForm(
        request.POST or None,
        membership=membership,
        user=request.user,
        waiting=waiting(request),
    )
    if request.method == "POST" and form.is_valid() and sent(request, form, discussion):
        words = _("Your message was sent to %(name)s.") % {"name": membership.person.name}
        messages.success(request, words)
        return redirect(discussion)
    context = {"form": form, "discussion": discussion, "membership": membership}
    return render(request, "forum/contact.html", context, status=status_of(form))


def sent(request, form, discussion):
    """Was the message taken? Otherwise the form says why not."""
    try:
        address = request.build_absolute_uri(discussion.get_absolute_url())
        form.save(address, rates.sender(request))
    except actions.Refused as refused:
        form.add_error(None, str(refused))
    except (OSError, SMTPException):
        form.add_error(None, _("The message could not be sent. Please try again later."))
    return not form.errors
