import 'element-plus/theme-chalk/dark/css-vars.css'
import './styles.css'
import { ElMessage } from 'element-plus'
import { createApp } from 'vue'
import App from './App.vue'
import { makeI18n } from './i18n'
import { renewWhenLacking } from './renewal'
import { router } from './router'
import { console } from './texts/console'
import './theme'

const i18n = makeI18n(console)
renewWhenLacking(router, () => ElMessage.error(i18n.global.t('error.unreachable')))
createApp(App).use(i18n).use(router).mount('#app')
