/** By what a text is known, apart from what reads it: a page loads that when it comes. */

/** Words of clients that no other text has. */
const CLIENT =
  /\b(?:curl_init|curl_setopt|CURLOPT_URL|http\.NewRequest|HttpRequest\b|HttpRequestMessage|Request\.Builder|RestRequest|RestClient|Net::HTTP|HttpURLConnection|openConnection|HttpClient|WebClient|reqwest|ureq|GuzzleHttp|UrlFetchApp|XMLHttpRequest|superagent|URLRequest|HTTParty|Faraday|LWP::UserAgent|HTTP::Request|HTTPoison|HTTP\.request|CreateObject|setRequestHeader|add_headers|cpr::\w+|Tesla\.\w+|Req\.\w+!?|\$\.ajax|Http(?:Get|Post|Put|Delete)\b|http(?:Get|Post|Put|Delete)(?=\()|OkHttpClient|https?\.request|fetch(?=\s*\()|new Request)(?:\b|(?=\s*\())|\b(?:got|ky|dio|http|client|axios|needle|unirest|phin)(?:\.\w{2,12})?\s*\(|(?:->|\.)request\s*\(|\bclient\.R\(\)/

/** True for a program that calls a client of HTTP. */
export const isProgram = (text: string): boolean =>
  ((/["'`]https?:\/\//.test(text) && CLIENT.test(text)) || IN_PARTS.test(text) || IN_TEST.test(text)) &&
  !ON_THE_WIRE.test(text)

// https.request of Node and http.client of Python take host and path apart.
const IN_PARTS = /\bhttps?\.request\s*\(\s*(?:\{|\w+\s*[,)])|\bHTTPS?Connection\s*\(\s*["']/
// Tests call the server itself, by a path: supertest, inject of Fastify, httptest of Go, MockMvc of Spring, those of Laravel.
const IN_TEST =
  /\brequest\(\s*[\w.()]{1,40}\s*\)\s*\.(?:get|post|put|patch|delete)\s*\(|\.inject\(\s*\{|\bhttptest\.NewRequest\s*\(|\b(?:mockMvc|mvc)\.perform\s*\(|->(?:post|put|patch|call)(?:Json)?\(\s*['"](?:[A-Z]{3,7}['"],\s*['"])?\//
// The first line of a request, which no program has by itself.
const ON_THE_WIRE = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD) \S{1,8192} HTTP\/[\d.]{1,3}[ \t]*$/m

/** True for what ccxt prints. */
export const isPrinted = (text: string): boolean => /fetch Request:\s+[\w-]+\s+[A-Z]+\s+https?:\/\//.test(text)
