/** All texts of the demo's stage. */
import { inBoth } from './languages'
import { shared } from './shared'

const own = inBoth(
  {
    stage: {
      motto: '客户在左边做的每一步，右边的雷达马上就有',
      links: '其他页面',
      console: '销售控制台',
      dashboard: '管理后台',
      api: '接口文档',
      sides: '看哪部手机',
      customer: '客户',
      rep: '销售',
      known: '自己的客户',
      unknown: '第一次来',
      newcomer: '新客户',
      phoneOf: '{name}的手机',
    },
  },
  {
    stage: {
      motto: 'Whatever the customer does on the left is on the radar to the right at once',
      links: 'Other pages',
      console: 'Console',
      dashboard: 'Dashboard',
      api: 'API',
      sides: 'Which phone to look at',
      customer: 'Customer',
      rep: 'Rep',
      known: 'Customers of this rep',
      unknown: 'Here for the first time',
      newcomer: 'Somebody new',
      phoneOf: "{name}'s phone",
    },
  },
)

export const stage = inBoth({ ...shared.zh, ...own.zh }, { ...shared.en, ...own.en })
