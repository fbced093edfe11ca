import type { RouteRecordRaw } from 'vue-router'

export const WEBSITE = {
  path: 'website',
  name: 'website',
  meta: { isForManagers: true },
  component: () => import('./WebsiteView.vue'),
} as const satisfies RouteRecordRaw
