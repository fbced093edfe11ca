import { inBoth } from './languages'

export const staff = inBoth(
  {
    staff: {
      title: '员工',
      search: '按姓名查找',
      name: '姓名',
      role: '角色',
      status: '状态',
      customers: '客户',
      views: '人气',
      praise: '靠谱',
      forwards: '转发',
      empty: '没有找到员工',
    },
  },
  {
    staff: {
      title: 'Staff',
      search: 'Find by name',
      name: 'Name',
      role: 'Role',
      status: 'Status',
      customers: 'Customers',
      views: 'Views',
      praise: 'Praise',
      forwards: 'Forwards',
      empty: 'Nobody found',
    },
  },
)
