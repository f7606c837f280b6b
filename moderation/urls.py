from django.urls import path

from . import views

app_name = "moderation"

urlpatterns = [
    path("moderation/", views.queue, name="queue"),
    path("moderation/<int:pk>/", views.decide, name="decide"),
    path("discussions/<slug:slug>/<int:number>/hide/", views.hide, name="hide"),
    path("discussions/<slug:slug>/<int:number>/restore/", views.restore, name="restore"),
    path("discussions/<slug:slug>/<int:number>/dismiss/", views.dismiss, name="dismiss"),
]
