"""Names, addresses and employers in real sentences that people have marked by hand."""
