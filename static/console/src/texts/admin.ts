import { inBoth } from './languages'

/** The frame of the manager's pages, and the names of those. */
export const admin = inBoth(
  {
    admin: {
      navigation: '管理',
      pages: { overview: '概览', staff: '员工' },
    },
  },
  {
    admin: {
      navigation: 'Management',
      pages: { overview: 'Overview', staff: 'Staff' },
    },
  },
)
