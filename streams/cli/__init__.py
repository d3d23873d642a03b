"""The command `release-monitor`."""
