/** All texts of the console. */
import { admin } from './admin'
import { card } from './card'
import { chat } from './chat'
import { form } from './form'
import { goods } from './goods'
import { customer } from './customer'
import { figures } from './figures'
import { inBoth } from './languages'
import { library } from './library'
import { login } from './login'
import { pictures } from './pictures'
import { products } from './products'
import { records } from './records'
import { rep } from './rep'
import { shared } from './shared'
import { shell } from './shell'
import { staff } from './staff'
import { website } from './website'

export const console = inBoth(
  {
    ...shared.zh,
    ...login.zh,
    ...shell.zh,
    ...rep.zh,
    ...chat.zh,
    ...card.zh,
    ...customer.zh,
    ...admin.zh,
    ...form.zh,
    ...pictures.zh,
    ...products.zh,
    ...goods.zh,
    ...website.zh,
    ...figures.zh,
    ...staff.zh,
    ...library.zh,
    ...records.zh,
  },
  {
    ...shared.en,
    ...login.en,
    ...shell.en,
    ...rep.en,
    ...chat.en,
    ...card.en,
    ...customer.en,
    ...admin.en,
    ...form.en,
    ...pictures.en,
    ...products.en,
    ...goods.en,
    ...website.en,
    ...figures.en,
    ...staff.en,
    ...library.en,
    ...records.en,
  },
)
