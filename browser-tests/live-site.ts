import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningSite, startSite } from './site.ts'

/** A site of its own whose author is at work. */
export interface LiveSite extends RunningSite {
  /** Publishes a post of its own for each try of a test, several screens long, and waits for it. Its name and slug. */
  publish(): Promise<string>
  /** Writes a post as an editor saves it: whole, under its name. */
  write(name: string, text: string): void
  /** Brings a folder of posts in at once. */
  writeAll(posts: Record<string, string>): void
  /** What the file holds. */
  read(name: string): string
  remove(name: string): void
  /** Adds a project to those of the samples, in place of one that was added before. */
  addProject(name: string): void
  rename(name: string, to: string): void
  /** Adds lines to `site.yaml`, in place of those that were added before. */
  configure(lines: string): void
}

const folder = join(import.meta.dirname, '../content')

/** The sample content in a copy, and in it the post `long-read`, that nothing changes. */
export async function startLiveSite(env: NodeJS.ProcessEnv = {}): Promise<LiveSite> {
  const content = mkdtempSync(join(tmpdir(), 'atoll-content-'))
  cpSync(folder, content, { recursive: true })
  const pathOf = (name: string) => join(content, 'posts', `${name}.md`)
  const settings = readFileSync(join(content, 'site.yaml'), 'utf8')
  const projectsFile = join(content, 'projects/projects.yaml')
  const projects = readFileSync(projectsFile, 'utf8')
  const write = (name: string, text: string) => {
    writeFileSync(`${pathOf(name)}.new`, text)
    renameSync(`${pathOf(name)}.new`, pathOf(name))
  }
  write('long-read', longRead('The long read', 'It begins here.'))
  const site = await startSite(content, env)
  let published = 0
  return {
    ...site,
    async publish() {
      const slug = `read-${++published}`
      write(slug, longRead('The long read', 'It begins here.', slug))
      while ((await fetch(`${site.url}/posts/${slug}`)).status !== 200)
        await new Promise((resolve) => setTimeout(resolve, 20))
      return slug
    },
    write,
    writeAll(posts) {
      const folder = join(content, `many-${++published}`)
      mkdirSync(folder)
      for (const [name, text] of Object.entries(posts)) writeFileSync(join(folder, `${name}.md`), text)
      renameSync(folder, join(content, 'posts', `many-${published}`))
    },
    read: (name) => readFileSync(pathOf(name), 'utf8'),
    remove: (name) => rmSync(pathOf(name)),
    addProject: (name) =>
      writeFileSync(
        projectsFile,
        `${projects}  - name: ${name}\n    url: https://example.org\n    description: New.\n`,
      ),
    configure: (lines) => writeFileSync(join(content, 'site.yaml'), `${settings}\n${lines}\n`),
    rename: (name, to) => renameSync(pathOf(name), pathOf(to)),
    async stop() {
      await site.stop()
      rmSync(content, { recursive: true, force: true })
    },
  }
}

export function longRead(title: string, first: string, slug = 'long-read', isDraft = false): string {
  const paragraphs = Array.from(
    { length: 60 },
    (_, index) =>
      `## Part ${index}\n\nParagraph ${index} has a [link ${index}](https://example.org/${index}) and goes on for a while.`,
  )
  const details = '<details><summary>More</summary><p>What is behind it.</p></details>'
  return `---\ntitle: ${title}\nslug: ${slug}\nis_draft: ${isDraft}\ntags: [live]\npublished_at: 2026-01-01T00:00:00Z\n---\n\n${first}\n\n${details}\n\n${paragraphs.join('\n\n')}\n`
}
