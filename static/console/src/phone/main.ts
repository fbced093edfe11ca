import 'vant/lib/index.css'
import '../styles.css'
import './phone.css'
import { setToastDefaultOptions, showToast, type ToastOptions } from 'vant'
import { createApp } from 'vue'
import { makeI18n } from '../i18n'
import { renewWhenLacking } from '../renewal'
import { phone } from '../texts/phone'
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

const i18n = makeI18n(phone)
renewWhenLacking(router, () => showToast(i18n.global.t('error.unreachable')))
createApp(App).use(i18n).use(router).mount('#app')
