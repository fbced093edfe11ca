import type { RouteRecordRaw } from 'vue-router'

/** The mall; goods and their classes are on one page. */
export const GOODS = {
  path: 'goods',
  name: 'goods',
  meta: { isForManagers: true },
  component: () => import('./GoodsView.vue'),
} as const satisfies RouteRecordRaw
