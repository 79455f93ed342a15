from django.db import migrations

# What is searched of an event, so that a change of it makes the event due.
SEARCHED = (
    "{row}.title, {row}.description, {row}.hashtag, {row}.format, {row}.venue_name, {row}.venue_address, {row}.starts_at,"
    " {row}.ends_at, {row}.other_title, {row}.other_description, {row}.other_venue_name, {row}.other_venue_address,"
    " {row}.language"
)
WITH_PLACES = SEARCHED + ", {row}.prefecture, {row}.time_zone"
# What is abroad can be found by that from now on.
DUE = """
    INSERT INTO lifecycle_searchdue (event_id)
        SELECT id FROM events_event WHERE time_zone <> 'Asia/Tokyo' AND format <> 'online' ORDER BY starts_at DESC;
"""


def trigger(columns: str) -> str:
    return f"""
        CREATE OR REPLACE TRIGGER lifecycle_search_event AFTER UPDATE ON events_event
            FOR EACH ROW WHEN (
                ({columns.format(row="OLD")}) IS DISTINCT FROM ({columns.format(row="NEW")})
            ) EXECUTE FUNCTION lifecycle_search_due();
    """


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0007_venues_are_searched_in_both_languages"), ("events", "0021_prefectures")]

    operations = [migrations.RunSQL(trigger(WITH_PLACES) + DUE, trigger(SEARCHED))]
