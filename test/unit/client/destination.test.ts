import { describe, expect, it } from 'vitest'
import { destinationOf } from '../../../src/client/destination.js'

describe('destinationOf', () => {
  it.each([
    ['https://a.example', 'https', 'a.example', '/', 'https://a.example/'],
    ['https://A.example:443/x/../y?q=%2F#part', 'https', 'a.example', '/y?q=%2F', 'https://a.example/y?q=%2F#part'],
    ['http://[::1]:8080/?', 'http', '[::1]:8080', '/', 'http://[::1]:8080/'],
    ['http://localhost/a?#part', 'http', 'localhost', '/a', 'http://localhost/a#part'],
  ])('%s', (text, scheme, authority, target, url) => {
    expect(destinationOf(new URL(text))).toEqual({ url, scheme, authority, target })
  })
})
