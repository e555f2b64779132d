import { defineConfig } from 'vite'
import { gzipped } from './gzip'
import { po } from './po'

// What the field app needs at its start is one file, not sixteen: packed together it is 6 KiB less to download.
const atStart = { name: 'start', tags: ['$initial'], includeDependenciesRecursively: false }

// First of four passes: the field app as ES modules. The desk has its own (vite.desk.config.ts): a chunk shared with
// the app would start the app on a desk's page. So have the two service workers (vite.worker.config.ts, vite.desk-worker.config.ts), which can't import.
export default defineConfig({
  base: '/static/',
  publicDir: 'assets/public', // PWA icons: their address is in the web manifest and has no hash
  plugins: [po(), gzipped()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['chrome109', 'safari15.4', 'firefox115'],
    modulePreload: false, // the worker holds them all
    assetsInlineLimit: 0, // a data: URL would need a wider CSP
    rollupOptions: { input: { field: 'src/field.tsx' }, output: { codeSplitting: { groups: [atStart] } } },
  },
  test: { environment: 'node', include: ['test/**/*.test.ts', 'test/**/*.test.tsx'], setupFiles: ['test/setup.ts'], testTimeout: 20_000 },
} as Parameters<typeof defineConfig>[0])
