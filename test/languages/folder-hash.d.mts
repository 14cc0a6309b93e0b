export function folderHash(folder: string): string
