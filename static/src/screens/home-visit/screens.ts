export { AfterVisitScreen } from './after-visit-screen'
export { CorrectVisitScreen } from './correct-visit-screen'
export { VisitScreen } from './visit-screen'
