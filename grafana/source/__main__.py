"""`python -m grafana.source`: write the boards and the alert rules of the store where Grafana reads them."""

from __future__ import annotations

from grafana.source.files import written

if __name__ == "__main__":
    for path in written():
        print(path)
