export type SignInResult =
  | { ok: true }
  | { ok: false; reason: 'wrong' | 'slow_down' | 'no_answer' | 'error'; title: string | null; retry_after_s: number | null }
export async function boot(): Promise<void> { throw new Error('not yet') }
export async function signIn(_login: string, _password: string, _deviceLabel: string): Promise<SignInResult> { throw new Error('not yet') }
export async function signOut(): Promise<void> { throw new Error('not yet') }
export async function unsentBeforeSignOut(): Promise<number> { throw new Error('not yet') }
