"""The audit log, and what is kept no longer."""

import peewee as pw
from peewee_migrate import Migrator


def migrate(migrator: Migrator, database: pw.Database, *, fake=False):
    """Create the tables, each behind those that it refers to."""

    @migrator.create_model
    class AuditEntry(pw.Model):
        id = pw.BigAutoField()
        company_id = pw.IntegerField()
        rep_id = pw.IntegerField(null=True)
        actor = pw.CharField(max_length=64)
        action = pw.CharField(max_length=64)
        target_id = pw.BigIntegerField(null=True)
        given = pw.TextField()
        address = pw.CharField(max_length=45)
        request_id = pw.CharField(max_length=16, unique=True)
        outcome = pw.SmallIntegerField(null=True)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "audit_log"
            indexes = [
                (("company_id", "created_at"), False),
                (("company_id", "rep_id", "created_at"), False),
                (("company_id", "action", "created_at"), False),
                (("company_id", "address", "created_at"), False),
                (("company_id", "outcome", "created_at"), False),
            ]

    @migrator.create_model
    class Erasure(pw.Model):
        id = pw.AutoField()
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            unique=True,
        )
        begun_at = pw.BigIntegerField()
        finished_at = pw.BigIntegerField(null=True)
        tries = pw.IntegerField(default=0)
        due_at = pw.BigIntegerField()

        class Meta:
            table_name = "erasure"
            indexes = [(("finished_at", "due_at"), False)]

    @migrator.create_model
    class Retention(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            unique=True,
        )
        log_days = pw.IntegerField(default=0)
        chat_days = pw.IntegerField(default=0)
        tries = pw.IntegerField(default=0)
        retry_at = pw.BigIntegerField(index=True, null=True)
        log_kept_from = pw.DateField(null=True)

        class Meta:
            table_name = "retention"

    @migrator.create_model
    class Lease(pw.Model):
        id = pw.AutoField()
        name = pw.CharField(max_length=32, unique=True)
        holder = pw.CharField(default="", max_length=32)
        held_until = pw.BigIntegerField(default=0)
        done_on = pw.DateField(null=True)

        class Meta:
            table_name = "lease"
