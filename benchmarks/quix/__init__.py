"""The same job in Quix Streams, which lives in an environment of its own, `.venv-bench`."""
