"""The whole pipeline on one machine: its own Kafka, and everything started and watched from one command."""
