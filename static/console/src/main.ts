import 'element-plus/theme-chalk/dark/css-vars.css'
import './styles.css'
import { createApp } from 'vue'
import App from './App.vue'
import { i18n, show } from './i18n'
import { router } from './router'

const prefersDark = matchMedia('(prefers-color-scheme: dark)')

function followSystem(): void {
  document.documentElement.classList.toggle('dark', prefersDark.matches)
}

prefersDark.addEventListener('change', followSystem)
followSystem()
show()
createApp(App).use(i18n).use(router).mount('#app')
