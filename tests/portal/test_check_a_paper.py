"""Anyone can check whether a PDF is a paper of ours, unchanged; nobody is told whose."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from exchange.documents.models import RenderedPaper
from tests.support import seal

YES, NO = "Yes: this is a paper of ours, byte for byte.", "No: no paper of ours has these bytes."


def a_paper(stage):
    form = stage.elect("L101", "LK-1003")
    stage.client().get(stage.url(f"forms/{form.pk}/receipt.pdf"))
    return form, RenderedPaper.objects.get()


def asked(**given):
    return Client().post("/verify/", given).content.decode()


def test_the_file_itself_or_its_digest(stage):
    form, paper = a_paper(stage)
    page = asked(pdf=SimpleUploadedFile("receipt.pdf", bytes(paper.pdf)))
    assert YES in page
    assert paper.sha256 in page
    assert "It was made without a seal." in page
    spaced = " ".join(paper.sha256.upper()[place : place + 8] for place in range(0, 64, 8))
    assert YES in asked(digest=spaced)
    for secret in (form.number, "Maya", "L101", "LK-1003", stage.code):
        assert secret not in page


def test_one_changed_byte_is_another_paper(stage):
    _form, paper = a_paper(stage)
    other = bytearray(paper.pdf)
    other[100] ^= 1
    assert NO in asked(pdf=SimpleUploadedFile("receipt.pdf", bytes(other)))
    assert NO in asked(digest="0" * 64)


def test_a_sealed_one_says_with_which_certificate(stage, settings, tmp_path):
    settings.SEAL_PKCS12 = seal.certificate(tmp_path)
    _form, paper = a_paper(stage)
    page = asked(digest=paper.sha256)
    assert "It was sealed then (PAdES B-B)" in page
    assert paper.seal_certificate in page


def test_what_is_no_digest_is_refused_beside_its_field(stage):
    assert "A SHA-256 digest has 64 characters" in asked(digest="E-000217")
    assert "Choose the PDF, or enter its digest." in asked(digest="")


def test_guessing_at_length_is_stopped(stage, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "verify": "2/5m/ip"}
    client = Client()
    answers = [client.post("/verify/", {"digest": "0" * 64}).status_code for _try in range(3)]
    assert answers == [200, 200, 429]


def test_every_paper_says_where(stage):
    a_paper(stage)
    assert RenderedPaper.objects.get().paper.values()["verify_url"].endswith("/verify/")
