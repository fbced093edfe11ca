/**
 * The pages of the mini program. A page that has a tab has the tab's name; a page below a tab names
 * it, and gets a way back. What it is called is `phone.pages.<name>`.
 */
import { createRouter, createWebHistory, type RouteLocation, type RouteRecordRaw } from 'vue-router'

declare module 'vue-router' {
  interface RouteMeta {
    /** The phone's tab that the page belongs to. */
    tab?: string
  }
}

const PAGES: RouteRecordRaw[] = [
  { path: '/', redirect: { name: 'card' } },
  { path: '/card', name: 'card', component: () => import('./CardView.vue') },
  {
    path: '/cards',
    name: 'cards',
    meta: { tab: 'card' },
    component: () => import('./CardsView.vue'),
  },
  { path: '/products', name: 'products', component: () => import('./ProductsView.vue') },
  {
    path: '/products/:productId(\\d+)',
    name: 'product',
    meta: { tab: 'products' },
    component: () => import('./ProductView.vue'),
    props: ({ params }: RouteLocation) => ({ productId: Number(params.productId) }),
  },
  { path: '/website', name: 'website', component: () => import('./WebsiteView.vue') },
  { path: '/cases', name: 'cases', component: () => import('./library/CasesView.vue') },
  {
    path: '/cases/:caseId(\\d+)',
    name: 'case',
    meta: { tab: 'cases' },
    component: () => import('./library/CaseView.vue'),
    props: ({ params }: RouteLocation) => ({ caseId: Number(params.caseId) }),
  },
  {
    path: '/diaries/:diaryId(\\d+)',
    name: 'diary',
    meta: { tab: 'cases' },
    component: () => import('./library/DiaryView.vue'),
    props: ({ params }: RouteLocation) => ({ diaryId: Number(params.diaryId) }),
  },
  {
    path: '/mall',
    name: 'mall',
    meta: { tab: 'products' },
    component: () => import('./mall/MallView.vue'),
  },
  {
    path: '/goods/:goodsId(\\d+)',
    name: 'goods',
    meta: { tab: 'products' },
    component: () => import('./mall/GoodsView.vue'),
    props: ({ params }: RouteLocation) => ({ goodsId: Number(params.goodsId) }),
  },
  {
    path: '/orders',
    name: 'orders',
    meta: { tab: 'products' },
    component: () => import('./mall/OrdersView.vue'),
  },
  {
    path: '/orders/:orderId(\\d+)',
    name: 'order',
    meta: { tab: 'products' },
    component: () => import('./mall/OrderView.vue'),
    props: ({ params }: RouteLocation) => ({ orderId: Number(params.orderId) }),
  },
  { path: '/chat', name: 'chat', component: () => import('./ChatView.vue') },
  { path: '/:rest(.*)*', redirect: '/' },
]

export const router = createRouter({ history: createWebHistory('/phone/'), routes: PAGES })
