"""Reads a board as Grafana would: fills its queries, asks them, and puts the answers together."""
