"""The QR code stands in a paper as it was drawn: nothing of its title may become markup."""

import re
from html import unescape

from exchange.documents.codes import picture


def test_markup_in_the_title_stays_text() -> None:
    title = '</title><script>alert(1)</script> & "quoted"'
    drawn = picture("https://options.example.com/verify/7k2m/", title=title)
    assert "<script" not in drawn
    (said,) = re.findall(r"<title>([^<]*)</title>", drawn)
    assert unescape(said) == title
