// Who holds the phone decides what the home screen offers.
import { session } from '../../store/state'

export const isStreetWorker = () => session.value?.roles.includes('outreach_worker') ?? false
export const isHomeVisitor = () => session.value?.roles.includes('home_visitor') ?? false
