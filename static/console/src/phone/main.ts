import 'vant/lib/index.css'
import '../styles.css'
import './phone.css'
import { createApp } from 'vue'
import { makeI18n } from '../i18n'
import { phone } from '../texts/phone'
import '../theme'
import App from './App.vue'
import './keyboard'
import { router } from './router'

createApp(App).use(makeI18n(phone)).use(router).mount('#app')
