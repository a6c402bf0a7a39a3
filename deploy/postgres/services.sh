#!/bin/sh
# Runs once, on an empty server: one role and one database per service. A service cannot even connect to
# another's; the operator's role reads all of them and writes none.
set -eu
psql -v ON_ERROR_STOP=1 -q -U postgres -d postgres <<'SQL'
\set password `cat /run/secrets/operator/password`
CREATE ROLE mahnwerk_operator LOGIN PASSWORD :'password' IN ROLE pg_read_all_data;
SQL
for service in claims dunning enforcement notifications; do
  psql -v ON_ERROR_STOP=1 -q -U postgres -d postgres <<SQL
\\set password \`cat /run/secrets/$service/password\`
CREATE ROLE mahnwerk_$service LOGIN PASSWORD :'password';
CREATE DATABASE mahnwerk_$service OWNER mahnwerk_$service TEMPLATE template0 ENCODING 'UTF8';
REVOKE CONNECT ON DATABASE mahnwerk_$service FROM PUBLIC;
GRANT CONNECT ON DATABASE mahnwerk_$service TO mahnwerk_operator;
SQL
done
