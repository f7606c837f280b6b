// The forms that work with passkeys, hidden without this: allauth's own scripts talk to the device.
(() => {
  const form = document.querySelector('form[data-passkey]')
  const failed = document.getElementById('passkey-failed')
  if (!form) return
  if (!window.PublicKeyCredential) {
    document.getElementById('passkey-unknown')?.removeAttribute('hidden')
    return
  }
  const button = form.querySelector('button')
  const kind = form.dataset.passkey
  const ids = { credential: form.elements.credential.id, passwordless: 'id_passwordless', data: 'passkey-options' }
  ids[kind] = button.id
  window.allauth.webauthn.forms[kind + 'Form']({ ids })
  // The Enter key in a field does what the button does.
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    button.click()
  })
  button.addEventListener('click', () => { failed.hidden = true })
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    failed.hidden = false
  })
  form.hidden = false
})()
