from django.utils.cache import patch_cache_control


def private_pages(get_response):
    """Pages for somebody who is signed in are kept by no cache but their browser's own; every other
    page by none without asking.

    Not no-store: browsers then forget what was typed into a form when one goes back to it.
    """

    def middleware(request):
        response = get_response(request)
        if "Cache-Control" not in response:
            private = {"private": True} if request.user.is_authenticated else {}
            patch_cache_control(response, no_cache=True, **private)
        return response

    return middleware
