/** All texts of the mini program. */
import { chat } from './chat'
import { inBoth } from './languages'
import { phoneChat } from './phoneChat'
import { phoneCard } from './phoneCard'
import { phoneLibrary } from './phoneLibrary'
import { phoneMall } from './phoneMall'
import { shared } from './shared'
import { showcase } from './showcase'

const frame = inBoth(
  {
    phone: {
      navigation: '主导航',
      pages: {
        card: '名片',
        cards: '我的名片夹',
        products: '产品',
        product: '产品详情',
        website: '官网',
        cases: '案例',
        case: '案例详情',
        diary: '日记',
        mall: '商城',
        goods: '商品',
        orders: '我的订单',
        order: '订单',
        chat: '聊天',
      },
      nobody: '这里还没有名片',
      noCode: '请从演示页打开',
      refused: '打不开这张名片',
      authorise: {
        title: '允许获取昵称头像',
        why: '顾问会看到您的微信昵称和头像',
        name: '昵称',
        suggested: '晴天小记',
        missing: '请填写昵称',
        allow: '允许',
        decline: '拒绝',
        done: '已授权',
      },
      forward: {
        open: '转发',
        title: '转发给',
        friend: '微信好友',
        moments: '朋友圈',
        done: '已转发',
      },
    },
  },
  {
    phone: {
      navigation: 'Main',
      pages: {
        card: 'Card',
        cards: 'My cards',
        products: 'Products',
        product: 'Product',
        website: 'Website',
        cases: 'Cases',
        case: 'Case',
        diary: 'Diary',
        mall: 'Mall',
        goods: 'Goods',
        orders: 'My orders',
        order: 'Order',
        chat: 'Chat',
      },
      nobody: 'There is no card here yet',
      noCode: 'Open this page from the demo',
      refused: 'This card cannot be opened',
      authorise: {
        title: 'Share your name and picture?',
        why: 'The consultant will see those that you have in WeChat',
        name: 'Name',
        suggested: 'Sunny Days',
        missing: 'Please enter a name',
        allow: 'Allow',
        decline: 'Refuse',
        done: 'Thank you',
      },
      forward: {
        open: 'Forward',
        title: 'Forward to',
        friend: 'A friend',
        moments: 'Moments',
        done: 'Forwarded',
      },
    },
  },
)

export const phone = inBoth(
  {
    ...shared.zh,
    ...chat.zh,
    ...phoneChat.zh,
    ...frame.zh,
    ...phoneCard.zh,
    ...showcase.zh,
    ...phoneLibrary.zh,
    ...phoneMall.zh,
  },
  {
    ...shared.en,
    ...chat.en,
    ...phoneChat.en,
    ...frame.en,
    ...phoneCard.en,
    ...showcase.en,
    ...phoneLibrary.en,
    ...phoneMall.en,
  },
)
