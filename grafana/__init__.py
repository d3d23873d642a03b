"""The Grafana boards: what Grafana reads, the source it is made from, and the pictures of it."""
