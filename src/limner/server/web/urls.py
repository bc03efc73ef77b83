"""The pages' addresses."""

from django.urls import path

from limner.server.web import views

urlpatterns = [path("", views.studio, name="studio")]
