"""The full results as files: what `export_results` writes, as the worker makes it for the desk."""

from typing import IO

from exchange.interchange import export
from exchange.interchange.exports.order import CSV, JSON, XLSX, Made, Order, Progress


def as_json(order: Order, out: IO[bytes], progress: Progress) -> Made:
    out.write(export.as_json(order.loaded.offer).encode())
    return Made(f"{order.code}-results.json", JSON)


def as_csv(order: Order, out: IO[bytes], progress: Progress) -> Made:
    out.write(export.as_csv(order.loaded.offer).encode())
    return Made(f"{order.code}-results.csv", CSV)


def as_xlsx(order: Order, out: IO[bytes], progress: Progress) -> Made:
    out.write(export.as_xlsx(order.loaded.offer))
    return Made(f"{order.code}-results.xlsx", XLSX)
