"""Readers that turn event files (JSONL, CSV, XES) into messages of schema v1; they judge nothing, the decoder does."""
