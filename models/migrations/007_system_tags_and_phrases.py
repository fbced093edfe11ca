"""The tags and follow phrases that every rep of every company finds (semantics 0.2)."""

import time

import peewee as pw
from peewee_migrate import Migrator

GROUPS = {
    "基本功能": ("已婚", "未婚", "有孩子", "80后", "90后"),
    "关注点": ("在意质量", "在意价格", "在意服务", "在意工期"),
    "级别": ("一般客户", "重要客户", "已成交客户"),
    "自定义": (),
}
PHRASES = (
    "客户查看了公司产品,有合作意向",
    "标记一下,客户有合作意向",
    "计划近期安排拜访",
    "意向客户,需安排拜访",
    "见面聊过,客户有合作意向",
    "曾拜访过的客户",
    "标记一下,需要给客户发送报价",
    "已发报价,待客户反馈",
    "已成交客户,维护好后续关系",
)


def migrate(migrator: Migrator, database: pw.Database, *, fake=False):
    """Write the groups first, so that they have the lowest ids."""
    migrator.run(_write, migrator.orm["tag"], migrator.orm["follow_phrase"])


def _write(tag, phrase):
    moment = time.time_ns() // 1_000_000
    groups = {name: tag.create(name=name, created_at=moment).id for name in GROUPS}
    for group, names in GROUPS.items():
        for name in names:
            tag.create(name=name, parent=groups[group], created_at=moment)
    for text in PHRASES:
        phrase.create(phrase=text, created_at=moment)
