-- Två roller i PostgreSQL: vetting_owner äger tabellerna och uppgraderar, vetting_app är den som programmet arbetar som.
-- Two roles in PostgreSQL: vetting_owner owns the tables and upgrades, vetting_app is whom the program works as.
--
-- Kör som superanvändare i programmets databas före den första uppgraderingen, och igen efter varje uppgradering.
-- Run as a superuser in the program's database before the first upgrade, and again after each upgrade.
-- Sedan / then: ALTER ROLE vetting_owner PASSWORD '...'; ALTER ROLE vetting_app PASSWORD '...';
--
-- vetting_app kan inte ändra eller ta bort poster i spåret, inte radera innehåll, inte göra om tabeller eller spärrar.
-- 'vetting db upgrade' och 'vetting audit erase' körs med vetting_owner i VETTING_DATABASE_URL.
-- vetting_app can neither change nor remove entries of the trail, erase content, nor alter tables or guards.
-- 'vetting db upgrade' and 'vetting audit erase' are run with vetting_owner in VETTING_DATABASE_URL.

DO $$
DECLARE
  owned record;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vetting_owner') THEN
    CREATE ROLE vetting_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'vetting_app') THEN
    CREATE ROLE vetting_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;

  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO vetting_owner, vetting_app', current_database());
  REVOKE ALL ON SCHEMA public FROM PUBLIC;
  GRANT USAGE, CREATE ON SCHEMA public TO vetting_owner;
  GRANT USAGE ON SCHEMA public TO vetting_app;
  REVOKE CREATE ON SCHEMA public FROM vetting_app;

  FOR owned IN
    SELECT c.relname, c.relkind FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'S')
    ORDER BY c.relkind DESC, c.relname
  LOOP
    IF owned.relkind = 'r' THEN
      EXECUTE format('ALTER TABLE public.%I OWNER TO vetting_owner', owned.relname);
    END IF;
  END LOOP;
  FOR owned IN
    SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO vetting_owner', owned.name);
  END LOOP;

  ALTER DEFAULT PRIVILEGES FOR ROLE vetting_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO vetting_app;
  ALTER DEFAULT PRIVILEGES FOR ROLE vetting_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO vetting_app;
  GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO vetting_app;
  GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO vetting_app;

  IF to_regclass('public.trail') IS NOT NULL THEN
    REVOKE UPDATE, DELETE, TRUNCATE ON trail, trail_content, trail_apart FROM vetting_app;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON erasures FROM vetting_app;
    REVOKE DELETE, TRUNCATE ON trail_heads, trail_anchors FROM vetting_app;
    REVOKE UPDATE ON trail_anchors FROM vetting_app;
    REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON alembic_version FROM vetting_app;
  END IF;
END
$$;
