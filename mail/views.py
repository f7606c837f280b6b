"""How often somebody gets news by mail, and the address in each mail that ends it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.choices import MailFrequency
from accounts.models import Person

from . import actions
from .forms import PreferencesForm
from .messages import person_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request):
    form = PreferencesForm(request.POST or None, person=request.user.person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your choice is saved."))
        return redirect("mail:preferences")
    status = 422 if form.errors else 200
    return render(request, "mail/preferences.html", {"form": form}, status=status)


# Mail programs send the POST (RFC 8058): they have no token of a form. The signed address says
# whose mail it was, and can do nothing else.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    person = get_object_or_404(Person, pk=person_of(token))
    if request.method == "POST":
        actions.choose_frequency(person, MailFrequency.NEVER)
    return render(request, "mail/unsubscribe.html", {"done": request.method == "POST"})
