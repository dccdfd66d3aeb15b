"""The same matter on two counting paths, pair by pair with its probability; never used to add the paths."""
