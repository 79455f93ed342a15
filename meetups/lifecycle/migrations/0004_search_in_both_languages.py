from django.db import migrations

# What is searched of an event, so that a change of it makes the event due.
SEARCHED = "{row}.title, {row}.description, {row}.hashtag, {row}.format, {row}.venue_name, {row}.venue_address, {row}.starts_at, {row}.ends_at"
BOTH = SEARCHED + ", {row}.other_title, {row}.other_description"


def trigger(columns: str) -> str:
    return f"""
        CREATE OR REPLACE TRIGGER lifecycle_search_event AFTER UPDATE ON events_event
            FOR EACH ROW WHEN (
                ({columns.format(row="OLD")}) IS DISTINCT FROM ({columns.format(row="NEW")})
            ) EXECUTE FUNCTION lifecycle_search_due();
    """


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0003_people_ask"), ("events", "0010_words_in_the_other_language")]

    operations = [migrations.RunSQL(trigger(BOTH), trigger(SEARCHED))]
