import { createRouter, createWebHistory, type RouteLocation } from 'vue-router'
import { session } from './session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Whether the page is for those who are not signed in. */
    isOpen?: boolean
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
        { path: 'radar', name: 'radar', component: () => import('./views/RadarView.vue') },
        {
          path: 'contacts/:customerId(\\d+)?',
          name: 'contacts',
          component: () => import('./views/ContactsView.vue'),
          props: ({ params }: RouteLocation) => ({
            customerId: params.customerId ? Number(params.customerId) : undefined,
          }),
        },
      ],
    },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
})

router.beforeEach((to) => {
  if (typeof to.query.token === 'string') {
    session.land(to.query)
    return { path: to.path, query: {}, replace: true }
  }
  if (typeof to.query.error === 'string' && to.name !== 'login') {
    return { name: 'login', query: { error: to.query.error }, replace: true }
  }
  if (to.meta.isOpen && session.isOpen.value) return { name: 'radar' }
  if (!to.meta.isOpen && !session.isOpen.value) return { name: 'login' }
  return true
})
