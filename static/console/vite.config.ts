import vue from '@vitejs/plugin-vue'
import elementPlus from 'unplugin-element-plus/vite'
import { defineConfig } from 'vitest/config'

const server = 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/console/',
  plugins: [vue(), elementPlus({})],
  define: {
    // vue-i18n's composition API is the only one that is used.
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
  },
  build: { target: 'es2022' },
  server: { proxy: { '/zhugeleida': { target: server, ws: true }, '/statics': server } },
  test: { environment: 'node', include: ['tests/**/*.test.ts'], testTimeout: 10_000 },
})
