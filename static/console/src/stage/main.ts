import '../styles.css'
import { createApp } from 'vue'
import { makeI18n } from '../i18n'
import { stage } from '../texts/stage'
import '../theme'
import App from './App.vue'

createApp(App).use(makeI18n(stage)).mount('#app')
