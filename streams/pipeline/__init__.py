"""From packed events to what has to be written: the application's own steps, free of Kafka, Faust and ClickHouse."""
