// One file for all of them: a flag that was begun is not held up by a second download.
export { ComplementScreen } from './complement-screen'
export { FlagPage } from './flag-page'
export { FlagScreen } from './flag-screen'
export { FlagsScreen } from './flags-screen'
