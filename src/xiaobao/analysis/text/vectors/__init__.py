"""Sentence vectors: what two texts mean, as far as a small model can tell, without any download."""
