"""A contract is held by one call: a writer waits for the lock, and only then reads the version.

One statement that did both would read the version as it was before it waited. Each statement of a
function that is VOLATILE sees what was committed before it began.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION profiles_hold_contract(lock_space int, source_key text, exclusively boolean)
RETURNS TABLE (id bigint, contract_version bigint)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    source_id int := (SELECT source.id FROM profiles_source AS source WHERE key = source_key);
BEGIN
    IF exclusively THEN
        PERFORM pg_advisory_xact_lock(lock_space, source_id);
    ELSE
        PERFORM pg_advisory_xact_lock_shared(lock_space, source_id);
    END IF;
    RETURN QUERY
        SELECT source.id, source.contract_version FROM profiles_source AS source
        WHERE source.id = source_id AND source.retired_at IS NULL;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("profiles", "0002_contract_version")]

    operations = [
        migrations.RunSQL(FORWARDS, "DROP FUNCTION profiles_hold_contract(int, text, boolean)")
    ]
