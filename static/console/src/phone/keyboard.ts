/**
 * What Vant makes of buttons and tabs can be focused, but does not hear the keyboard: Enter and the
 * space bar click it, as they do a button of the browser's own.
 */
document.addEventListener('keydown', (event) => {
  const { target, key } = event
  if (key !== 'Enter' && key !== ' ') return
  if (!(target instanceof HTMLElement) || target.matches('button, a')) return
  if (!target.matches('[role=button], [role=tab]')) return
  event.preventDefault()
  target.click()
})
