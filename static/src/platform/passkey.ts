// Passkeys of this phone (WebAuthn) and the secret that they give back each time (PRF), which opens the vault without a
// network. Both may be missing: then the code alone opens.
type Bytes = Uint8Array<ArrayBuffer>
interface Prf { enabled?: boolean; results?: { first?: ArrayBuffer } }

const bytes = (value: string): Bytes => Uint8Array.from(atob(value.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0))
const prfOf = (credential: PublicKeyCredential): Prf => ((credential.getClientExtensionResults() as { prf?: Prf }).prf ?? {})

interface CreationJson {
  challenge: string
  user: { id: string; name: string; displayName: string }
  excludeCredentials?: { id: string; type: 'public-key' }[]
  [more: string]: unknown
}

function textOf(buffer: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

/** A new passkey; `secret` is null where the phone's own keeper gives none. Raises what the browser raises (NotAllowedError). */
export async function createPasskey(options: unknown, salt: Bytes): Promise<{ credential: Bytes; secret: Bytes | null; answer: unknown }> {
  const json = options as CreationJson
  const publicKey = {
    ...json, challenge: bytes(json.challenge), user: { ...json.user, id: bytes(json.user.id) },
    excludeCredentials: (json.excludeCredentials ?? []).map((each) => ({ ...each, id: bytes(each.id) })),
    extensions: { prf: { eval: { first: salt } } },
  } as unknown as PublicKeyCredentialCreationOptions
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential
  const response = made.response as AuthenticatorAttestationResponse
  const answer = {
    id: made.id, rawId: textOf(made.rawId), type: made.type, authenticatorAttachment: made.authenticatorAttachment, clientExtensionResults: {},
    response: { clientDataJSON: textOf(response.clientDataJSON), attestationObject: textOf(response.attestationObject), transports: response.getTransports?.() ?? [] },
  }
  const credential = new Uint8Array(made.rawId)
  const { enabled, results } = prfOf(made)
  if (results?.first) return { credential, secret: new Uint8Array(results.first), answer }
  // Some keepers give the secret only when the passkey is used.
  return { credential, secret: enabled ? (await usePasskey([{ credential, salt }]))?.secret ?? null : null, answer }
}

/** The person shows finger or face; nothing is asked of a server. Null when no secret came back. */
export async function usePasskey(known: { credential: Bytes; salt: Bytes }[]): Promise<{ credential: Bytes; secret: Bytes } | null> {
  const evalByCredential = Object.fromEntries(known.map(({ credential, salt }) => [textOf(credential.buffer), { first: salt }]))
  const publicKey = {
    challenge: crypto.getRandomValues(new Uint8Array(32)), userVerification: 'required', timeout: 60_000,
    allowCredentials: known.map(({ credential }) => ({ type: 'public-key', id: credential })), extensions: { prf: { evalByCredential } },
  } as unknown as PublicKeyCredentialRequestOptions
  const used = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential | null
  const first = used && prfOf(used).results?.first
  return used && first ? { credential: new Uint8Array(used.rawId), secret: new Uint8Array(first) } : null
}

/** To sign in: any passkey of this site that the phone knows. */
export async function signWithPasskey(options: unknown): Promise<unknown> {
  const json = options as { challenge: string; [more: string]: unknown }
  const publicKey = { ...json, challenge: bytes(json.challenge), allowCredentials: [], extensions: {} } as unknown as PublicKeyCredentialRequestOptions
  const used = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential
  const response = used.response as AuthenticatorAssertionResponse
  return {
    id: used.id, rawId: textOf(used.rawId), type: used.type, authenticatorAttachment: used.authenticatorAttachment, clientExtensionResults: {},
    response: {
      clientDataJSON: textOf(response.clientDataJSON), authenticatorData: textOf(response.authenticatorData), signature: textOf(response.signature),
      userHandle: response.userHandle ? textOf(response.userHandle) : null,
    },
  }
}
