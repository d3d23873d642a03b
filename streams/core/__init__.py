"""The pure core: events, their order, milestones and intervals. No I/O, no framework, no wall clock."""
