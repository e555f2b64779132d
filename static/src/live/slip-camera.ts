// Reading a slip's QR with the camera, where the browser itself can (BarcodeDetector): nothing is downloaded for it, no
// picture is kept, none leaves the page.
interface Detector { detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]> }
interface Detectors { new (options: { formats: string[] }): Detector; getSupportedFormats?: () => Promise<string[]> }

const EVERY_MS = 250

async function detector(): Promise<Detector | null> {
  const made = (window as unknown as { BarcodeDetector?: Detectors }).BarcodeDetector
  if (!made || !('mediaDevices' in navigator)) return null
  const formats = (await made.getSupportedFormats?.().catch(() => [])) ?? ['qr_code']
  return formats.includes('qr_code') ? new made({ formats: ['qr_code'] }) : null
}

/** `found` says whether what was read is enough; else it goes on looking. */
export function watchCamera(page: HTMLElement, found: (text: string) => boolean): void {
  const button = page.querySelector<HTMLButtonElement>('[data-name=camera]')
  const video = page.querySelector('video')
  const refused = page.querySelector<HTMLElement>('[data-name=camera-refused]')
  if (!button || !video) return
  let stream: MediaStream | null = null
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = (): void => {
    clearInterval(timer)
    stream?.getTracks().forEach((track) => track.stop())
    stream = null
    video.hidden = true
    button.setAttribute('aria-pressed', 'false')
  }
  void detector().then((reader) => {
    if (!reader) return
    button.hidden = false
    button.addEventListener('click', () => {
      if (stream) return stop()
      if (refused) refused.hidden = true
      navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(async (opened) => {
        stream = opened
        video.srcObject = opened
        video.hidden = false
        button.setAttribute('aria-pressed', 'true')
        await video.play()
        timer = setInterval(() => {
          reader.detect(video).then(([code]) => {
            if (code && stream && found(code.rawValue)) stop()
          }, () => undefined)
        }, EVERY_MS)
      }).catch(() => {
        stop()
        if (refused) refused.hidden = false
      })
    })
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && stream) stop()
  })
}
