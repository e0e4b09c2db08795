import { stripTypeScriptTypes } from 'node:module'
import type { Socket } from 'node:net'
import { type REPLServer, start } from 'node:repl'

/** What can be typed at the prompt of a running site: `repo`, `blog`, `cluster`. */
export type PromptContext = Record<string, unknown>

/** Serves one prompt. It takes TypeScript; what throws there does nothing to the site. */
export function servePrompt(socket: Socket, context: PromptContext): REPLServer {
  const prompt = start({
    prompt: 'atoll> ',
    input: socket,
    output: socket,
    terminal: true,
    useColors: true,
    preview: false,
  })
  Object.assign(prompt.context, context)
  const evaluate = prompt.eval
  ;(prompt as { eval: typeof evaluate }).eval = function (this: REPLServer, code, ...rest) {
    return evaluate.call(this, withoutTypes(code), ...rest)
  }
  prompt.on('exit', () => socket.end())
  return prompt
}

/** What cannot be parsed is left as it is: it may be a line that goes on, and the prompt says what is wrong with it. */
function withoutTypes(code: string): string {
  try {
    return stripTypeScriptTypes(code)
  } catch {
    return code
  }
}
