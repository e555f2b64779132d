// UUIDv7: ids are made where the thing is born. Within one millisecond the counter keeps them in order.
let lastMs = 0
let counter = 0

export function newId(nowMs: number = Date.now()): string {
  const random = crypto.getRandomValues(new Uint8Array(10))
  if (nowMs > lastMs) {
    lastMs = nowMs
    counter = ((random[0]! & 0x07) << 8) | random[1]!
  } else if (++counter > 0xfff) {
    // The clock stood still or went back and the counter is full: borrow the next millisecond.
    lastMs += 1
    counter = 0
  }
  const time = lastMs.toString(16).padStart(12, '0')
  const tail = Array.from(random.subarray(2), (b) => b.toString(16).padStart(2, '0')).join('')
  const variant = ((parseInt(tail.slice(0, 2), 16) & 0x3f) | 0x80).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${tail.slice(2, 4)}-${tail.slice(4)}`
}

export const instant = (ms: number): string => new Date(ms).toISOString()

/** The millisecond in which a UUIDv7 was made. */
export const uuidTime = (id: string): number => parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
