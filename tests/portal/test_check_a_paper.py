"""Anyone can check whether a PDF is a paper of ours, unchanged; nobody is told whose."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from exchange.documents import codes
from exchange.documents.models import Paper, RenderedPaper
from exchange.documents.reads import paper_with_code
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


def test_the_code_on_a_paper_leads_to_what_is_on_record_of_it_and_not_to_whose_it_is(stage):
    form, paper = a_paper(stage)
    code = paper.paper.values()["verify"]["code"]
    page = Client().get(f"/verify/{code}/").content.decode()
    for told in ("Receipt for Election Form", "Larkfield", stage.code, paper.sha256, "made without a seal"):
        assert told in page
    for secret in (form.number, "Maya", "L101", "LK-1003"):
        assert secret not in page


def test_a_pdf_is_compared_with_the_paper_of_the_code(stage):
    _form, paper = a_paper(stage)
    url = f"/verify/{paper.paper.values()['verify']['code']}/"

    def compared(content):
        return Client().post(url, {"pdf": SimpleUploadedFile("receipt.pdf", content)}).content.decode()

    assert "Yes: this PDF is that paper" in compared(bytes(paper.pdf))
    assert "No: this PDF is not that paper" in compared(bytes(paper.pdf) + b" ")
    assert "Choose the PDF." in Client().post(url, {}).content.decode()


def test_a_code_is_read_as_it_is_copied(stage):
    _form, paper = a_paper(stage)
    code = paper.paper.code
    typed = f" {code[:8].upper()} {code[8:]}".replace("1", "I").replace("0", "O")
    answer = Client().post("/verify/", {"code": typed})
    assert answer.url == f"/verify/{codes.grouped(code)}/"
    assert "A code has 16 letters and digits." in asked(code="7k2m")


def test_a_code_of_no_paper_is_told_so(db):
    answer = Client().get("/verify/0000-0000-0000-0000/")
    assert answer.status_code == 404
    assert "No paper of ours bears this code." in answer.content.decode()


def test_a_paper_asked_for_and_not_yet_made_says_so(stage):
    stage.elect("L101", "LK-1003")
    page = Client().get(f"/verify/{codes.grouped(Paper.objects.get().code)}/").content.decode()
    assert "its PDF is still to be made" in page
    assert "SHA-256 of the PDF" not in page


def test_a_paper_from_before_there_were_codes_is_found_by_none(stage):
    assert paper_with_code("") is None
    assert Client().get("/verify/-/").status_code == 404
