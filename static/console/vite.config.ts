import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import vue from '@vitejs/plugin-vue'
import elementPlus from 'unplugin-element-plus/vite'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/** Vant's icons stand in its styles, which name a copy on another host besides: it is taken out. */
const iconsFromHere: Plugin = {
  name: 'icons-from-here',
  enforce: 'pre',
  transform(code, id) {
    if (!/\/vant\/.*\.css$/.test(id)) return
    return {
      code: code.replace(/,\s*url\(\/\/at\.alicdn\.com[^)]*\)\s*format\("woff"\)/g, ''),
      map: null,
    }
  },
}

/** What is text lies beside itself in gzip, so that no server has to compress it for each browser. */
const alsoInGzip: Plugin = {
  name: 'also-in-gzip',
  apply: 'build',
  // Behind all that is still changed while the bundle is made.
  async writeBundle({ dir = '' }, bundle) {
    for (const fileName of Object.keys(bundle)) {
      if (!/\.(js|css|svg)$/.test(fileName)) continue
      const path = join(dir, fileName)
      await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }))
    }
  },
}

const server = 'http://127.0.0.1:8000'

export default defineConfig({
  base: '/console/',
  plugins: [vue(), elementPlus({}), iconsFromHere, alsoInGzip],
  define: {
    // vue-i18n's composition API is the only one that is used.
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
  },
  build: {
    target: 'es2022',
    // ECharts is larger than the usual 500 KB; it comes with the dashboard alone.
    chunkSizeWarningLimit: 600,
    rolldownOptions: { input: ['index.html', 'phone.html', 'stage.html'] },
  },
  server: { proxy: { '/zhugeleida': { target: server, ws: true }, '/statics': server } },
  test: { environment: 'node', include: ['tests/**/*.test.ts'], testTimeout: 10_000 },
})
