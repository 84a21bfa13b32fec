"""Wires the holder's pages into the exhibits."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from exchange.interchange.exports.exhibits import Picture
    from exchange.interchange.exports.order import Order


class PortalConfig(AppConfig):
    name = "exchange.portal"

    def ready(self) -> None:
        from exchange.interchange.exports.exhibits import SOURCES

        def pages(order: "Order") -> "Iterator[Picture]":
            from exchange.portal import specimen  # its views are loaded when they are asked for, not before

            return specimen.pictures(order)

        SOURCES["portal"] = pages
