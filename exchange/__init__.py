"""The option-exchange portal: an issuer tender offer for employee options, from files to new grants."""
