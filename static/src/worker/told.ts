// What both workers do with a push: show its neutral words, and open the list behind it. They know nothing more: the
// page shows the rest to whoever is signed in (and, on a phone, has opened its vault).
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope

interface Told { title: string; body: string; tag: string; url: string; lang: string }

// A push must be shown, also one that can't be read: else the browser shows words of its own, and soon ends the subscription.
function read(data: PushMessageData | null, home: string): Told {
  const plain = { title: 'Vínculo', body: '', tag: 'vinculo', url: home, lang: 'pt-BR' }
  try {
    const told = data?.json() as Partial<Record<keyof Told, unknown>> | null
    for (const name of Object.keys(plain) as (keyof Told)[]) {
      const value = told?.[name]
      if (typeof value === 'string' && value) plain[name] = value.slice(0, 200)
    }
  } catch {
    // Shown without words of its own.
  }
  if (!plain.url.startsWith('/') || plain.url.startsWith('//') || plain.url.includes('\\')) plain.url = home
  return plain
}

async function open(url: string): Promise<void> {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  // A page that shows it already, whatever else stands in its address; never one that would lose an open form.
  const there = pages.find((page) => {
    const path = new URL(page.url).pathname
    return url === '/' ? path === '/' : path.startsWith(url)
  })
  if (there) await there.focus()
  else await self.clients.openWindow(url)
}

export function tellPushes(home: string): void {
  self.addEventListener('push', (event) => {
    const { title, body, tag, url, lang } = read(event.data, home)
    // A second one of its kind takes the first one's place, and is heard again.
    const options = { body, tag, lang, renotify: true, icon: '/static/icons/icon-192.png', data: { url } }
    event.waitUntil(self.registration.showNotification(title, options as NotificationOptions))
  })
  self.addEventListener('notificationclick', (event) => {
    event.notification.close()
    const url = (event.notification.data as { url?: string } | null)?.url ?? home
    event.waitUntil(open(url))
  })
}
