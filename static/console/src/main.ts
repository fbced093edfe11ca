import 'element-plus/theme-chalk/dark/css-vars.css'
import './styles.css'
import { createApp } from 'vue'
import App from './App.vue'
import { makeI18n } from './i18n'
import { router } from './router'
import { console } from './texts/console'
import './renewal'
import './theme'

createApp(App).use(makeI18n(console)).use(router).mount('#app')
