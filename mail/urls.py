from django.urls import path

from . import views

app_name = "mail"

urlpatterns = [
    path("me/preferences/", views.preferences, name="preferences"),
    path("mail/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
