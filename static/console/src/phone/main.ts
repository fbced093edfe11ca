import 'vant/lib/index.css'
import '../styles.css'
import { createApp } from 'vue'
import { makeI18n } from '../i18n'
import { phone } from '../texts/phone'
import '../theme'
import App from './App.vue'
import { router } from './router'
import { arrive } from './session'

async function start(): Promise<void> {
  const app = createApp(App).use(makeI18n(phone))
  try {
    await arrive()
  } finally {
    app.use(router).mount('#app')
  }
}

void start()
