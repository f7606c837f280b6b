from django.shortcuts import render

# Fields of a refused form that are no text of the person's.
NOT_TEXT = {"csrfmiddlewaretoken", "submission_key", "version", "password", "password1", "password2"}


def stale_form(request, reason=""):
    """The form's token is too old, so nothing was saved: give back every text that was sent."""
    texts = [value for name, value in request.POST.items() if name not in NOT_TEXT and value]
    long_texts = [text for text in texts if len(text) > 40 or "\n" in text]
    return render(request, "403_csrf.html", {"texts": long_texts}, status=403)
