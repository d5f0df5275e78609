export const SURFACE_FILE: string
export function publicSurface(): string
