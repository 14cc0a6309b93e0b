// Signs a request by RFC 9421. C11 with libcurl and OpenSSL 1.1.1 or newer; client.h and key.h stand beside this file.
//
//     cc -o rfc9421 rfc9421.c -lcurl -lcrypto
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     ./rfc9421 POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
#include "client.h"

// settings: what the service requires
static const char LABEL[] = "sig1";
static const char TAG[] = "";
static const char *const COVERED[] = {"@method", "@authority", "@path", "@query"};
static const char *const WHEN_PRESENT[] = {"content-type", "content-digest"};
static const long EXPIRES_IN = 0;
// end of settings

/* The value that a signature covers; NULL where the request has none. */
static const char *component(const struct request *r, const char *name) {
  static char uri[4400];
  if (strcmp(name, "@method") == 0) return r->method;
  if (strcmp(name, "@authority") == 0) return r->host;
  if (strcmp(name, "@scheme") == 0) return r->scheme;
  if (strcmp(name, "@path") == 0) return r->path;
  if (strcmp(name, "@query") == 0) return *r->query ? r->query : "?";
  if (strcmp(name, "@request-target") == 0) return r->target;
  snprintf(uri, sizeof uri, "%s://%s%s", r->scheme, r->host, r->target);
  return strcmp(name, "@target-uri") == 0 ? uri : header(r, name);
}

static char base[32768], list[4096];

static void cover(const struct request *r, const char *name, int needed) {
  const char *value = component(r, name);
  if (!value && needed) FAIL("%s is signed and must be there", name);
  if (!value) return;
  size_t length = strlen(base), listed = strlen(list);
  if (length + strlen(name) + strlen(value) + 8 > sizeof base || listed + strlen(name) + 4 > sizeof list)
    FAIL("the request is too long");
  sprintf(base + length, "\"%s\": %s\n", name, value);
  sprintf(list + listed, "%s\"%s\"", listed ? " " : "", name);
}

int main(int argc, char **argv) {
  static struct request r;
  static char params[8192], text[sizeof base + sizeof params + 32], value[sizeof params + 128];
  char nonce[33], digest[64], encoded[128];
  unsigned char bytes[64];
  const char *key_id = getenv("SIGNING_KEY_ID");
  if (!key_id) FAIL("SIGNING_KEY_ID must be set");
  read_request(&r, argc, argv);
  if (r.body) {
    sha256(r.body, bytes);
    snprintf(value, sizeof value, "sha-256=:%s:", base64(bytes, 32, digest));
    add_header(&r, "Content-Digest", value);
  }
  for (size_t i = 0; i < sizeof COVERED / sizeof *COVERED; i++) cover(&r, COVERED[i], 1);
  for (size_t i = 0; i < sizeof WHEN_PRESENT / sizeof *WHEN_PRESENT; i++) cover(&r, WHEN_PRESENT[i], 0);
  long created = (long)time(NULL);
  int n = snprintf(params, sizeof params, "(%s);created=%ld", list, created);
  if (EXPIRES_IN > 0) n += snprintf(params + n, sizeof params - (size_t)n, ";expires=%ld", created + EXPIRES_IN);
  n += snprintf(params + n, sizeof params - (size_t)n, ";nonce=\"%s\";keyid=\"%s\"", random_hex(nonce), key_id);
  if (*TAG) snprintf(params + n, sizeof params - (size_t)n, ";tag=\"%s\"", TAG);
  int length = snprintf(text, sizeof text, "%s\"@signature-params\": %s", base, params);
  size_t size = sign(text, (size_t)length, bytes);
  snprintf(value, sizeof value, "%s=%s", LABEL, params);
  add_header(&r, "Signature-Input", value);
  snprintf(value, sizeof value, "%s=:%s:", LABEL, base64(bytes, size, encoded));
  add_header(&r, "Signature", value);
  return send_request(&r);
}
