"""The desk of briefs: drafts, edits of their words and reviews, as data."""
