"""Papers and documents to open: as stored, made on demand once, and able to run nothing."""

from exchange.documents.models import Paper, RenderedPaper
from exchange.offers.models import OfferDocument


def test_a_receipt_is_made_on_demand_once_and_served_as_stored(stage):
    form = stage.elect("L101", "LK-1003")
    assert not RenderedPaper.objects.exists()
    client = stage.client()
    first = client.get(stage.url(f"forms/{form.pk}/receipt.pdf"))
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == f'inline; filename="Receipt for Election Form {form.number}.pdf"'
    stored = RenderedPaper.objects.get()
    assert first.content == bytes(stored.pdf) == client.get(stage.url(f"forms/{form.pk}/receipt.pdf")).content


def test_a_notice_has_a_receipt_too(stage):
    form = stage.withdraw("L101")
    answer = stage.client().get(stage.url(f"forms/{form.pk}/receipt.pdf"))
    assert answer.content.startswith(b"%PDF-")
    assert Paper.objects.get().kind == "withdrawal_receipt"


def test_a_paper_that_cannot_be_sealed_yet_is_promised_and_not_stored(stage, settings, tmp_path):
    settings.SEAL_PKCS12 = str(tmp_path / "not-there.p12")
    form = stage.elect("L101", "LK-1003")
    answer = stage.client().get(stage.url(f"forms/{form.pk}/receipt.pdf"))
    assert answer.status_code == 503
    assert "This paper is not ready yet" in answer.content.decode()
    assert not RenderedPaper.objects.exists()


def test_a_document_is_served_as_given_and_can_run_nothing(stage):
    document = OfferDocument.objects.order_by("position").first()
    answer = stage.client().get(stage.url(f"documents/{document.pk}/"))
    assert answer.content == bytes(document.body)
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_documents_are_listed_with_the_holders_own_papers(stage, text):
    form = stage.elect("L101", "LK-1003")
    page = text(stage.client().get(stage.url("documents/")))
    assert "Questions and answers" in page
    assert f"Receipt for Election Form {form.number}" in page
    assert "Options under 2016-EIP with an exercise price of $5.00 or more" in page
