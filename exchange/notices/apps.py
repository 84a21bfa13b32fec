from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "exchange.notices"

    def ready(self) -> None:
        from exchange.notices import tracking

        tracking.listen()
