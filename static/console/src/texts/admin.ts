import { inBoth } from './languages'

/** The frame of the manager's pages, and the names of those. */
export const admin = inBoth(
  {
    admin: {
      navigation: '管理',
      pages: { staff: '员工', products: '产品', goods: '商城', website: '官网' },
    },
  },
  {
    admin: {
      navigation: 'Management',
      pages: { staff: 'Staff', products: 'Products', goods: 'Mall', website: 'Website' },
    },
  },
)
