export const FRAMEWORKS = [];
