// One file for all screens of families: they are used together.
export { FamiliesScreen } from './families-screen'
export { FamilyScreen } from './family-screen'
export { NewFamilyScreen } from './new-family-screen'
