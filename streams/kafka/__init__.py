"""Kafka: connections, topics, and the intake that turns single messages into packs."""
