/** The manager's pages, in the order of their menu. */
import type { RouteRecordRaw } from 'vue-router'
import { GOODS } from './goods/routes'
import { PRODUCTS } from './products/routes'
import { WEBSITE } from './website/routes'

export const PAGES = [
  {
    path: 'staff',
    name: 'staff',
    meta: { isForManagers: false },
    component: () => import('./StaffView.vue'),
  },
  PRODUCTS,
  GOODS,
  WEBSITE,
] as const satisfies RouteRecordRaw[]
