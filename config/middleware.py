from django.utils.cache import patch_cache_control


def private_pages(get_response):
    """Pages for somebody who is signed in are kept by no cache but their browser's own.

    Not no-store: browsers then forget what was typed into a form when one goes back to it.
    """

    def middleware(request):
        response = get_response(request)
        if "Cache-Control" not in response and request.user.is_authenticated:
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware
