// field.tsx calls startEngine() once, after boot().
export function startEngine(): void {}
