"""Prometheus: the names of the contract, and the endpoint that serves them with the worker's health."""
