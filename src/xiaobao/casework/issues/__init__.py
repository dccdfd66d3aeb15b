"""Hot issues as officers see them: named, merged, split; data only until they have a page."""
