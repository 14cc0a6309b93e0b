export const load = ({ locals }) => ({ owner: locals.verdict?.owner ?? 'all' })
