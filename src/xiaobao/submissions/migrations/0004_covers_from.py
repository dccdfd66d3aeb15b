from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('submissions', '0003_batch_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='covers_from',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='reportingevent',
            name='covers_from',
            field=models.DateField(null=True),
        ),
    ]
