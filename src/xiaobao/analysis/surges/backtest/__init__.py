"""Would it have been found? Surges put into copies of a site's own past, and what its days had told."""
