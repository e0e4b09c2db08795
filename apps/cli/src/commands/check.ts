import { checkContent } from '@atoll/blog'
import type { AtollCommand } from '../command.ts'
import { describeProblem } from '../site-import.ts'

export const check: AtollCommand = {
  usage: 'check',
  summary: 'read the content folder without writing: errors, broken links, missing images and alt texts',
  settings: ['content', 'largeFileMb'],
  async run({ settings }) {
    const problems = await checkContent(settings.content)
    for (const problem of problems) console.log(describeProblem(problem))
    const errors = problems.filter(({ severity }) => severity === 'error').length
    console.log(`${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`)
    return errors > 0 ? 1 : 0
  },
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
