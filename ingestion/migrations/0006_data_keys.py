"""The functions of `data` that indexes of properties are made of (`ingestion.indexes.keys`).

Each reads what a path leads to, through arrays too, and passes over what is of another JSON type:
an old record must not break the building of an index. All are immutable. Their bodies name nothing
but what PostgreSQL brings along, since indexes are built with a search path of their own. Whoever
changes one has to give it a new name: indexes hold what the old one said.
"""

from django.db import migrations

FORWARDS = r"""
CREATE FUNCTION registrar_numbers(data jsonb, path jsonpath, is_greatest boolean) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN is_greatest THEN max(number) ELSE min(number) END
        FROM (
            SELECT CASE jsonb_typeof(value) WHEN 'number' THEN value::numeric END AS number
            FROM jsonb_path_query(data, path) AS value
        ) AS numbers
    );
END $$;
COMMENT ON FUNCTION registrar_numbers IS 'The least or greatest number that a path leads to.';

CREATE FUNCTION registrar_seconds(data jsonb, path jsonpath, is_latest boolean) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    value text;
    part text[];
    seconds numeric;
    best numeric;
BEGIN
    FOR value IN
        SELECT one #>> '{}' FROM jsonb_path_query(data, path) AS one
        WHERE jsonb_typeof(one) = 'string'
    LOOP
        seconds := NULL;
        part := regexp_match(
            value,
            '^(?!0000)([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-([0-9]{2})'
            || '(?:T([0-9]{2}):([0-9]{2}):([0-9]{2}(?:[.][0-9]{1,9})?)'
            || '(?:Z|([+-])([0-9]{2}):([0-9]{2})))?)?)?$'
        );
        IF part[4] IS NOT NULL THEN
            seconds := (make_date(part[1]::int, part[2]::int, 1) - make_date(2000, 1, 1)
                        + part[3]::int - 1) * 86400::numeric
                + part[4]::int * 3600 + part[5]::int * 60 + part[6]::numeric
                - coalesce((part[7] || '1')::int * (part[8]::int * 3600 + part[9]::int * 60), 0);
        ELSIF part IS NOT NULL THEN
            seconds := CASE
                WHEN part[3] IS NOT NULL THEN
                    make_date(part[1]::int, part[2]::int, 1) + part[3]::int - 1 + is_latest::int
                WHEN part[2] IS NOT NULL THEN
                    (make_date(part[1]::int, part[2]::int, 1)
                     + make_interval(months => is_latest::int))::date
                ELSE make_date(part[1]::int + is_latest::int, 1, 1)
            END - make_date(2000, 1, 1);
            seconds := seconds * 86400 - is_latest::int * 0.000000001;
        ELSE
            part := regexp_match(value, '^([0-9]{2}):([0-9]{2}):([0-9]{2}(?:[.][0-9]{1,9})?)$');
            seconds := part[1]::int * 3600 + part[2]::int * 60 + part[3]::numeric;
        END IF;
        best := CASE WHEN is_latest THEN greatest(best, seconds) ELSE least(best, seconds) END;
    END LOOP;
    RETURN best;
END $$;
COMMENT ON FUNCTION registrar_seconds IS
    'The earliest or latest moment that what a path leads to may mean, in seconds since 2000 in UTC;'
    ' of a time of day the seconds since midnight.';

CREATE FUNCTION registrar_texts(data jsonb, path jsonpath, is_greatest boolean)
RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT CASE WHEN is_greatest THEN max(folded) ELSE min(folded) END
        FROM (
            SELECT left(lower(value #>> '{}'), 256) COLLATE "C" AS folded
            FROM jsonb_path_query(data, path) AS value
            WHERE jsonb_typeof(value) = 'string'
        ) AS texts
    );
END $$;
COMMENT ON FUNCTION registrar_texts IS
    'The first or last text that a path leads to, in lower case and cut to what an index can hold.';

CREATE FUNCTION registrar_words(data jsonb, path jsonpath) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN array_to_tsvector(ARRAY(
        SELECT left(word, 64)
        FROM jsonb_path_query(data, path) AS value,
             regexp_split_to_table(lower(value #>> '{}'), '[^[:alnum:]]+') AS word
        WHERE jsonb_typeof(value) = 'string' AND word <> ''
        LIMIT 4000
    ));
END $$;
COMMENT ON FUNCTION registrar_words IS
    'The words of all texts that a path leads to, in lower case: 4,000 at most, since a tsvector'
    ' that is too large would make a write fail.';

CREATE FUNCTION registrar_asked_words(asked text, last_begins boolean) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT string_agg(
            '''' || left(word, 64) || ''''
            || CASE WHEN last_begins AND place = count THEN ':*' ELSE '' END,
            ' & '
        )::tsquery
        FROM (
            SELECT word, row_number() OVER () AS place, count(*) OVER () AS count
            FROM regexp_split_to_table(lower(asked), '[^[:alnum:]]+') AS word
            WHERE word <> ''
        ) AS words
    );
END $$;
COMMENT ON FUNCTION registrar_asked_words IS
    'What asks for the words of a text; the last one may be the beginning of a word.'
    ' NULL where there is none.';

CREATE FUNCTION registrar_bounds(data jsonb, path jsonpath) RETURNS box
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN (
        SELECT box(
            point(min(longitude)::float8, min(latitude)::float8),
            point(max(longitude)::float8, max(latitude)::float8)
        )
        FROM (
            SELECT CASE WHEN jsonb_typeof(value -> 'longitude') = 'number'
                        THEN (value -> 'longitude')::numeric END AS longitude,
                   CASE WHEN jsonb_typeof(value -> 'latitude') = 'number'
                        THEN (value -> 'latitude')::numeric END AS latitude
            FROM jsonb_path_query(data, path) AS value
        ) AS positions
        WHERE longitude BETWEEN -180 AND 180 AND latitude BETWEEN -90 AND 90
    );
END $$;
COMMENT ON FUNCTION registrar_bounds IS
    'The box around the positions that a path leads to, in degrees: longitude, then latitude.';

CREATE FUNCTION registrar_near(
    data jsonb, path jsonpath, latitude float8, longitude float8, metres float8
) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN coalesce((
        SELECT bool_or(
            2 * 6371008.8 * asin(least(1, sqrt(
                sind((north - latitude) / 2) ^ 2
                + cosd(latitude) * cosd(north) * sind((east - longitude) / 2) ^ 2
            ))) <= metres
        )
        FROM (
            SELECT CASE WHEN jsonb_typeof(value -> 'longitude') = 'number'
                        THEN (value -> 'longitude')::numeric END AS east,
                   CASE WHEN jsonb_typeof(value -> 'latitude') = 'number'
                        THEN (value -> 'latitude')::numeric END AS north
            FROM jsonb_path_query(data, path) AS value
        ) AS positions
        WHERE east BETWEEN -180 AND 180 AND north BETWEEN -90 AND 90
    ), false);
END $$;
COMMENT ON FUNCTION registrar_near IS
    'Whether a position that a path leads to is so near, on a sphere with the mean radius of the'
    ' earth (haversine).';
"""

BACKWARDS = """
DROP FUNCTION registrar_near(jsonb, jsonpath, float8, float8, float8);
DROP FUNCTION registrar_bounds(jsonb, jsonpath);
DROP FUNCTION registrar_asked_words(text, boolean);
DROP FUNCTION registrar_words(jsonb, jsonpath);
DROP FUNCTION registrar_texts(jsonb, jsonpath, boolean);
DROP FUNCTION registrar_seconds(jsonb, jsonpath, boolean);
DROP FUNCTION registrar_numbers(jsonb, jsonpath, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0005_change_of_person")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
