// One file for all screens of agreed steps: they are used together.
export { AgreeScreen } from './agree-screen'
export { TaskScreen } from './task-screen'
export { TasksScreen } from './tasks-screen'
