"""A run in which processes are killed at random while events come in, and the proof that nothing came of it.

`python -m tests.chaos` from the top of the repository, or `make chaos`; a short one is tests/e2e/test_chaos_run.py.
"""
