"""The demonstration's documents: short, plain, and our own. A real offer loads its counsel's."""

from exchange.offers.actions import DocumentFile

_OFFER = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/css/document.css"><title>Offer to Exchange</title></head><body>
<h1>Offer to Exchange</h1>
<p>Larkfield Instruments, Inc. offers its employees to cancel options with an exercise price of $5.00 or more in
exchange for new options. This is a demonstration: the company, its people and this offer are invented.</p>
<h2>What you may do</h2>
<p>For each eligible option you either keep it as it is, or tender all of its outstanding shares. An incentive and a
non-statutory option that were granted together to divide one grant are tendered together, or not at all.</p>
<h2>What you would receive</h2>
<p>For every cancelled option share, a new non-statutory option for one share, granted on the first business day at
least six months and one day after the cancellation. Its price is the market's close on that day, which may be higher
or lower than the price of the option you give up. It vests anew: 6/48 at grant and 1/48 each month after.</p>
<h2>What you risk</h2>
<p>If you are not employed on the grant date, for whatever reason, you receive nothing for the options cancelled.
Neither the company nor its board recommends that you accept or decline.</p>
</body></html>
"""

_QUESTIONS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="/static/css/document.css"><title>Questions and answers</title></head><body>
<h1>Questions and answers</h1>
<h2>Can I change my mind?</h2>
<p>Yes, as often as you like until the deadline: sign a new Election Form, which replaces the earlier one whole, or a
Notice to Withdraw. After the deadline you can still withdraw until the company accepts.</p>
<h2>What if I do nothing?</h2>
<p>You keep your options on their present terms.</p>
<h2>Can I send the form by e-mail?</h2>
<p>No. Use this site, a fax, or deliver the signed form by hand.</p>
</body></html>
"""

DOCUMENTS = (
    DocumentFile("offer_to_exchange", "Offer to Exchange", "text/html", _OFFER.encode()),
    DocumentFile("questions", "Questions and answers", "text/html", _QUESTIONS.encode()),
)
