/** All texts of the console. */
import { admin } from './admin'
import { chat } from './chat'
import { form } from './form'
import { inBoth } from './languages'
import { library } from './library'
import { login } from './login'
import { pictures } from './pictures'
import { records } from './records'
import { rep } from './rep'
import { shared } from './shared'
import { shell } from './shell'
import { staff } from './staff'

export const console = inBoth(
  {
    ...shared.zh,
    ...login.zh,
    ...shell.zh,
    ...rep.zh,
    ...chat.zh,
    ...admin.zh,
    ...form.zh,
    ...pictures.zh,
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
    ...admin.en,
    ...form.en,
    ...pictures.en,
    ...staff.en,
    ...library.en,
    ...records.en,
  },
)
