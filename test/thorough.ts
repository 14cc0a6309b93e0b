/** True in `npm run test:long`, where a test that draws its cases draws many. */
export const THOROUGH = process.env['TEST_LENGTH'] === 'long'
