// Signs a request in the headers below. C11 with libcurl and OpenSSL 1.1.1 or newer; client.h and key.h stand beside this file.
//
//     cc -o header-scheme header-scheme.c -lcurl -lcrypto
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     ./header-scheme POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
#include "client.h"

// settings: what the service requires
static const char KEY_HEADER[] = "X-Acme-Key";
static const char TIME_HEADER[] = "X-Acme-Time";
static const char NONCE_HEADER[] = "X-Acme-Nonce";
static const char SIGNATURE_HEADER[] = "X-Acme-Signature";
static const char DIGEST_HEADER[] = "";
static const char *const BASE[] = {"timestamp", "nonce", "method", "target", "body-sha256"};
static const char SEPARATOR[] = "\n";
static const char TIME_UNIT[] = "ms";
static const char ENCODING[] = "hex";
static const char PREFIX[] = "";
// end of settings

static char timestamp[32], nonce[33], digest_hex[65], digest_base64[64];

/* One part of the signed text. */
static const char *part(const struct request *r, const char *name) {
  const struct { const char *name, *value; } parts[] = {
      {"key", getenv("SIGNING_KEY_ID")}, {"timestamp", timestamp}, {"nonce", nonce},
      {"method", r->method}, {"authority", r->host}, {"path", r->path},
      {"query", *r->query ? r->query + 1 : ""}, {"target", r->target}, {"body", r->body ? r->body : ""},
      {"body-sha256", digest_hex}, {"body-sha256-base64", digest_base64},
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (strcmp(parts[i].name, name) == 0) return parts[i].value;
  const char *value = strncmp(name, "text:", 5) == 0 ? name + 5 : header(r, name + strlen("field:"));
  if (!value) FAIL("%s is signed and must be there", name);
  return value;
}

static void stamp(void) {
  struct timespec now;
  struct tm utc;
  timespec_get(&now, TIME_UTC);
  gmtime_r(&now.tv_sec, &utc);
  if (strcmp(TIME_UNIT, "date") == 0) strftime(timestamp, sizeof timestamp, "%Y-%m-%dT%H:%M:%SZ", &utc);
  else if (strcmp(TIME_UNIT, "s") == 0) snprintf(timestamp, sizeof timestamp, "%lld", (long long)now.tv_sec);
  else snprintf(timestamp, sizeof timestamp, "%lld%03ld", (long long)now.tv_sec, now.tv_nsec / 1000000);
}

int main(int argc, char **argv) {
  static struct request r;
  unsigned char bytes[64];
  char encoded[160] = "", value[256];
  if (!getenv("SIGNING_KEY_ID")) FAIL("SIGNING_KEY_ID must be set");
  read_request(&r, argc, argv);
  stamp();
  random_hex(nonce);
  sha256(r.body, bytes);
  hex(bytes, 32, digest_hex);
  base64(bytes, 32, digest_base64);
  size_t room = 16384 + (r.body ? strlen(r.body) : 0), length = 0;
  char *text = calloc(1, room);
  if (!text) FAIL("out of memory");
  for (size_t i = 0; i < sizeof BASE / sizeof *BASE; i++) {
    const char *one = part(&r, BASE[i]);
    length += (size_t)snprintf(text + length, room - length, "%s%s", i ? SEPARATOR : "", one);
    if (length >= room) FAIL("the request is too long");
    if (*DIGEST_HEADER && strncmp(BASE[i], "body-", 5) == 0) add_header(&r, DIGEST_HEADER, one);
  }
  size_t size = sign(text, length, bytes);
  free(text);
  if (strcmp(ENCODING, "hex") == 0) hex(bytes, size, encoded);
  else base64(bytes, size, encoded);
  if (strcmp(ENCODING, "base64url") == 0) {
    for (char *c = encoded; *c; c++) *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    encoded[strcspn(encoded, "=")] = 0;
  }
  add_header(&r, KEY_HEADER, getenv("SIGNING_KEY_ID"));
  add_header(&r, TIME_HEADER, timestamp);
  if (*NONCE_HEADER) add_header(&r, NONCE_HEADER, nonce);
  snprintf(value, sizeof value, "%s%s", PREFIX, encoded);
  add_header(&r, SIGNATURE_HEADER, value);
  return send_request(&r);
}
