import { describe, expect, it } from 'vitest'
import { destinationOf, urlOf } from '../../../../src/client/fetch/request.js'

describe('destinationOf', () => {
  it.each([
    ['https://a.example', 'https', 'a.example', '/', 'https://a.example/'],
    ['https://A.example:443/x/../y?q=%2F#part', 'https', 'a.example', '/y?q=%2F', 'https://a.example/y?q=%2F'],
    ['http://[::1]:8080/?', 'http', '[::1]:8080', '/', 'http://[::1]:8080/'],
    ['http://localhost/a?#part', 'http', 'localhost', '/a', 'http://localhost/a'],
  ])('the parts of %s are found', (text, scheme, authority, target, url) => {
    const destination = destinationOf(new URL(text))
    expect(destination).toEqual({ scheme, authority, target })
    expect(urlOf(destination)).toBe(url)
  })
})
