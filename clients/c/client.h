// What both clients share: the URL as it goes out, encodings, and sending with libcurl. key.h stands beside this file.
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
      return r->headers[i] + strlen(name) + 1 + strspn(r->headers[i] + strlen(name) + 1, " \t");
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
    if (*c > ' ' && *c < 127 && !strchr("\"<>\\^`{|}", *c)) r->target[n++] = (char)*c;
    else n += (size_t)sprintf(r->target + n, "%%%02X", *c);
  }
  r->query = strchr(r->target, '?') ? strchr(r->target, '?') : "";
  memcpy(r->path, r->target, strlen(r->target) - strlen(r->query));
  for (int i = 4; i < argc; i++) {
    char *colon = strchr(argv[i], ':');
    if (!colon) FAIL("a header line must hold a colon");
    *colon = 0;
    add_header(r, argv[i], colon + 1 + strspn(colon + 1, " \t"));
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
