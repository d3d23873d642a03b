"""Draws boards from their files with live answers, for the documentation: not Grafana, and a little different."""
