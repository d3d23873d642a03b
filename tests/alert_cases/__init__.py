"""What happened, minute by minute, and which alerts there are then: cases for `promtool test rules`."""
