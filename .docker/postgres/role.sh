#!/bin/sh
# Runs once, when the database is new: the product gets a role that owns its database and is no superuser. The superuser keeps no
# password, so it is reached only inside this container: docker compose exec postgres psql -U postgres
set -eu
psql -v ON_ERROR_STOP=1 -v password="$PRODUCT_PASSWORD" -U postgres -d postgres <<'SQL'
CREATE ROLE meetups LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
ALTER DATABASE meetups OWNER TO meetups;
REVOKE CONNECT ON DATABASE meetups FROM PUBLIC;
ALTER ROLE postgres PASSWORD NULL;
SQL
