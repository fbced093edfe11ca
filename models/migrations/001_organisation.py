"""Companies with their apps and pictures, and their staff."""

import peewee as pw
from peewee_migrate import Migrator


def migrate(migrator: Migrator, database: pw.Database, *, fake=False):
    """Create the tables, each behind those that it refers to."""

    @migrator.create_model
    class Company(pw.Model):
        id = pw.AutoField()
        name = pw.CharField(max_length=128, unique=True)
        area = pw.CharField(default="", max_length=128)
        address = pw.CharField(default="", max_length=512)
        corp_id = pw.CharField(default="", index=True, max_length=128)
        contacts_secret = pw.CharField(default="", max_length=512)
        card_quota = pw.IntegerField(default=0)
        charging_started_at = pw.BigIntegerField(null=True)
        open_months = pw.SmallIntegerField(null=True)
        expires_at = pw.BigIntegerField(null=True)
        customer_unique = pw.BooleanField(default=False)
        shop_kind = pw.SmallIntegerField(default=2)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "company"

    @migrator.create_model
    class Role(pw.Model):
        id = pw.AutoField()
        name = pw.CharField(max_length=32, unique=True)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "role"

    @migrator.create_model
    class Rep(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        role = pw.ForeignKeyField(
            column_name="role_id", field="id", model=migrator.orm["role"], on_delete="RESTRICT"
        )
        wecom_userid = pw.CharField(max_length=64, null=True)
        username = pw.CharField(max_length=64, unique=True)
        memo_name = pw.CharField(default="", max_length=64)
        password_hash = pw.CharField(default="", max_length=256)
        gender = pw.SmallIntegerField(default=1)
        position = pw.CharField(default="", max_length=128)
        telephone = pw.CharField(default="", max_length=20)
        email = pw.CharField(default="", max_length=128)
        bound_phone = pw.CharField(default="", max_length=20)
        wechat = pw.CharField(default="", max_length=64)
        card_phone = pw.CharField(default="", max_length=20)
        shows_phone = pw.BooleanField(default=True)
        country = pw.SmallIntegerField(null=True)
        area = pw.CharField(default="", max_length=128)
        address = pw.CharField(default="", max_length=512)
        avatar = pw.CharField(default="", max_length=256)
        card_avatar = pw.CharField(default="", max_length=256)
        qr_code = pw.CharField(default="", max_length=256)
        status = pw.SmallIntegerField(default=2)
        popularity = pw.IntegerField(default=0)
        praise_count = pw.IntegerField(default=0)
        forward_count = pw.IntegerField(default=0)
        sign_praise_count = pw.IntegerField(default=0)
        sign = pw.TextField(default="")
        last_login_at = pw.BigIntegerField(null=True)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "rep"
            indexes = [(("company", "wecom_userid"), True)]

    @migrator.create_model
    class Permission(pw.Model):
        id = pw.AutoField()
        path = pw.CharField(max_length=64, unique=True)
        icon = pw.CharField(default="", max_length=64)
        title = pw.CharField(max_length=64, unique=True)
        parent = pw.ForeignKeyField(
            column_name="parent_id", field="id", model="self", null=True, on_delete="RESTRICT"
        )
        order_number = pw.SmallIntegerField(default=0)
        created_by = pw.ForeignKeyField(
            column_name="created_by_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="SET NULL",
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "permission"

    @migrator.create_model
    class RepTag(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        name = pw.CharField(max_length=64)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "rep_tag"
            indexes = [(("rep", "name"), True)]

    @migrator.create_model
    class RepPhoto(pw.Model):
        id = pw.AutoField()
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            on_delete="CASCADE",
            index=False,
        )
        kind = pw.SmallIntegerField(default=1)
        photo_url = pw.CharField(max_length=256)
        position = pw.SmallIntegerField(null=True)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "rep_photo"
            indexes = [(("rep", "kind", "id"), False)]

    @migrator.create_model
    class CompanyPicture(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        picture_url = pw.CharField(max_length=256)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "company_picture"
            indexes = [(("company", "picture_url"), True)]

    @migrator.create_model
    class WebsitePicture(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        is_cover = pw.BooleanField()
        position = pw.SmallIntegerField(default=0)
        picture = pw.ForeignKeyField(
            column_name="picture_id",
            field="id",
            model=migrator.orm["company_picture"],
            on_delete="CASCADE",
        )
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "website_picture"
            indexes = [(("company", "is_cover", "position"), False)]

    @migrator.create_model
    class WecomApp(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        name = pw.CharField(default="", max_length=128)
        agent_id = pw.CharField(default="", max_length=128)
        secret = pw.CharField(default="", max_length=512)
        permanent_code = pw.CharField(max_length=512, null=True)
        kind = pw.SmallIntegerField(default=1)
        is_validated = pw.BooleanField(default=False)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "wecom_app"
            indexes = [(("company", "kind"), True)]

    @migrator.create_model
    class MiniProgram(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            unique=True,
        )
        name = pw.CharField(default="", max_length=128)
        appid = pw.CharField(max_length=128, unique=True)
        secret = pw.CharField(default="", max_length=512)
        refresh_token = pw.CharField(default="", max_length=512)
        template_id = pw.CharField(default="", max_length=128)
        version_number = pw.CharField(default="", max_length=32)
        service_kind = pw.SmallIntegerField(default=1)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "mini_program"

    @migrator.create_model
    class OfficialAccount(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            unique=True,
        )
        name = pw.CharField(default="", max_length=128)
        appid = pw.CharField(max_length=128, unique=True)
        secret = pw.CharField(default="", max_length=512)
        refresh_token = pw.CharField(default="", max_length=512)
        template_id = pw.CharField(default="", max_length=128)
        qr_code_url = pw.CharField(default="", max_length=256)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "official_account"
