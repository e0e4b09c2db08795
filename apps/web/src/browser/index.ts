/** Everything here is an addition: each page can be read and reached without it. */
import { addCopyButtons } from './copy-code.ts'
import { foldPanels, rememberFolds } from './folds.ts'
import { followChanges } from './live.ts'
import { followNavigation } from './navigation.ts'
import { connectOptions } from './options.ts'
import { takeReactions } from './reactions.ts'
import { followReading } from './scrollspy.ts'
import { searchAsYouType } from './search.ts'
import { connectShortcuts } from './shortcuts.ts'
import { onShown } from './shown-page.ts'
import { showStatus } from './status-bar.ts'
import { typeTagline } from './tagline.ts'
import { onArrive } from './visit.ts'

connectOptions()
rememberFolds()
connectShortcuts()
showStatus()
searchAsYouType()
typeTagline()
onShown(foldPanels)
onShown(addCopyButtons)
onShown(followReading)

// A page that is made ahead of a visit waits for it: nobody reads it yet.
if ((document as { prerendering?: boolean }).prerendering)
  document.addEventListener('prerenderingchange', start, { once: true })
else start()

function start(): void {
  const live = followChanges()
  onArrive(live.watch)
  followNavigation()
  takeReactions(live.ask)
}
