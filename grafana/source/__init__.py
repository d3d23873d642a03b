"""The source of the Grafana boards: each module is one idea, `python -m grafana.source` writes what Grafana reads."""
