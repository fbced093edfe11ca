"""Every table, in an order in which each stands behind those that it refers to."""

from models.article import Article
from models.audit import AuditEntry
from models.base import Table
from models.chat import Conversation, Message
from models.company import (
    Company,
    CompanyPicture,
    MiniProgram,
    OfficialAccount,
    WebsitePicture,
    WecomApp,
)
from models.customer import (
    ArticleReader,
    Bond,
    Customer,
    CustomerNote,
    FollowPhrase,
    FollowUp,
)
from models.erasure import Erasure
from models.lease import Lease
from models.library import (
    Case,
    CaseCollection,
    CaseTag,
    CaseTagLink,
    Diary,
    DiaryComment,
    DiaryPraise,
    Footprint,
    TagSearch,
)
from models.mall import Goods, GoodsClass, MallSettings, Order
from models.notice import Notice
from models.product import Product, ProductArticle, ProductPicture
from models.radar import ActionCounter, ActionLog, ActionTotal, CardPraise, SignPraise
from models.recall import Recall
from models.retention import Retention
from models.scheduled import ScheduledMessage
from models.session import LoginCode, Session
from models.staff import Permission, Rep, RepPhoto, RepTag, Role
from models.tag import CustomerTag, Tag

TABLES: tuple[type[Table], ...] = (
    Company,
    CompanyPicture,
    WebsitePicture,
    WecomApp,
    MiniProgram,
    OfficialAccount,
    Article,
    Role,
    Rep,
    Permission,
    RepTag,
    RepPhoto,
    Customer,
    Bond,
    CustomerNote,
    FollowUp,
    FollowPhrase,
    Tag,
    CustomerTag,
    ArticleReader,
    CaseTag,
    Case,
    CaseTagLink,
    Diary,
    DiaryComment,
    DiaryPraise,
    CaseCollection,
    Footprint,
    TagSearch,
    ActionLog,
    ActionCounter,
    ActionTotal,
    CardPraise,
    SignPraise,
    Conversation,
    Message,
    ScheduledMessage,
    Recall,
    Notice,
    Session,
    LoginCode,
    Product,
    ProductArticle,
    ProductPicture,
    MallSettings,
    GoodsClass,
    Goods,
    Order,
    AuditEntry,
    Retention,
    Erasure,
    Lease,
)
