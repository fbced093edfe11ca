import { inBoth } from './languages'

export const rep = inBoth(
  {
    radar: {
      title: '雷达动态',
      filter: '动作',
      all: '全部动作',
      empty: '还没有客户动态',
      emptyFiltered: '没有「{action}」的动态',
      openChat: '和客户{id}聊天',
    },
    contacts: {
      title: '客户',
      empty: '还没有客户',
      choose: '选择一位客户开始聊天',
      online: '在线',
      media: '[图片或视频]',
      back: '返回客户列表',
      lists: { chats: '对话', book: '通讯录', tags: '标签' },
    },
  },
  {
    radar: {
      title: 'Radar',
      filter: 'Action',
      all: 'All actions',
      empty: 'Nothing has happened yet',
      emptyFiltered: 'No “{action}” yet',
      openChat: 'Chat with customer {id}',
    },
    contacts: {
      title: 'Contacts',
      empty: 'No customers yet',
      choose: 'Choose a customer to chat with',
      online: 'online',
      media: '[picture or video]',
      back: 'Back to the contacts',
      lists: { chats: 'Chats', book: 'People', tags: 'Tags' },
    },
  },
)
