export async function startShift(_choice: { team_id: string; reference_unit_id: string; companion_ids: string[] }): Promise<{ shift_id: string }> { throw new Error('not yet') }
export async function endShift(): Promise<void> { throw new Error('not yet') }
