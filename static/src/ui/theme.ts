// Day, night or as the phone says; size and shape of the letters. The choice lives in <html data-…>, the colours in
// tokens.css. Who remembers the choice is store/prefs.
export type Theme = 'auto' | 'day' | 'night'
export type LetterSize = 'normal' | 'large' | 'largest'
export type LetterShape = 'system' | 'legible'

function put(name: string, value: string, usual: string): void {
  if (value === usual) document.documentElement.removeAttribute(name)
  else document.documentElement.setAttribute(name, value)
}

export function applyTheme(theme: Theme): void {
  put('data-theme', theme, 'auto')
  const night = theme === 'night' || (theme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', night ? '#0b1524' : '#0c326f')
}

export function applyLetters(size: LetterSize, shape: LetterShape): void {
  put('data-size', size, 'normal')
  put('data-letters', shape, 'system')
}
