import { inBoth } from './languages'

export const phoneChat = inBoth(
  {
    phoneChat: {
      online: '在线',
      emoji: '表情',
      answerPhone: '发送我的手机号',
      myPhone: '我的手机号是: ',
      unread: '{count} 条未读消息',
    },
  },
  {
    phoneChat: {
      online: 'online',
      emoji: 'Emoji',
      answerPhone: 'Send my number',
      myPhone: 'My phone number is: ',
      unread: '{count} unread messages',
    },
  },
)
