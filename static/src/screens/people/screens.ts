// The screens of people, in one file of their own.
export { FichaScreen } from './ficha-screen'
export { NewPersonScreen } from './new-person-screen'
export { PeopleScreen } from './people-screen'
export { PersonScreen } from './person-screen'
