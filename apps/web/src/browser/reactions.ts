import type { Connection } from '@atoll/live/client'
import { announce } from './announce.ts'
import { showNotice } from './notices.ts'
import { randomId } from './presence.ts'
import { onShown } from './shown-page.ts'
import { recall, remember } from './storage.ts'

/** Posts whose reactions this browser remembers; the oldest are forgotten first. */
const remembered = 300

/** By post, the kinds that this reader chose. Only this browser knows. */
type Chosen = Record<string, string[]>

interface Answer {
  isOn: boolean
  count: number
}

/**
 * A tap shows at once and is sent over the line, again if need be, until it is answered. Until then the numbers that
 * come with the page lack it.
 */
export function takeReactions(ask: Connection['ask']): void {
  const pending = new Map<string, number>()
  onShown(() => document.querySelectorAll<HTMLFormElement>('form[data-reactions]').forEach(mark))
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    const button = event.submitter
    if (!form.dataset.reactions || !(button instanceof HTMLButtonElement)) return
    event.preventDefault()
    void react(form.dataset.reactions, button.value)
  })

  async function react(post: string, kind: string): Promise<void> {
    const tap = `${post} ${kind}`
    if (pending.has(tap)) return
    const isOn = !isChosen(post, kind)
    const change = isOn ? 1 : -1
    choose(post, kind, isOn)
    pending.set(tap, change)
    show(post, kind, (count) => count + change)
    try {
      const answer = (await ask('reactions.toggle', { post, kind, isOn, person: readerId() })) as Answer
      pending.delete(tap)
      show(post, kind, () => answer.count)
      announce(`${kind} ${answer.count}`)
    } catch (error) {
      pending.delete(tap)
      if ((error as { applied?: string }).applied === 'unknown') return
      choose(post, kind, !isOn)
      show(post, kind, (count) => count - change)
      showNotice('That did not work. Try again in a moment.', 5000)
    }
  }

  /** The numbers are the server's; which of them this reader is among, and what is on its way, are not. */
  function mark(form: HTMLFormElement): void {
    const post = form.dataset.reactions!
    for (const button of form.querySelectorAll('button')) {
      button.ariaPressed = String(isChosen(post, button.value))
      const change = pending.get(`${post} ${button.value}`)
      if (change !== undefined && isServers(button)) show(post, button.value, (count) => count + change)
    }
  }
}

function show(post: string, kind: string, change: (count: number) => number): void {
  const form = document.querySelector(`form[data-reactions="${CSS.escape(post)}"]`)
  const button = [...(form?.querySelectorAll('button') ?? [])].find(({ value }) => value === kind)
  const place = button?.querySelector<HTMLElement>('.reaction-count')
  if (!button || !place) return
  button.ariaPressed = String(isChosen(post, kind))
  place.textContent = String(Math.max(0, change(Number(place.textContent))))
  place.dataset.ours = ''
}

/** Whether the number was written by the server since we last did: its parts take our mark away. */
function isServers(button: Element): boolean {
  return button.querySelector('.reaction-count:not([data-ours])') !== null
}

/** Made when it is first needed, for reactions alone. */
function readerId(): string {
  const id = recall('reader') ?? randomId()
  remember('reader', id)
  return id
}

function isChosen(post: string, kind: string): boolean {
  return chosen()[post]?.includes(kind) ?? false
}

function choose(post: string, kind: string, isOn: boolean): void {
  const { [post]: kinds = [], ...others } = chosen()
  const kept = [...kinds.filter((other) => other !== kind), ...(isOn ? [kind] : [])]
  const entries = [...Object.entries(others), ...(kept.length > 0 ? [[post, kept] as const] : [])]
  remember('reacted', JSON.stringify(Object.fromEntries(entries.slice(-remembered))))
}

function chosen(): Chosen {
  try {
    // Without a prototype: `constructor` is a slug like others.
    return Object.assign(Object.create(null), JSON.parse(recall('reacted') ?? '{}')) as Chosen
  } catch {
    return {}
  }
}
