// What the server promises and tells the age of is measured by its clock, also on a phone whose own is a day off.
import { computed } from '@preact/signals'
import { clockOffset } from '../../store/state'
import { now } from '../../ui'

export const cityNow = computed(() => now.value + clockOffset.value)
