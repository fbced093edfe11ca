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
  { path: '/chat', name: 'chat', component: () => import('./ChatView.vue') },
  { path: '/mall', name: 'mall', redirect: { name: 'products' } },
  { path: '/:rest(.*)*', redirect: '/' },
]

export const router = createRouter({ history: createWebHistory('/phone/'), routes: PAGES })
