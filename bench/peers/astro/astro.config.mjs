import node from '@astrojs/node'
import { defineConfig } from 'astro/config'

export default defineConfig({
  adapter: node({ mode: 'standalone' }),
  markdown: { shikiConfig: { themes: { light: 'github-light', dark: 'github-dark' } } },
})
