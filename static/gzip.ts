import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

// The server sends these beside the files as they are; nobody compresses the same bytes for every phone.
// Blocks of memLevel 7 pack our scripts smaller than those of 8 or 9.
export const gzipped = (): Plugin => ({
  name: 'gzipped',
  writeBundle({ dir }) {
    for (const name of readdirSync(`${dir}/assets`).filter((each) => /\.(js|css|svg)$/.test(each))) {
      writeFileSync(`${dir}/assets/${name}.gz`, gzipSync(readFileSync(`${dir}/assets/${name}`), { level: 9, memLevel: 7 }))
    }
  },
})
