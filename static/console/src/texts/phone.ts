/** All texts of the mini program. */
import { chat } from './chat'
import { inBoth } from './languages'
import { phoneChat } from './phoneChat'
import { shared } from './shared'

const frame = inBoth(
  {
    phone: {
      navigation: '主导航',
      pages: { card: '名片', products: '产品', website: '官网', cases: '案例', chat: '聊天' },
      noCode: '请从演示页打开',
    },
  },
  {
    phone: {
      navigation: 'Main',
      pages: {
        card: 'Card',
        products: 'Products',
        website: 'Website',
        cases: 'Cases',
        chat: 'Chat',
      },
      noCode: 'Open this page from the demo',
    },
  },
)

export const phone = inBoth(
  { ...shared.zh, ...frame.zh, ...chat.zh, ...phoneChat.zh },
  { ...shared.en, ...frame.en, ...chat.en, ...phoneChat.en },
)
