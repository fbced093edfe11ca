/** The manager's pages, in the order of their menu. */
import type { RouteRecordRaw } from 'vue-router'

export const PAGES = [
  {
    path: 'overview',
    name: 'overview',
    meta: { isForManagers: false },
    component: () => import('./overview/OverviewView.vue'),
  },
  {
    path: 'staff',
    name: 'staff',
    meta: { isForManagers: false },
    component: () => import('./StaffView.vue'),
  },
] as const satisfies RouteRecordRaw[]
