/** The pages of the mini program. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

const PAGES: RouteRecordRaw[] = [
  { path: '/', redirect: { name: 'card' } },
  { path: '/card', name: 'card', component: () => import('./CardView.vue') },
  { path: '/chat', name: 'chat', component: () => import('./ChatView.vue') },
  { path: '/:rest(.*)*', redirect: '/' },
]

export const router = createRouter({ history: createWebHistory('/phone/'), routes: PAGES })
