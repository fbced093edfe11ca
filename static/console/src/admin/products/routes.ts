import type { RouteLocation, RouteRecordRaw } from 'vue-router'

/** The pages of products; the list is the one that the menu leads to. */
export const PRODUCTS = {
  path: 'products',
  name: 'products',
  meta: { isForManagers: false },
  redirect: { name: 'product-list' },
  children: [
    { path: '', name: 'product-list', component: () => import('./ProductsView.vue') },
    { path: 'new', name: 'product-new', component: () => import('./ProductEditor.vue') },
    {
      path: ':productId(\\d+)',
      name: 'product',
      component: () => import('./ProductEditor.vue'),
      props: ({ params }: RouteLocation) => ({ productId: Number(params.productId) }),
    },
  ],
} as const satisfies RouteRecordRaw
