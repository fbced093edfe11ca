import 'vant/lib/index.css'
import '../styles.css'
import './phone.css'
import { setToastDefaultOptions, type ToastOptions } from 'vant'
import { createApp } from 'vue'
import { makeI18n } from '../i18n'
import { phone } from '../texts/phone'
import '../renewal'
import '../theme'
import App from './App.vue'
import './keyboard'
import { router } from './router'

// For Vant a toast is a dialog; it passes on what it does not know, and readers shall read it out.
const spoken: ToastOptions & { role: string; tabindex?: number | undefined } = {
  role: 'status',
  tabindex: undefined,
}
setToastDefaultOptions(spoken)

createApp(App).use(makeI18n(phone)).use(router).mount('#app')
