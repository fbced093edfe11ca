import { inBoth } from './languages'

/** The frame of the manager's pages, and the names of those. */
export const admin = inBoth(
  {
    admin: {
      navigation: '管理',
      pages: {
        overview: '概览',
        staff: '员工',
        products: '产品',
        goods: '商城',
        website: '官网',
        customers: '客户',
        orders: '订单',
        cases: '案例',
        diaries: '日记',
        comments: '评论',
        audit: '审计',
        recalls: '撤回',
      },
    },
  },
  {
    admin: {
      navigation: 'Management',
      pages: {
        overview: 'Overview',
        staff: 'Staff',
        products: 'Products',
        goods: 'Mall',
        website: 'Website',
        customers: 'Customers',
        orders: 'Orders',
        cases: 'Cases',
        diaries: 'Diaries',
        comments: 'Comments',
        audit: 'Audit log',
        recalls: 'Recalls',
      },
    },
  },
)
