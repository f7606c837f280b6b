from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..models import Page


@require_safe
def page(request, key):
    """A page of the site itself, in the reader's language where there is one."""
    page = Page.objects.current(key)
    if page is None:
        raise Http404
    return render(request, "forum/page.html", {"page": page})
