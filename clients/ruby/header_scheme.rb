# frozen_string_literal: true

# Signs requests in the headers below. Ruby 3.0 or newer, standard library only.
#
#     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
#     export SIGNING_KEY_PASSWORD=…                         # where that file has one
#     ruby header_scheme.rb POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
#
# In a program: HeaderScheme.new(key_id).send_request('GET', url)
require 'net/http'
require 'openssl'
require 'securerandom'

class HeaderScheme
  # settings: what the service requires
  KEY_HEADER = 'X-Acme-Key'
  TIME_HEADER = 'X-Acme-Time'
  NONCE_HEADER = 'X-Acme-Nonce'
  SIGNATURE_HEADER = 'X-Acme-Signature'
  DIGEST_HEADER = ''
  BASE = ['timestamp', 'nonce', 'method', 'target', 'body-sha256'].freeze
  SEPARATOR = "\n"
  TIME_UNIT = 'ms'
  ENCODING = 'hex'
  PREFIX = ''
  # end of settings

  # The function that signs, from what the environment names.
  def self.key_from_environment
    if ENV.key?('SIGNING_KEY_FILE')
      key = OpenSSL::PKey.read(File.read(ENV.fetch('SIGNING_KEY_FILE')), ENV.fetch('SIGNING_KEY_PASSWORD', ''))
      ->(base) { key.sign(nil, base) }
    else
      secret = ENV.fetch('SIGNING_SECRET')
      ->(base) { OpenSSL::HMAC.digest('SHA256', secret, base) }
    end
  end

  # The URL as it goes out: without a fragment, and percent-encoded where it is not ASCII.
  def self.wire_url(url)
    safe = url.b.sub(/#.*/m, '').gsub(/[^!#-;=?-\[\]_a-z~]/n) { |byte| format('%%%02X', byte.ord) }
    URI(safe).normalize
  end

  def initialize(key_id, sign = self.class.key_from_environment)
    @key_id = key_id
    @sign = sign
  end

  # Signs and sends a request; body is nil where there is none. Redirects are not followed: a signature is for one URL.
  def send_request(method, url, body = nil, headers = {})
    uri = self.class.wire_url(url)
    headers = { 'Content-Type' => 'application/json' }.merge(headers) if body
    request = Net::HTTPGenericRequest.new(method, !body.nil?, true, uri.request_uri, signed(method, uri, body, headers))
    request.body = body
    Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }
  end

  # The headers with those of the signature.
  def signed(method, uri, body, headers)
    parts = parts_of(method, uri, body.to_s)
    headers.each { |name, value| parts["field:#{name.downcase}"] = value.strip }
    texts = BASE.map { |name| name.start_with?('text:') ? name[5..] : parts.fetch(name) }
    signature = encoded(@sign.call(texts.map(&:b).join(SEPARATOR)))
    added = { KEY_HEADER => @key_id, TIME_HEADER => parts['timestamp'], NONCE_HEADER => parts['nonce'],
              DIGEST_HEADER => parts[BASE.grep(/\Abody-/).first], SIGNATURE_HEADER => PREFIX + signature }
    headers.merge(added.except(''))
  end

  private

  def parts_of(method, uri, body)
    digest = OpenSSL::Digest::SHA256.digest(body)
    {
      'key' => @key_id,
      'timestamp' => timestamp,
      'nonce' => SecureRandom.hex(16),
      'method' => method,
      'authority' => uri.port == uri.default_port ? uri.host : "#{uri.host}:#{uri.port}",
      'path' => uri.path,
      'query' => uri.query.to_s,
      'target' => uri.request_uri,
      'body' => body,
      'body-sha256' => digest.unpack1('H*'),
      'body-sha256-base64' => [digest].pack('m0')
    }
  end

  def timestamp
    now = Time.now.utc
    { 's' => now.to_i.to_s, 'ms' => now.strftime('%s%L'), 'date' => now.strftime('%Y-%m-%dT%H:%M:%SZ') }.fetch(TIME_UNIT)
  end

  def encoded(bytes)
    base64 = [bytes].pack('m0')
    url = base64.tr('+/', '-_').delete('=')
    { 'hex' => bytes.unpack1('H*'), 'base64' => base64, 'base64url' => url }.fetch(ENCODING)
  end
end

if $PROGRAM_NAME == __FILE__
  method, url, body, *lines = ARGV
  headers = lines.to_h { |line| line.split(/:\s*/, 2) }
  answer = HeaderScheme.new(ENV.fetch('SIGNING_KEY_ID')).send_request(method, url, body, headers)
  puts answer.body
  exit answer.code.to_i < 400
end
