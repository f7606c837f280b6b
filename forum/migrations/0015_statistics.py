from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forum", "0010_reports")]

    operations = [
        migrations.AddField(
            model_name="discussion",
            name="statistics_public",
            field=models.BooleanField(
                default=False,
                help_text="Whoever may read it also sees its statistics. Staff always see them.",
                verbose_name="public statistics",
            ),
        ),
    ]
