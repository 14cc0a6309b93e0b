/** The media type of {@link problemText}. */
export const PROBLEM_TYPE = 'application/problem+json'

/** The names of the statuses that verdicts have. */
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** RFC 9457 problem details without a type of their own (4.2.1): the title is the name of the status. */
export const problemText = (status: number, members?: object, title: string = TITLES[status] ?? 'Error'): string =>
  JSON.stringify({ type: 'about:blank', title, status, ...members })
