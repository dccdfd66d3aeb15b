"""Names, addresses and employers in real sentences that two people have marked by hand."""
