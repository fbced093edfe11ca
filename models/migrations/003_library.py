"""Cases and diaries, and what customers do with them."""

import peewee as pw
from peewee_migrate import Migrator


def migrate(migrator: Migrator, database: pw.Database, *, fake=False):
    """Create the tables, each behind those that it refers to."""

    @migrator.create_model
    class Case(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        author = pw.ForeignKeyField(
            column_name="author_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="SET NULL",
        )
        name = pw.CharField(default="", max_length=128)
        customer_name = pw.CharField(max_length=64)
        customer_avatar = pw.CharField(default="", max_length=256)
        cover_picture = pw.TextField(default="[]")
        status = pw.SmallIntegerField(default=2)
        read_count = pw.IntegerField(default=0)
        praise_count = pw.IntegerField(default=0)
        comment_count = pw.IntegerField(default=0)
        updated_at = pw.BigIntegerField()
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "case_story"
            indexes = [(("company", "status", "updated_at"), False), (("company", "id"), False)]

    @migrator.create_model
    class CaseTag(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        name = pw.CharField(max_length=32)
        search_count = pw.IntegerField(default=0)
        use_count = pw.IntegerField(default=0)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "case_tag"
            indexes = [(("company", "name"), True), (("company", "search_count"), False)]

    @migrator.create_model
    class CaseTagLink(pw.Model):
        id = pw.AutoField()
        case = pw.ForeignKeyField(
            column_name="case_id",
            field="id",
            model=migrator.orm["case_story"],
            on_delete="CASCADE",
            index=False,
        )
        tag = pw.ForeignKeyField(
            column_name="tag_id",
            field="id",
            model=migrator.orm["case_tag"],
            on_delete="CASCADE",
            index=False,
        )

        class Meta:
            table_name = "case_tag_link"
            indexes = [(("case", "tag"), True), (("tag", "case"), False)]

    @migrator.create_model
    class Diary(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        case = pw.ForeignKeyField(
            column_name="case_id",
            field="id",
            model=migrator.orm["case_story"],
            on_delete="CASCADE",
            index=False,
        )
        title = pw.CharField(max_length=128)
        summary = pw.CharField(default="", max_length=255)
        dated_at = pw.BigIntegerField()
        cover_picture = pw.TextField(default="[]")
        content = pw.TextField(default="")
        status = pw.SmallIntegerField(default=2)
        cover_kind = pw.SmallIntegerField(default=1)
        read_count = pw.IntegerField(default=0)
        praise_count = pw.IntegerField(default=0)
        comment_count = pw.IntegerField(default=0)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "diary"
            indexes = [
                (("company", "status", "dated_at"), False),
                (("company", "status", "created_at"), False),
                (("company", "id"), False),
                (("case", "status", "dated_at"), False),
            ]

    @migrator.create_model
    class DiaryComment(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        diary = pw.ForeignKeyField(
            column_name="diary_id",
            field="id",
            model=migrator.orm["diary"],
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
        content = pw.TextField()
        is_approved = pw.BooleanField(default=False)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "diary_comment"
            indexes = [
                (("company", "is_approved", "id"), False),
                (("diary", "is_approved", "id"), False),
                (("customer", "diary", "is_approved", "id"), False),
            ]

    @migrator.create_model
    class DiaryPraise(pw.Model):
        id = pw.AutoField()
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        diary = pw.ForeignKeyField(
            column_name="diary_id", field="id", model=migrator.orm["diary"], on_delete="CASCADE"
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "diary_praise"
            indexes = [(("customer", "diary"), True)]

    @migrator.create_model
    class CaseCollection(pw.Model):
        id = pw.AutoField()
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        case = pw.ForeignKeyField(
            column_name="case_id", field="id", model=migrator.orm["case_story"], on_delete="CASCADE"
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "case_collection"
            indexes = [(("customer", "case"), True), (("customer", "created_at"), False)]

    @migrator.create_model
    class Footprint(pw.Model):
        id = pw.BigAutoField()
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        case = pw.ForeignKeyField(
            column_name="case_id", field="id", model=migrator.orm["case_story"], on_delete="CASCADE"
        )
        diary = pw.ForeignKeyField(
            column_name="diary_id",
            field="id",
            model=migrator.orm["diary"],
            null=True,
            on_delete="CASCADE",
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "footprint"
            indexes = [(("customer", "id"), False), (("customer", "case"), False)]

    @migrator.create_model
    class TagSearch(pw.Model):
        id = pw.AutoField()
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        tag = pw.ForeignKeyField(
            column_name="tag_id", field="id", model=migrator.orm["case_tag"], on_delete="CASCADE"
        )
        searched_at = pw.BigIntegerField()

        class Meta:
            table_name = "tag_search"
            indexes = [(("customer", "tag"), True), (("customer", "searched_at"), False)]
