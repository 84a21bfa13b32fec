"""CSV into records: UTF-8 with or without a byte-order mark, commas, double quotes, any line ending."""

import codecs
import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from exchange.interchange.cells import CellError
from exchange.interchange.records import Record, UnreadableError

_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes) -> str:
    """The text of a UTF-8 file, without its byte-order mark.

    Raises UnreadableError that names the encoding seen, or the first byte that is wrong and its line as the row.
    """
    for mark, name in _OTHER_MARKS:
        if data.startswith(mark):
            raise UnreadableError(_("the file is written in {encoding}").format(encoding=name), _("UTF-8"))
    nul = data.find(b"\0")
    if nul >= 0:
        message = _("byte {position} of the file is NUL: this is not a text file, or not one in UTF-8")
        raise UnreadableError(message.format(position=nul + 1), _("UTF-8"), _line(data, nul))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind the byte-order mark.
        start = error.start + (len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0)
        message = _("byte {position} of the file is 0x{byte:02X}, which is not UTF-8").format(
            position=start + 1, byte=data[start]
        )
        raise UnreadableError(message, _("UTF-8"), _line(data, start)) from None


def _line(data: bytes, position: int) -> int:
    before = data[:position].replace(b"\r\n", b"\n")
    return before.count(b"\n") + before.count(b"\r") + 1


def read_csv(data: bytes) -> Iterator[Record]:
    """The records of a CSV file, blank lines among them (as records without cells).

    A row is counted as a spreadsheet counts it. Where quotes do not match, the lines that were taken together are
    reported as one fault and reading goes on behind them, counting each line as the row it will be once mended.
    Raises UnreadableError for a file that is not UTF-8 text.
    """
    text = decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    while True:
        line = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Record(row + 1, (), _quoting_fault(reader.line_num - line))
            row += reader.line_num - line
            continue
        row += 1
        yield Record(row, cells)


def _quoting_fault(lines: int) -> CellError:
    expected = _('a closing quote before the next comma, and "" for a quote inside a quoted cell')
    if lines > 1:
        message = _("a quote that opens in this row is not closed in it; {lines} lines were taken as one row")
        return CellError(message.format(lines=lines), expected)
    return CellError(_("the quotes in this row do not match"), expected)
