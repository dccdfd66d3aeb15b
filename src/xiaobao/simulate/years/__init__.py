"""A simulated course of years: both paths, in the files of their sources, with what was put in on purpose."""
