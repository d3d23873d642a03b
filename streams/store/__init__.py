"""ClickHouse: the embedded engine or a server, behind one client library and one schema."""
