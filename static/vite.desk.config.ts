import { defineConfig } from 'vite'
import { gzipped } from './gzip'

// Second pass: the desk's pages, which share no file with the field app.
export default defineConfig({
  base: '/static/',
  publicDir: false,
  plugins: [gzipped()],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    copyPublicDir: false,
    manifest: 'manifest.desk.json',
    target: ['chrome109', 'safari15.4', 'firefox115'],
    modulePreload: false,
    assetsInlineLimit: 0, // a data: URL would need a wider CSP
    rollupOptions: { input: { desk: 'src/desk.ts' } },
  },
})
