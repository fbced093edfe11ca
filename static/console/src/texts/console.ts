/** All texts of the console. */
import { admin } from './admin'
import { chat } from './chat'
import { figures } from './figures'
import { inBoth } from './languages'
import { login } from './login'
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
    ...figures.zh,
    ...staff.zh,
  },
  {
    ...shared.en,
    ...login.en,
    ...shell.en,
    ...rep.en,
    ...chat.en,
    ...admin.en,
    ...figures.en,
    ...staff.en,
  },
)
