"""What each kind of paper is made from, kept word for word beside the PDF as canonical JSON.

Dates, instants (aware), exact decimals and fractions go in as themselves; `kernel.canonical` writes them out and the
templates format them, so nothing here is formatted. Wording that a person agreed to comes as the text that was shown.
The room that asks for a paper fills these; this room reads no other table.
"""
