import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# When its words change, also by a worker of the version before, an event is due. A row is inserted and never updated, so a
# transaction waits for no other.
DUE = """
    CREATE FUNCTION lifecycle_search_due() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    BEGIN
        IF TG_TABLE_NAME = 'events_event' THEN
            INSERT INTO lifecycle_searchdue (event_id) VALUES (NEW.id);
        ELSIF TG_TABLE_NAME = 'communities_community' THEN
            INSERT INTO lifecycle_searchdue (event_id) SELECT id FROM events_event WHERE community_id = NEW.id ORDER BY id;
        ELSE
            INSERT INTO lifecycle_searchdue (event_id) VALUES (NEW.event_id);
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER lifecycle_search_new_event AFTER INSERT ON events_event
        FOR EACH ROW EXECUTE FUNCTION lifecycle_search_due();
    CREATE TRIGGER lifecycle_search_event AFTER UPDATE ON events_event
        FOR EACH ROW WHEN (
            (OLD.title, OLD.description, OLD.hashtag, OLD.format, OLD.venue_name, OLD.venue_address, OLD.starts_at, OLD.ends_at)
            IS DISTINCT FROM
            (NEW.title, NEW.description, NEW.hashtag, NEW.format, NEW.venue_name, NEW.venue_address, NEW.starts_at, NEW.ends_at)
        ) EXECUTE FUNCTION lifecycle_search_due();
    CREATE TRIGGER lifecycle_search_community AFTER UPDATE ON communities_community
        FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION lifecycle_search_due();
    CREATE TRIGGER lifecycle_search_talk AFTER UPDATE ON speakers_talk
        FOR EACH ROW WHEN (
            (OLD.state = 'confirmed' OR NEW.state = 'confirmed')
            AND (OLD.state, OLD.title, OLD.themes) IS DISTINCT FROM (NEW.state, NEW.title, NEW.themes)
        ) EXECUTE FUNCTION lifecycle_search_due();
    CREATE TRIGGER lifecycle_search_new_talk AFTER INSERT ON speakers_talk
        FOR EACH ROW WHEN (NEW.state = 'confirmed') EXECUTE FUNCTION lifecycle_search_due();
    -- To choose between an index and a walk through the list, PostgreSQL must know how rare a word is.
    ALTER TABLE lifecycle_searchentry ALTER COLUMN words SET STATISTICS 1000;
    INSERT INTO lifecycle_searchdue (event_id) SELECT id FROM events_event ORDER BY starts_at DESC;
"""
NOT_DUE = """
    DROP TRIGGER lifecycle_search_new_talk ON speakers_talk;
    DROP TRIGGER lifecycle_search_talk ON speakers_talk;
    DROP TRIGGER lifecycle_search_community ON communities_community;
    DROP TRIGGER lifecycle_search_event ON events_event;
    DROP TRIGGER lifecycle_search_new_event ON events_event;
    DROP FUNCTION lifecycle_search_due();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0006_slides_were_published'),
        ('communities', '0001_initial'),
        ('lifecycle', '0001_initial'),
        ('speakers', '0008_slides_taken_down_and_asked_for'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchDue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='events.event')),
            ],
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('event', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search_entry', serialize=False, to='events.event')),
                ('words', django.contrib.postgres.search.SearchVectorField(default='')),
                ('starts_at', models.DateTimeField(null=True)),
                ('is_over', models.BooleanField(db_default=False)),
            ],
            options={
                'indexes': [
                    django.contrib.postgres.indexes.GinIndex(fields=['words'], name='event_by_word'),
                    django.contrib.postgres.indexes.GinIndex(condition=models.Q(('is_over', False)), fields=['words'], name='event_ahead_by_word'),
                    models.Index(fields=['starts_at', 'event'], name='found_by_start'),
                    models.Index(condition=models.Q(('is_over', False)), fields=['starts_at', 'event'], name='found_ahead_by_start'),
                ],
            },
        ),
        migrations.RunSQL(DUE, NOT_DUE),
    ]
