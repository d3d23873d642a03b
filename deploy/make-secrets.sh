#!/bin/sh
# Makes the secrets of docker-compose.yml in deploy/secrets, each once: what is there stays as it is. Needs only coreutils.
#
# Only you can enter the folder. Inside it files may be read by everybody, because containers run under accounts of their
# own and a file is mounted with the rights it has here; of the folder they see only the files that they are given.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
chmod 700 secrets
cd secrets

# secret NAME: 32 random bytes, as hexadecimal digits, unless it is there.
secret() {
    if [ ! -s "$1" ]; then
        od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$1.new"
        mv "$1.new" "$1"
        echo "made deploy/secrets/$1"
    fi
    chmod 444 "$1"
}

secret clickhouse_board_password
secret clickhouse_owner_password
secret clickhouse_reader_password
secret clickhouse_writer_password
secret grafana_admin_password
secret hash_key

# What ClickHouse may know of the owner's password. It reads it from its environment, so it is a file of that form.
hash="$(tr -d ' \n' <clickhouse_owner_password | sha256sum | cut -d ' ' -f 1)"
echo "CLICKHOUSE_OWNER_PASSWORD_SHA256=$hash" >clickhouse.env
chmod 600 clickhouse.env
