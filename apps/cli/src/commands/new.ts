import { newPost } from '@atoll/blog'
import type { AtollCommand } from '../command.ts'
import { CommandError } from '../errors.ts'

export const newPostCommand: AtollCommand = {
  usage: 'new <kind> <title>',
  summary: 'write the first lines of a post: atoll new post "Title"',
  settings: ['content'],
  options: [
    ['-s, --slug <slug>', 'the last part of its address (default: made from the title)'],
    ['-p, --publish', 'published now instead of a draft'],
  ],
  async run({ settings, flags, args }) {
    const [kind, title] = args
    if (kind !== 'post') throw new CommandError(`there is no new ${kind}; write: atoll new post "Title"`)
    const file = await newPost({
      folder: settings.content,
      title: title!,
      publish: flags.publish === true,
      now: new Date(),
      ...(typeof flags.slug === 'string' && { slug: flags.slug }),
    })
    console.log(file)
    return 0
  },
}
