"""Products, and the mall with its orders."""

import peewee as pw
from peewee_migrate import Migrator


def migrate(migrator: Migrator, database: pw.Database, *, fake=False):
    """Create the tables, each behind those that it refers to."""

    @migrator.create_model
    class Product(pw.Model):
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
            null=True,
            on_delete="CASCADE",
        )
        name = pw.CharField(max_length=128)
        price = pw.CharField(default="", max_length=64)
        reason = pw.CharField(default="", max_length=1024)
        status = pw.SmallIntegerField(default=1)
        recommend_index = pw.SmallIntegerField(default=0)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "product"
            indexes = [
                (("company", "name"), True),
                (("company", "rep", "status", "id"), False),
                (("company", "status", "id", "rep"), False),
            ]

    @migrator.create_model
    class ProductArticle(pw.Model):
        id = pw.AutoField()
        product = pw.ForeignKeyField(
            column_name="product_id",
            field="id",
            model=migrator.orm["product"],
            on_delete="CASCADE",
            index=False,
        )
        kind = pw.SmallIntegerField()
        position = pw.SmallIntegerField(default=0)
        text = pw.TextField(default="")
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "product_article"
            indexes = [(("product", "position"), False)]

    @migrator.create_model
    class ProductPicture(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id", field="id", model=migrator.orm["company"], on_delete="CASCADE"
        )
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="SET NULL",
        )
        product = pw.ForeignKeyField(
            column_name="product_id",
            field="id",
            model=migrator.orm["product"],
            null=True,
            on_delete="CASCADE",
            index=False,
        )
        kind = pw.SmallIntegerField(default=1)
        position = pw.SmallIntegerField(null=True)
        picture_url = pw.CharField(max_length=256)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "product_picture"
            indexes = [(("product", "kind", "position"), False)]

    @migrator.create_model
    class MallSettings(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            unique=True,
        )
        name = pw.CharField(default="商城", max_length=32)
        merchant_number = pw.CharField(default="", max_length=30)
        merchant_key = pw.CharField(default="", max_length=512)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "mall_settings"

    @migrator.create_model
    class GoodsClass(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        parent = pw.ForeignKeyField(
            column_name="parent_id", field="id", model="self", null=True, on_delete="RESTRICT"
        )
        name = pw.CharField(max_length=128)
        goods_count = pw.IntegerField(default=0)
        level = pw.SmallIntegerField(default=1)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "goods_class"
            indexes = [(("company", "parent", "id"), False)]

    @migrator.create_model
    class Goods(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        goods_class = pw.ForeignKeyField(
            column_name="goods_class_id",
            field="id",
            model=migrator.orm["goods_class"],
            null=True,
            on_delete="RESTRICT",
        )
        name = pw.CharField(max_length=128)
        price_cents = pw.IntegerField()
        commission_cents = pw.IntegerField(default=0)
        recommend_index = pw.SmallIntegerField(default=0)
        status = pw.SmallIntegerField(default=2)
        banner_pictures = pw.TextField(default="[]")
        detail_pictures = pw.TextField(default="[]")
        content = pw.TextField(default="")
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "goods"
            indexes = [
                (("company", "status", "recommend_index", "id"), False),
                (("company", "id"), False),
            ]

    @migrator.create_model
    class Order(pw.Model):
        id = pw.AutoField()
        company = pw.ForeignKeyField(
            column_name="company_id",
            field="id",
            model=migrator.orm["company"],
            on_delete="CASCADE",
            index=False,
        )
        goods = pw.ForeignKeyField(
            column_name="goods_id",
            field="id",
            model=migrator.orm["goods"],
            null=True,
            on_delete="SET NULL",
        )
        rep = pw.ForeignKeyField(
            column_name="rep_id",
            field="id",
            model=migrator.orm["rep"],
            null=True,
            on_delete="SET NULL",
        )
        customer = pw.ForeignKeyField(
            column_name="customer_id",
            field="id",
            model=migrator.orm["customer"],
            on_delete="CASCADE",
            index=False,
        )
        order_number = pw.CharField(max_length=32, unique=True)
        prepay_id = pw.CharField(default="", max_length=64)
        goods_name = pw.CharField(max_length=128)
        goods_picture = pw.CharField(default="", max_length=256)
        price_cents = pw.IntegerField()
        quantity = pw.IntegerField(default=1)
        discount_cents = pw.IntegerField(default=0)
        payable_cents = pw.IntegerField()
        commission_cents = pw.IntegerField(default=0)
        phone = pw.CharField(default="", max_length=20)
        status = pw.SmallIntegerField(default=1)
        is_deleted = pw.BooleanField(default=False)
        created_at = pw.BigIntegerField()
        ended_at = pw.BigIntegerField(null=True)

        class Meta:
            table_name = "goods_order"
            indexes = [
                (("status", "created_at"), False),
                (("customer", "id"), False),
                (("customer", "status", "id"), False),
                (("company", "id"), False),
            ]
