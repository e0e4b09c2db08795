import { checkContent } from '@atoll/blog'
import type { AtollCommand } from '../command.ts'
import { describeProblems } from '../site-import.ts'

export const check: AtollCommand = {
  usage: 'check',
  summary: 'read the content folder without writing: errors, broken links, missing images and alt texts',
  settings: ['content', 'largeFileMb'],
  async run({ settings }) {
    const problems = await checkContent(settings.content)
    console.log(describeProblems(problems))
    return problems.some(({ severity }) => severity === 'error') ? 1 : 0
  },
}
