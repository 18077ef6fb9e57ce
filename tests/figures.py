"""Figures that a test run prints at its end: measures and ratios, of tests that pass too."""

FIGURES = []


def figure(sentence):
    """Keep a sentence for the end of the run."""
    FIGURES.append(sentence)
