"""Every address of the site: the holder's pages, the staff's desk, sign-in."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from exchange.notices.tracking import addresses
from exchange.portal.health import health
from exchange.portal.views.helping import helping, start
from exchange.staff.site import desk

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("", include("exchange.portal.sign_in_urls")),
    path("accounts/", include("allauth.urls")),
    path("staff/", desk.urls),
    path("helping/<int:pk>/", start, name="helping"),
    path("helping/<int:pk>/<path:rest>", helping, name="helping_page"),
    path("", include("exchange.portal.urls")),
]
if told := addresses(settings.EMAIL_BACKEND, settings.ANYMAIL):
    urlpatterns.append(path("mail-service/", include(told)))
if settings.DEMO:
    urlpatterns.append(path("demo/mail/", include("exchange.portal.demo_mail")))
