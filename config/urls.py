from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from forum.views import feeds

from .look import look

# For robots and browsers, whatever the language.
urlpatterns = [
    path("robots.txt", feeds.robots, name="robots"),
    path("sitemap.xml", feeds.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", feeds.sitemap, name="sitemap_of"),
    path("look/<slug:digest>/<str:file>", look, name="look"),
]

# The site's own language stands at the root, the others under a prefix.
urlpatterns += i18n_patterns(
    path("", include("forum.urls")),
    path("", include("moderation.urls")),
    path("", include("facilitation.urls")),
    path("", include("mail.urls")),
    path("me/", include("accounts.urls")),
    path("accounts/", include("accounts.guarded_urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)

handler500 = "forum.views.errors.broken"
