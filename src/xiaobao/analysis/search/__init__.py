"""Full text of masked narratives: every word of two characters and more is found, exactly where it stands."""
