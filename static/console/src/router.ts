import { createRouter, createWebHistory, type RouteLocation } from 'vue-router'
import { PAGES } from './admin/routes'
import { session } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Whether the page is for those who are not signed in. */
    isOpen?: boolean
    /** Whether it is for role 1 alone. The server says so too, by ending the session of others. */
    isForManagers?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    {
      path: '/login',
      name: 'login',
      meta: { isOpen: true },
      component: () => import('./views/LoginView.vue'),
    },
    {
      path: '/',
      component: () => import('./views/ShellView.vue'),
      children: [
        { path: '', redirect: { name: 'radar' } },
        { path: 'radar', name: 'radar', component: () => import('./rep/RadarView.vue') },
        {
          path: 'contacts/:customerId(\\d+)?',
          name: 'contacts',
          component: () => import('./rep/ContactsView.vue'),
          props: ({ params }: RouteLocation) => ({
            customerId: params.customerId ? Number(params.customerId) : undefined,
          }),
        },
        { path: 'card', name: 'card', component: () => import('./rep/card/CardView.vue') },
        {
          path: 'contacts/:customerId(\\d+)/profile',
          name: 'customer',
          component: () => import('./rep/customer/CustomerView.vue'),
          props: ({ params }: RouteLocation) => ({ customerId: Number(params.customerId) }),
        },
        {
          path: 'admin',
          name: 'admin',
          component: () => import('./admin/AdminView.vue'),
          redirect: { name: PAGES[0].name },
          children: PAGES,
        },
      ],
    },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.beforeEach(async (to) => {
  if (typeof to.query.token === 'string') {
    session.land(to.query)
    return { path: to.path, query: {}, replace: true }
  }
  if (typeof to.query.error === 'string' && to.name !== 'login') {
    return { name: 'login', query: { error: to.query.error }, replace: true }
  }
  if (to.meta.isOpen && session.isOpen.value) return { name: 'radar' }
  if (!to.meta.isOpen && !session.isOpen.value) return { name: 'login' }
  if (to.meta.isForManagers) {
    await session.introduce()
    if (!session.isManager.value) return { name: 'radar' }
  }
  return true
})
