"""The worker: a Faust application whose agent folds packs, with its intake, its sink and its health."""
