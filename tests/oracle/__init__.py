"""What the views must show, computed from the raw messages alone: plain, slow, and independent of the code under test.

Written from the domain page and decision 0012; it imports nothing of the package. Everything is a function of the set
of messages: read (`told`), picked and put in order (`story`), measured (`milestones`, `intervals`, `working`), judged
(`stages`, `findings`), and laid out as the rows of the views (`rows`). Instants are microseconds since 1970 in UTC.
"""

from oracle.declaration import Row, declare
from oracle.findings import FREE_DETAIL, WORDS, Finding
from oracle.intervals import CODES, Interval
from oracle.rows import Expected, compare, compute
from oracle.told import LIFECYCLE, refusal
from oracle.working import DEFAULT, Office, Offices

__all__ = [
    "CODES",
    "DEFAULT",
    "FREE_DETAIL",
    "LIFECYCLE",
    "WORDS",
    "Expected",
    "Finding",
    "Interval",
    "Office",
    "Offices",
    "Row",
    "compare",
    "compute",
    "declare",
    "refusal",
]
