// Made from clients/c by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'rfc9421.c',
  text: `// Signs a request by RFC 9421. C11 with libcurl and OpenSSL 1.1.1 or newer; client.h and key.h stand beside this file.
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
  sprintf(base + length, "\\"%s\\": %s\\n", name, value);
  sprintf(list + listed, "%s\\"%s\\"", listed ? " " : "", name);
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
  n += snprintf(params + n, sizeof params - (size_t)n, ";nonce=\\"%s\\";keyid=\\"%s\\"", random_hex(nonce), key_id);
  if (*TAG) snprintf(params + n, sizeof params - (size_t)n, ";tag=\\"%s\\"", TAG);
  int length = snprintf(text, sizeof text, "%s\\"@signature-params\\": %s", base, params);
  size_t size = sign(text, (size_t)length, bytes);
  snprintf(value, sizeof value, "%s=%s", LABEL, params);
  add_header(&r, "Signature-Input", value);
  snprintf(value, sizeof value, "%s=:%s:", LABEL, base64(bytes, size, encoded));
  add_header(&r, "Signature", value);
  return send_request(&r);
}
`,
}

const FILE_1: ClientFile = {
  name: 'client.h',
  text: `// What both clients share: the URL as it goes out, encodings, and sending with libcurl. key.h stands beside this file.
#include <ctype.h>
#include <curl/curl.h>
#include <openssl/rand.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "key.h"

struct request {
  const char *method, *body; // body is NULL where there is none
  char scheme[8], host[256], target[4096], path[4096];
  const char *query; // with its "?", or ""
  char headers[64][1024];
  int count;
};

static inline void add_header(struct request *r, const char *name, const char *value) {
  if (r->count == 64) FAIL("too many headers");
  int length = snprintf(r->headers[r->count++], sizeof r->headers[0], "%s: %s", name, value);
  if (length >= (int)sizeof r->headers[0]) FAIL("a header is too long");
}

/* The value of a header by its name in lower case; NULL without one. */
static inline const char *header(const struct request *r, const char *name) {
  for (int i = 0; i < r->count; i++)
    if (strncasecmp(r->headers[i], name, strlen(name)) == 0 && r->headers[i][strlen(name)] == ':')
      return r->headers[i] + strlen(name) + 1 + strspn(r->headers[i] + strlen(name) + 1, " \\t");
  return NULL;
}

static inline const char *hex(const unsigned char *bytes, size_t length, char *out) {
  for (size_t i = 0; i < length; i++) sprintf(out + 2 * i, "%02x", bytes[i]);
  return out;
}

static inline const char *base64(const unsigned char *bytes, size_t length, char *out) {
  EVP_EncodeBlock((unsigned char *)out, bytes, (int)length);
  return out;
}

static inline void sha256(const char *body, unsigned char out[32]) {
  if (EVP_Digest(body ? body : "", body ? strlen(body) : 0, out, NULL, EVP_sha256(), NULL) != 1)
    FAIL("SHA-256 failed");
}

/* 128 random bits in hexadecimal. */
static inline const char *random_hex(char out[33]) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) FAIL("no random bytes");
  return hex(bytes, sizeof bytes, out);
}

/* METHOD URL [BODY [HEADER…]]. Everything in the URL that is not ASCII is percent-encoded; a default port is left out. */
static inline void read_request(struct request *r, int argc, char **argv) {
  if (argc < 3) FAIL("usage: %s METHOD URL [BODY [HEADER…]]", argv[0]);
  memset(r, 0, sizeof *r);
  r->method = argv[1];
  int at = 0;
  if (sscanf(argv[2], "%7[a-z]://%255[^/?#@]%n", r->scheme, r->host, &at) != 2 || argv[2][at] == '@')
    FAIL("the URL must be of http or https, without a user name");
  for (char *c = r->host; *c; c++) *c = (char)tolower((unsigned char)*c);
  const char *port = strcmp(r->scheme, "https") == 0 ? ":443" : ":80";
  size_t host = strlen(r->host), length = strlen(port);
  if (host > length && strcmp(r->host + host - length, port) == 0) r->host[host - length] = 0;
  size_t n = 0;
  if (argv[2][at] != '/') r->target[n++] = '/';
  for (const unsigned char *c = (unsigned char *)argv[2] + at; *c && *c != '#'; c++) {
    if (n + 4 > sizeof r->target) FAIL("the URL is too long");
    if (*c > ' ' && *c < 127 && !strchr("\\"<>\\\\^\`{|}", *c)) r->target[n++] = (char)*c;
    else n += (size_t)sprintf(r->target + n, "%%%02X", *c);
  }
  r->query = strchr(r->target, '?') ? strchr(r->target, '?') : "";
  memcpy(r->path, r->target, strlen(r->target) - strlen(r->query));
  for (int i = 4; i < argc; i++) {
    char *colon = strchr(argv[i], ':');
    if (!colon) FAIL("a header line must hold a colon");
    *colon = 0;
    add_header(r, argv[i], colon + 1 + strspn(colon + 1, " \\t"));
  }
  if (argc > 3) r->body = argv[3];
  if (r->body && !header(r, "content-type")) add_header(r, "Content-Type", "application/json");
}

/* Sends the request as it was signed and prints the answer; 0 where it was accepted. No redirect is followed. */
static inline int send_request(const struct request *r) {
  char url[4400];
  long status = 0;
  snprintf(url, sizeof url, "%s://%s%s", r->scheme, r->host, r->target);
  CURL *curl = curl_easy_init();
  struct curl_slist *list = NULL;
  for (int i = 0; i < r->count; i++) list = curl_slist_append(list, r->headers[i]);
  curl_easy_setopt(curl, CURLOPT_URL, url);
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  if (r->body) curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->body);
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, r->method);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  CURLcode result = curl_easy_perform(curl);
  if (result != CURLE_OK) FAIL("%s", curl_easy_strerror(result));
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(list);
  curl_easy_cleanup(curl);
  return status < 400 ? 0 : 1;
}
`,
}

const FILE_2: ClientFile = {
  name: 'key.h',
  text: `// The key from the environment, and what it signs.
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAIL(...) (fprintf(stderr, __VA_ARGS__), fputc('\\n', stderr), exit(1))

/* The signature of a text with the key that the environment names; its length. */
static inline size_t sign(const char *base, size_t length, unsigned char out[64]) {
  const char *file = getenv("SIGNING_KEY_FILE"), *secret = getenv("SIGNING_SECRET");
  size_t size = 64;
  if (!file) {
    if (!secret) FAIL("SIGNING_SECRET or SIGNING_KEY_FILE must be set");
    unsigned int made = 0;
    if (!HMAC(EVP_sha256(), secret, (int)strlen(secret), (const unsigned char *)base, length, out, &made))
      FAIL("HMAC failed");
    return made;
  }
  FILE *pem = fopen(file, "r");
  char *password = getenv("SIGNING_KEY_PASSWORD");
  // "" where there is none: for NULL, OpenSSL would ask on the terminal.
  EVP_PKEY *key = pem ? PEM_read_PrivateKey(pem, NULL, NULL, password ? password : "") : NULL;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (!key || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
      EVP_DigestSign(context, out, &size, (const unsigned char *)base, length) != 1)
    FAIL("%s holds no Ed25519 key in PKCS #8, or SIGNING_KEY_PASSWORD does not open it", file);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  fclose(pem);
  return size;
}
`,
}

const FILE_3: ClientFile = {
  name: 'header-scheme.c',
  text: `// Signs a request in the headers below. C11 with libcurl and OpenSSL 1.1.1 or newer; client.h and key.h stand beside this file.
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
static const char SEPARATOR[] = "\\n";
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
`,
}

export const c: ClientTemplate = {
  id: 'c',
  name: 'C',
  syntax: 'c',
  needs: 'libcurl, OpenSSL 1.1.1 or newer',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'cc -o client FILE -lcurl -lcrypto && ./client',
  files: {
    rfc9421: [FILE_0, FILE_1, FILE_2],
    'header-scheme': [FILE_3, FILE_1, FILE_2],
  },
}
