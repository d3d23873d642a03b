"""The board in the terminal: what is open, how long it takes, what is wrong, for people without Grafana."""
