import { inBoth } from './languages'

export const shell = inBoth(
  {
    shell: {
      navigation: '主导航',
      radar: '雷达',
      contacts: '客户',
      card: '名片',
      admin: '管理',
      logOut: '退出登录',
      unread: '{count} 条未读',
    },
  },
  {
    shell: {
      navigation: 'Main',
      radar: 'Radar',
      contacts: 'Contacts',
      card: 'Card',
      admin: 'Management',
      logOut: 'Sign out',
      unread: '{count} unread',
    },
  },
)
