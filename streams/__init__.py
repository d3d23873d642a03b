"""release-monitor: live release times of customs declarations, from Kafka to ClickHouse and Prometheus."""
