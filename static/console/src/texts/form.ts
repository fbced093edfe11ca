import { inBoth } from './languages'

/** What forms say that are left before they are saved. */
export const form = inBoth(
  {
    form: {
      leave: '修改还没有保存，确定离开吗？',
      leaveTitle: '未保存的修改',
      discard: '不保存',
      stay: '继续编辑',
    },
  },
  {
    form: {
      leave: 'Your changes are not saved. Leave all the same?',
      leaveTitle: 'Unsaved changes',
      discard: 'Discard',
      stay: 'Keep editing',
    },
  },
)
