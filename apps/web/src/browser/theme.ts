/**
 * Stands in the head and runs before anything is painted: the reader's theme, the tube, and which panels are folded.
 * Everything else can wait for index.ts.
 */
import { foldPanels } from './folds.ts'
import { applyChoices } from './options.ts'

document.documentElement.dataset.script = ''
applyChoices()

// Panels are folded as the parser makes them. Observers are called before the next paint, so none is seen to move.
const observer = new MutationObserver(foldPanels)
observer.observe(document.documentElement, { childList: true, subtree: true })
document.addEventListener('DOMContentLoaded', () => {
  observer.disconnect()
  foldPanels()
})
