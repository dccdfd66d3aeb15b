"""Names, addresses and employers in texts: found by a tagger and by the words around them."""
