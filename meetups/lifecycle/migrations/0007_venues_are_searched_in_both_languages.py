from django.db import migrations

# What is searched of an event, so that a change of it makes the event due.
SEARCHED = (
    "{row}.title, {row}.description, {row}.hashtag, {row}.format, {row}.venue_name, {row}.venue_address, {row}.starts_at,"
    " {row}.ends_at, {row}.other_title, {row}.other_description"
)
WITH_VENUES = SEARCHED + ", {row}.other_venue_name, {row}.other_venue_address, {row}.language"


def trigger(columns: str) -> str:
    return f"""
        CREATE OR REPLACE TRIGGER lifecycle_search_event AFTER UPDATE ON events_event
            FOR EACH ROW WHEN (
                ({columns.format(row="OLD")}) IS DISTINCT FROM ({columns.format(row="NEW")})
            ) EXECUTE FUNCTION lifecycle_search_due();
    """


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0006_messages_stand"), ("events", "0019_venues_in_two_languages")]

    operations = [migrations.RunSQL(trigger(WITH_VENUES), trigger(SEARCHED))]
