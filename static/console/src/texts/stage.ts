/** All texts of the demo's stage. */
import { inBoth } from './languages'
import { shared } from './shared'

const own = inBoth(
  {
    stage: {
      customer: '客户的手机',
      rep: '员工的手机',
      chooseCustomer: '客户',
      chooseRep: '员工',
      newcomer: '新客户',
    },
  },
  {
    stage: {
      customer: "The customer's phone",
      rep: "The rep's phone",
      chooseCustomer: 'Customer',
      chooseRep: 'Rep',
      newcomer: 'Somebody new',
    },
  },
)

export const stage = inBoth({ ...shared.zh, ...own.zh }, { ...shared.en, ...own.en })
