"""`python -m benchmarks` (or `make bench`): events per second of the pipeline beside a limit and a baseline."""
