"""What customers do and what is said, and who is told of it."""

import peewee as pw
from peewee_migrate import Migrator


def migrate(migrator: Migrator, database: pw.Database, *, fake=False):
    """Create the tables, each behind those that it refers to."""

    @migrator.create_model
    class ActionLog(pw.Model):
        id = pw.BigAutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        action = pw.SmallIntegerField()
        remark = pw.CharField(default="", max_length=512)
        is_new = pw.BooleanField(default=True)
        article = pw.ForeignKeyField(
            column_name="article_id",
            field="id",
            model=migrator.orm["article"],
            null=True,
            on_delete="SET NULL",
        )
        diary = pw.ForeignKeyField(
            column_name="diary_id",
            field="id",
            model=migrator.orm["diary"],
            null=True,
            on_delete="SET NULL",
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "action_log"
            indexes = [
                (("company", "rep", "created_at"), False),
                (("rep", "company", "action", "created_at"), False),
                (("customer", "rep", "created_at"), False),
                (("rep", "company", "is_new", "id"), False),
            ]

    @migrator.create_model
    class ActionCounter(pw.Model):
        id = pw.BigAutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        action = pw.SmallIntegerField()
        day = pw.DateField()
        count = pw.IntegerField(default=0)

        class Meta:
            table_name = "action_counter"
            indexes = [
                (("customer", "rep", "action", "day"), True),
                (("rep", "company", "day"), False),
                (("company", "action", "day"), False),
            ]

    @migrator.create_model
    class ActionTotal(pw.Model):
        id = pw.BigAutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer_id = pw.IntegerField()
        day = pw.DateField()
        action = pw.SmallIntegerField()
        count = pw.IntegerField(default=0)

        class Meta:
            table_name = "action_total"
            indexes = [
                (("rep", "customer_id", "day", "action", "company"), True),
                (("company", "customer_id", "day", "action"), False),
            ]

    @migrator.create_model
    class CardPraise(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
        )
        is_up = pw.BooleanField(default=False)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "card_praise"
            indexes = [(("rep", "customer"), True)]

    @migrator.create_model
    class SignPraise(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "sign_praise"
            indexes = [(("rep", "customer"), True)]

    @migrator.create_model
    class Conversation(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        last_seq = pw.IntegerField(default=0)
        gone_seq = pw.IntegerField(default=0)
        last_message_id = pw.BigIntegerField(null=True)
        last_message_at = pw.BigIntegerField(null=True)
        rep_read_seq = pw.IntegerField(default=0)
        customer_read_seq = pw.IntegerField(default=0)
        rep_unread = pw.IntegerField(default=0)
        customer_unread = pw.IntegerField(default=0)
        rep_sent = pw.IntegerField(default=0)
        customer_sent = pw.IntegerField(default=0)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "conversation"
            indexes = [
                (("rep", "customer"), True),
                (("customer", "rep"), False),
                (("rep", "last_message_at"), False),
                (("rep", "rep_unread"), False),
                (("customer", "last_message_at"), False),
                (("last_message_at",), False),
                (("last_message_id",), False),
            ]

    @migrator.create_model
    class Message(pw.Model):
        id = pw.BigAutoField()
        conversation = pw.ForeignKeyField(
            column_name="conversation_id",
            field="id",
            model=migrator.orm["conversation"],
            on_delete="CASCADE",
            index=False,
        )
        seq = pw.IntegerField()
        sender = pw.SmallIntegerField()
        content = pw.TextField()
        client_msg_id = pw.CharField(max_length=64, null=True)
        article = pw.ForeignKeyField(
            column_name="article_id",
            field="id",
            model=migrator.orm["article"],
            null=True,
            on_delete="SET NULL",
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "message"
            indexes = [
                (("conversation", "seq"), True),
                (("conversation", "sender", "client_msg_id"), True),
            ]

    @migrator.create_model
    class ScheduledMessage(pw.Model):
        id = pw.BigAutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
        )
        content = pw.TextField()
        client_msg_id = pw.CharField(max_length=64, null=True)
        send_at = pw.BigIntegerField()
        state = pw.SmallIntegerField(default=1)
        message_id = pw.BigIntegerField(null=True)
        created_at = pw.BigIntegerField()
        ended_at = pw.BigIntegerField(null=True)

        class Meta:
            table_name = "scheduled_message"
            indexes = [
                (("rep", "customer", "client_msg_id"), True),
                (("rep", "state", "send_at"), False),
                (("rep", "send_at"), False),
                (("state", "send_at"), False),
            ]

    @migrator.create_model
    class Recall(pw.Model):
        id = pw.BigAutoField()
        message = pw.ForeignKeyField(
            column_name="message_id",
            field="id",
            model=migrator.orm["message"],
            on_delete="CASCADE",
            unique=True,
        )
        company_id = pw.IntegerField()
        rep_id = pw.IntegerField()
        customer_id = pw.IntegerField()
        seq = pw.IntegerField()
        sender = pw.SmallIntegerField()
        content = pw.TextField()
        sent_at = pw.BigIntegerField()
        recalled_at = pw.BigIntegerField()

        class Meta:
            table_name = "recall"
            indexes = [
                (("rep_id", "customer_id", "sent_at"), False),
                (("company_id", "recalled_at"), False),
                (("company_id", "rep_id", "recalled_at"), False),
                (("company_id", "customer_id", "recalled_at"), False),
                (("recalled_at",), False),
            ]

    @migrator.create_model
    class Notice(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
        )
        noticed_at = pw.BigIntegerField(null=True)
        noticed_sent = pw.IntegerField(default=0)
        tries = pw.SmallIntegerField(default=0)
        due_at = pw.BigIntegerField(null=True)

        class Meta:
            table_name = "notice"
            indexes = [(("rep", "customer"), True), (("due_at",), False)]
