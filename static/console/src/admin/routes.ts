/** The manager's pages, in the order of their menu. */
import type { RouteRecordRaw } from 'vue-router'
import { GOODS } from './goods/routes'
import { PRODUCTS } from './products/routes'
import { WEBSITE } from './website/routes'

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
  {
    path: 'customers',
    name: 'customers',
    meta: { isForManagers: true },
    component: () => import('./records/CustomersView.vue'),
  },
  {
    path: 'orders',
    name: 'orders',
    meta: { isForManagers: true },
    component: () => import('./records/OrdersView.vue'),
  },
  PRODUCTS,
  GOODS,
  {
    path: 'cases',
    name: 'cases',
    meta: { isForManagers: true },
    component: () => import('./cases/CasesView.vue'),
  },
  {
    path: 'diaries',
    name: 'diaries',
    meta: { isForManagers: true },
    component: () => import('./cases/DiariesView.vue'),
  },
  {
    path: 'comments',
    name: 'comments',
    meta: { isForManagers: true },
    component: () => import('./cases/CommentsView.vue'),
  },
  WEBSITE,
  {
    path: 'audit',
    name: 'audit',
    meta: { isForManagers: true },
    component: () => import('./records/AuditView.vue'),
  },
  {
    path: 'recalls',
    name: 'recalls',
    meta: { isForManagers: true },
    component: () => import('./records/RecallsView.vue'),
  },
] as const satisfies RouteRecordRaw[]
