"""Colours that people with any kind of colour vision tell apart: those of Okabe and Ito (2008).

A colour never says anything alone: a number, a word, a sign or a line style says the same beside it.
"""

from __future__ import annotations

from typing import Final

ORANGE: Final = "#E69F00"
SKY: Final = "#56B4E9"
GREEN: Final = "#009E73"
YELLOW: Final = "#F0E442"
BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
PURPLE: Final = "#CC79A7"
GREY: Final = "#999999"

PALETTE: Final = (BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE, YELLOW, GREY)
"""All that a board may use, in the order in which series take them."""

CALM: Final = BLUE
"""All is well, or there is nothing to say: never green, so that it is not half of a red-green pair."""
WATCH: Final = ORANGE
ACT: Final = VERMILLION
TEXT: Final = "text"
"""Grafana's own colour of text: a number without a judgement."""
