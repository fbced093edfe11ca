"""Every table of the first release."""

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
        log_kept_from = pw.DateField(null=True)
        created_at = pw.BigIntegerField()

        class Meta:
            table_name = "rep"
            indexes = [(("company", "wecom_userid"), True)]

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
                (("rep", "day"), False),
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
    class ActionLog(pw.Model):
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
                (("rep", "created_at"), False),
                (("rep", "action", "created_at"), False),
                (("customer", "rep", "created_at"), False),
                (("rep", "is_new", "id"), False),
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

        class Meta:
            table_name = "erasure"
            indexes = [(("finished_at", "begun_at"), False)]

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
                (("rep", "created_at"), False),
                (("company", "created_at"), False),
            ]

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
    class Lease(pw.Model):
        id = pw.AutoField()
        name = pw.CharField(max_length=32, unique=True)
        holder = pw.CharField(default="", max_length=32)
        held_until = pw.BigIntegerField(default=0)
        done_on = pw.DateField(null=True)

        class Meta:
            table_name = "lease"

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

        class Meta:
            table_name = "retention"

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
