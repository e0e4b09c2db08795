/** Everything here is an addition: each page can be read and reached without it. */
import { addCopyButtons } from './copy-code.ts'
import { rememberFolds } from './folds.ts'
import { searchAsYouType } from './live-search.ts'
import { connectOptions } from './options.ts'
import { followReading } from './scrollspy.ts'
import { connectShortcuts } from './shortcuts.ts'
import { showStatus } from './status-bar.ts'
import { typeTagline } from './tagline.ts'

connectOptions()
rememberFolds()
connectShortcuts()
showStatus()
addCopyButtons()
followReading()
searchAsYouType()
typeTagline()
