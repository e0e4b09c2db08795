import { followHistory, replaceInHistory } from './history-api.ts'
import { followNavigateEvents, replaceByNavigation } from './navigation-api.ts'

const hasNavigation = 'navigation' in window

/** Follows links, forms and the history without loading a whole page. */
export const followNavigation: () => void = hasNavigation ? followNavigateEvents : followHistory

/** Goes to an address in place of the present one. */
export const replaceWith: (address: string, info?: 'typing') => void = hasNavigation
  ? replaceByNavigation
  : replaceInHistory
