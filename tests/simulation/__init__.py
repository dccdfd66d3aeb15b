"""A machine whose power fails: the real code on a simulated disk, every decision drawn from a seed."""
