import { defineConfig } from 'vite'
import { po } from './po'

// First of two passes: the app and the desk as ES modules. The service worker has its own pass
// (vite.worker.config.ts), because a shared chunk would leave an `import` in it that a classic worker cannot run.
export default defineConfig({
  plugins: [po()],
  base: '/static/',
  publicDir: 'assets/public', // PWA icons: their address is in the web manifest and has no hash
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: ['es2021', 'chrome109', 'safari15.4', 'firefox115'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // a data: URL would need a wider CSP
    rollupOptions: { input: { field: 'src/field.tsx', desk: 'src/desk.ts' } },
  },
  test: { environment: 'node', include: ['test/**/*.test.ts', 'test/**/*.test.tsx'], setupFiles: ['test/setup.ts'], testTimeout: 20_000 },
} as Parameters<typeof defineConfig>[0])
