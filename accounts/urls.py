from django.urls import path

from . import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("security/", views.security, name="security"),
    path("security/end-sessions/", views.end_sessions, name="end_sessions"),
    path("security/log-in-again/", views.login_again, name="login_again"),
]
