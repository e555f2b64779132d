// Passkeys at the desk: signing in without a password, making one. What is here stays hidden where the browser has no
// passkeys, or where the address is a number, to which none can be bound; the password form works without any of it.
import { ask } from '../platform/network'

type Bytes = Uint8Array<ArrayBuffer>
interface Begun { ceremony: string; options: Record<string, unknown> & { challenge: string } }
interface Listed { id: string; type: 'public-key' }

const HARD_MS = 20_000

const bytes = (value: string): Bytes => Uint8Array.from(atob(value.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

const works = (): boolean =>
  window.isSecureContext && typeof PublicKeyCredential !== 'undefined' && !/^[\d.]+$|:/.test(location.hostname)

// `words`: what to tell the person; null means that the person gave up, which needs no words.
class Refused extends Error {
  constructor(readonly words: string | null) {
    super('refused')
  }
}

async function post(place: HTMLElement, path: string, body: unknown, csrf: string | null = null): Promise<unknown> {
  const answer = await ask({ method: 'POST', path, body: JSON.stringify(body), csrf, hardMs: HARD_MS })
  if (answer.kind === 'no_answer') throw new Refused(place.dataset['silent'] ?? '')
  if (answer.problem) throw new Refused(answer.problem.title)
  return answer.body
}

const unpacked = (list: unknown): unknown => (list as Listed[] | undefined ?? []).map((each) => ({ ...each, id: bytes(each.id) }))

async function entered(place: HTMLElement): Promise<void> {
  const begun = (await post(place, '/api/v1/session/passkey/options', {})) as Begun
  const publicKey = { ...begun.options, challenge: bytes(begun.options.challenge), extensions: {} }
  const found = (await navigator.credentials.get({ publicKey } as unknown as CredentialRequestOptions)) as PublicKeyCredential
  const response = found.response as AuthenticatorAssertionResponse
  await post(place, '/api/v1/session/passkey', {
    ceremony: begun.ceremony, device: null,
    credential: {
      id: found.id, rawId: text(found.rawId), type: found.type, clientExtensionResults: {},
      response: {
        clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData),
        signature: text(response.signature), userHandle: response.userHandle ? text(response.userHandle) : null,
      },
    },
  })
  location.assign(place.dataset['where'] ?? '/')
}

async function added(place: HTMLElement, form: HTMLFormElement): Promise<void> {
  const typed = new FormData(form)
  const csrf = String(typed.get('csrf_token'))
  const begun = (await post(place, '/api/v1/account/passkeys/options', { password: typed.get('password') }, csrf)) as Begun
  const user = begun.options['user'] as { id: string }
  const publicKey = {
    ...begun.options, challenge: bytes(begun.options.challenge), user: { ...user, id: bytes(user.id) },
    excludeCredentials: unpacked(begun.options['excludeCredentials']), extensions: {},
  }
  const made = (await navigator.credentials.create({ publicKey } as unknown as CredentialCreationOptions)) as PublicKeyCredential
  const response = made.response as AuthenticatorAttestationResponse
  const credential = {
    id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {},
    response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) },
  }
  await post(place, '/api/v1/account/passkeys', { ceremony: begun.ceremony, label: typed.get('label'), credential }, csrf)
  location.assign('/conta/?feito=passkey_added#passkeys')
}

// One at a time: a second tap while the browser is asking would make it refuse both.
function start(place: HTMLElement, button: HTMLButtonElement, work: () => Promise<void>): void {
  const told = place.querySelector<HTMLElement>('[role=alert]')
  button.disabled = true
  if (told) told.hidden = true
  work().catch((error: unknown) => {
    button.disabled = false
    const gaveUp = error instanceof DOMException && error.name === 'NotAllowedError'
    const words = error instanceof Refused ? error.words : gaveUp ? null : place.dataset['refused'] ?? ''
    if (!told || words === null) return
    told.textContent = words
    told.hidden = false
  })
}

export function watchPasskeys(): void {
  if (!works()) return
  const enter = document.querySelector<HTMLElement>('[data-passkey-enter]')
  const enterButton = enter?.querySelector('button')
  if (enter && enterButton) {
    enter.hidden = false
    enterButton.addEventListener('click', () => start(enter, enterButton, () => entered(enter)))
  }
  const add = document.querySelector<HTMLElement>('[data-passkey-add]')
  const form = add?.querySelector('form')
  const addButton = form?.querySelector('button')
  if (add && form && addButton) {
    add.hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      start(add, addButton, () => added(add, form))
    })
  }
}
