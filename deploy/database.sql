-- Roles and database of Vínculo, as the server's superuser. May be run again: it changes nothing twice.
-- The passwords come by the environment: a command's arguments are shown to every user of the machine.
--
--   WEB_PASSWORD=… OWNER_PASSWORD=… psql -X -v ON_ERROR_STOP=1 -d postgres < deploy/database.sql
\set QUIET on
\getenv web WEB_PASSWORD
\getenv owner OWNER_PASSWORD
SELECT length(:'web') >= 32 AND length(:'owner') >= 32 AS strong \gset
\if :strong
\else
  \warn 'WEB_PASSWORD e OWNER_PASSWORD precisam de 32 caracteres ou mais'
  \quit 3
\endif
SET password_encryption = 'scram-sha-256';
SET log_statement = 'none';
SET log_min_error_statement = 'panic';

SELECT 'CREATE ROLE ' || name FROM unnest(ARRAY['vinculo_owner', 'vinculo_app', 'vinculo_web']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

-- The owner migrates and makes backups: it owns the tables, and so passes over row level security. No superuser.
ALTER ROLE vinculo_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner';
-- The group that migrations grant to, and the server's own role in it: owns nothing, bound by row level security.
ALTER ROLE vinculo_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
ALTER ROLE vinculo_web LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'web';
GRANT vinculo_app TO vinculo_web;
-- Time limits stand on the role, because behind PgBouncer a connection may not bring its own.
ALTER ROLE vinculo_web SET jit = off;
ALTER ROLE vinculo_web SET statement_timeout = '30s';
ALTER ROLE vinculo_web SET lock_timeout = '10s';
ALTER ROLE vinculo_web SET idle_in_transaction_session_timeout = '60s';

SELECT 'CREATE DATABASE vinculo OWNER vinculo_owner TEMPLATE template0 ENCODING ''UTF8'''
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'vinculo') \gexec
REVOKE ALL ON DATABASE vinculo FROM PUBLIC;
GRANT CONNECT ON DATABASE vinculo TO vinculo_app, vinculo_owner;
-- Values and statements hold people's words: they stay out of the server's log.
ALTER DATABASE vinculo SET log_min_error_statement = 'panic';
ALTER DATABASE vinculo SET log_error_verbosity = 'terse';
ALTER DATABASE vinculo SET timezone = 'UTC';

\connect vinculo
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO vinculo_app;
GRANT ALL ON SCHEMA public TO vinculo_owner;
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
