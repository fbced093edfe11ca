"""Customers, what reps know of them, and the sessions of both."""

import peewee as pw
from peewee_migrate import Migrator


def migrate(migrator: Migrator, database: pw.Database, *, fake=False):
    """Create the tables, each behind those that it refers to."""

    @migrator.create_model
    class Customer(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        openid = pw.CharField(max_length=128)
        kind = pw.SmallIntegerField()
        name = pw.CharField(default="", max_length=128)
        session_key = pw.CharField(default="", max_length=512)
        form_ids = pw.TextField(default="[]")
        gender = pw.SmallIntegerField(null=True)
        avatar = pw.CharField(default="", max_length=512)
        phone = pw.CharField(default="", max_length=20)
        country = pw.CharField(default="", max_length=64)
        province = pw.CharField(default="", max_length=64)
        city = pw.CharField(default="", max_length=64)
        language = pw.CharField(default="", max_length=32)
        is_subscribed = pw.BooleanField(null=True)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "customer"
            indexes = [(("openid", "kind"), True), (("company", "created_at"), False)]

    @migrator.create_model
    class Article(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id", field="id", model=migrator.orm["company"], on_delete="CASCADE"
        )
        title = pw.CharField(max_length=128)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "article"

    @migrator.create_model
    class Bond(pw.Model):
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
        source = pw.SmallIntegerField(default=1)
        parent_customer = pw.ForeignKeyField(
            column_name="parent_customer_id",
            field="id",
            model=migrator.orm["customer"],
            null=True,
            on_delete="SET NULL",
        )
        qr_code = pw.CharField(default="", max_length=256)
        poster_url = pw.CharField(default="", max_length=256)
        close_odds = pw.SmallIntegerField(default=0)
        expected_on = pw.DateField(null=True)
        last_followed_at = pw.BigIntegerField(null=True)
        last_activity_at = pw.BigIntegerField(null=True)
        last_event_at = pw.BigIntegerField()
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "bond"
            indexes = [
                (("customer", "rep"), True),
                (("rep", "customer"), False),
                (("rep", "last_event_at"), False),
                (("rep", "close_odds", "id"), False),
                (("rep", "last_followed_at"), False),
                (("rep", "last_activity_at"), False),
            ]

    @migrator.create_model
    class CustomerNote(pw.Model):
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
        name = pw.CharField(default="", max_length=128)
        gender = pw.SmallIntegerField(null=True)
        phone = pw.CharField(default="", max_length=20)
        email = pw.CharField(default="", max_length=128)
        company_name = pw.CharField(default="", max_length=256)
        position = pw.CharField(default="", max_length=256)
        address = pw.CharField(default="", max_length=512)
        birthday = pw.DateField(null=True)
        note = pw.TextField(default="")
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "customer_note"
            indexes = [(("rep", "customer"), True)]

    @migrator.create_model
    class Tag(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="CASCADE",
            index=False,
        )
        name = pw.CharField(max_length=64)
        parent = pw.ForeignKeyField(
            column_name="parent_id", field="id", model="self", null=True, on_delete="CASCADE"
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "tag"
            indexes = [(("rep", "name"), True)]

    @migrator.create_model
    class CustomerTag(pw.Model):
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
        tag = pw.ForeignKeyField(
            column_name="tag_id", field="id", model=migrator.orm["tag"], on_delete="CASCADE"
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "customer_tag"
            indexes = [(("customer", "rep", "tag"), True), (("rep", "tag"), False)]

    @migrator.create_model
    class FollowPhrase(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="CASCADE",
            index=False,
        )
        phrase = pw.CharField(max_length=256)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "follow_phrase"
            indexes = [(("rep", "phrase"), True), (("rep", "id"), False)]

    @migrator.create_model
    class FollowUp(pw.Model):
        id = pw.AutoField()
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
        text = pw.CharField(max_length=256)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "follow_up"
            indexes = [
                (("customer", "rep", "id"), False),
                (("rep", "company", "created_at"), False),
                (("company", "created_at"), False),
            ]

    @migrator.create_model
    class ArticleReader(pw.Model):
        id = pw.AutoField()
        article = pw.ForeignKeyField(
            column_name="article_id",
            field="id",
            model=migrator.orm["article"],
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
        )
        parent_customer = pw.ForeignKeyField(
            column_name="parent_customer_id",
            field="id",
            model=migrator.orm["customer"],
            null=True,
            on_delete="SET NULL",
        )
        level = pw.SmallIntegerField(default=1)
        read_count = pw.IntegerField(default=0)
        forward_count = pw.IntegerField(default=0)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "article_reader"
            indexes = [(("article", "rep", "customer"), True), (("rep", "customer", "id"), False)]

    @migrator.create_model
    class Session(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="CASCADE",
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            null=True,
            on_delete="CASCADE",
        )
        token = pw.CharField(max_length=32, unique=True)
        used_at = pw.BigIntegerField()
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "session"
            constraints = [pw.Check("(rep_id IS NULL) <> (customer_id IS NULL)")]

    @migrator.create_model
    class LoginCode(pw.Model):
        id = pw.AutoField()
        code = pw.CharField(max_length=64, unique=True)
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="CASCADE",
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            null=True,
            on_delete="CASCADE",
        )
        claimed_at = pw.BigIntegerField(index=True)

        class Meta:
            table_name = "login_code"
