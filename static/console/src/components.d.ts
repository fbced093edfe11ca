// For ESLint, which does not read components; vue-tsc does, and has their own types.
declare module '*.vue' {
  import type { Component } from 'vue'
  const component: Component
  export default component
}
