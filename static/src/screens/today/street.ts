// What Hoje shows to who works in the street, in one file of its own.
export { TodayRequests } from '../requests/today'
export { TodayShift } from '../shift/today'
export { RoomNow } from './room'
