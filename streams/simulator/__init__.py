"""Generated events: plausible declarations and, on demand, every fault that a feed can have."""
