#!/bin/sh
# Roles and database, once, when the container's database is made.
set -eu
WEB_PASSWORD=$(cat /run/secrets/web_password) OWNER_PASSWORD=$(cat /run/secrets/owner_password) \
    psql -X -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres </vinculo/database.sql
